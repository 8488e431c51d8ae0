"""A hub that cannot be asked who somebody is: HTTPError(500) out of JupyterHub's code in; 503 with a sentence out.

With a real hub: tests/hub. Here is where the error comes from on the two kinds of server.
"""

from __future__ import annotations

import json

import pytest
from tornado import web
from tornado.testing import AsyncHTTPTestCase

from primehub_nbext.handlers.base import PrimeHubHandler

THEIRS: dict = {"__name__": "jupyterhub.services.auth", "web": web}
exec("def ask_hub():\n    raise web.HTTPError(500, 'Failed to connect to Hub API at /secret/path')", THEIRS)


def ask_ours():
    raise web.HTTPError(500, "/secret/path")


class AtFirst(web.RequestHandler):
    """As Notebook 6, which looks who it is when the handler is made, and then takes everybody for a stranger."""

    def set_default_headers(self):
        if not hasattr(self, "asked"):
            self.asked = True
            self.settings["ask"]()

    def get_current_user(self):
        return None


class WhenPrepared(web.RequestHandler):
    """As jupyter_server."""

    def prepare(self):
        self.settings["ask"]()


def asked(base: type, ask) -> tuple[int, str]:
    """The status and code of an answer to who is not known."""

    class Handler(PrimeHubHandler, base):
        @web.authenticated
        def get(self):
            raise AssertionError("somebody was let in")

    class Case(AsyncHTTPTestCase):
        def get_app(self):
            return web.Application([("/", Handler)], ask=ask, login_url="/login")

        def runTest(self):
            answer = self.fetch("/", follow_redirects=False)
            assert "secret" not in answer.body.decode()
            self.told = (answer.code, json.loads(answer.body)["code"])

    case = Case()
    case.debug()
    return case.told


@pytest.mark.parametrize("base", [AtFirst, WhenPrepared])
def test_a_hub_that_is_away_is_told(base):
    assert asked(base, THEIRS["ask_hub"]) == (503, "hub_unreachable")


def test_another_failure_is_none_of_the_hubs():
    assert asked(WhenPrepared, ask_ours) == (500, "internal_error")
