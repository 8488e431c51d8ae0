"""A server extension to compare with: a handler that does nothing, and one that works as the original extension did.

The original (for JupyterLab) called PrimeHub with `requests.post`, without a time-out, inside the handler: on the event
loop, over a new connection each time. To see whether there are jobs at all, it listed them.
"""

from __future__ import annotations

import os

import requests
from tornado import web

from primehub_nbext.config import PrimeHub

CREATE = "mutation CreateJob($data: PhJobCreateInput!) { createPhJob(data: $data) { id } }"
PROBE = "query Probe { phJobs { id } }"


class BareHandler(web.RequestHandler):
    def get(self):
        """GET bench/bare answers an empty object."""
        self.finish({})


class OriginalHandler(web.RequestHandler):
    def initialize(self, config, token):
        self.config = config
        self.token = token

    def check_xsrf_cookie(self):
        """Nothing: this server lives for one measurement, on the loopback interface."""

    def post(self):
        """POST bench/original creates a job or, with ?probe=1, asks whether there are jobs; the loop waits."""
        data = {
            "displayName": "a job",
            "groupId": self.config.group_id,
            "instanceType": "cpu-1",
            "image": "base-notebook",
            "command": "true",
        }
        probe = self.get_query_argument("probe", "") == "1"
        body = {"query": PROBE} if probe else {"query": CREATE, "variables": {"data": data}}
        answer = requests.post(self.config.api_endpoint, json=body, headers={"Authorization": f"Bearer {self.token}"})
        self.set_status(answer.status_code)
        self.finish({})


def load_jupyter_server_extension(app):
    base = app.web_app.settings["base_url"]
    settings = {"config": PrimeHub(parent=app), "token": os.environ["PRIMEHUB_API_TOKEN"]}
    routes = [(base + "bench/bare", BareHandler), (base + "bench/original", OriginalHandler, settings)]
    app.web_app.add_handlers(".*$", routes)


_load_jupyter_server_extension = load_jupyter_server_extension


def _jupyter_server_extension_points():
    return [{"module": "comparison"}]
