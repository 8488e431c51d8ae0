"""Switches for the time that a sandbox runs: a JSON object in; a stale, slow, failing or unlicensed PrimeHub out.

POST /sandbox/switches     with the token of a user, as for the API
{"stale": 300}             the job list's watch is broken: it is compared and read anew every 300 s; null: it is not
{"restarting": 4}          the job list is empty for 4 s, then read anew
{"fault": {"service": "kubernetes", "on": "create phjobs", "status": 500, "times": 1}}
                           `status` 0 cuts the connection; `times` null: from now on; see cluster/faults.py
{"slow": {"kubernetes": 2}}   each request to it takes 2 s
{"licence": "expired"}     also "invalid", null (not set), or any other word, which is as good as "unexpired"
{"well": true}             no faults, not slow, not stale
"""

from __future__ import annotations

import json
from typing import Any

from .api.handlers import JSON_UTF8, ApiHandler, Told
from .cluster.cluster import Cluster, Licence
from .cluster.faults import SERVICES, Fault


class SwitchesHandler(ApiHandler):
    """The switches, for any user of the sandbox."""

    def post(self):
        """POST /sandbox/switches turns what it names and leaves the rest. Raises Told (400) for what is no switch."""
        self.caller()
        try:
            turn(self.cluster, json.loads(self.request.body))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise Told(400, "No such switch", "BAD_REQUEST") from None
        self.set_header("Content-Type", JSON_UTF8)
        self.finish(b"{}")


def turn(cluster: Cluster, switches: dict[str, Any]) -> None:
    """Turn switches, given as the file's head describes.

    Raises ValueError, TypeError, KeyError or AttributeError for what is no switch; those before it are turned.
    """
    for name, value in switches.items():
        if name == "stale":
            cluster.job_list.stale(None if value is None else float(value))
        elif name == "restarting":
            cluster.job_list.restart(float(value))
        elif name == "fault":
            if value["service"] not in SERVICES:
                raise ValueError(value["service"])
            cluster.faults.add(Fault(**{"on": "", **value}))
        elif name == "slow":
            for service, seconds in value.items():
                cluster.faults.slow(service, float(seconds))
        elif name == "licence":
            cluster.licence = Licence(value)
        elif name == "well":
            cluster.faults.clear()
            cluster.job_list.stale(None)
        else:
            raise ValueError(name)


ROUTES = [(r"/sandbox/switches", SwitchesHandler)]
