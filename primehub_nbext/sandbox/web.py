"""What all handlers of the sandbox share: the refusal of hosts that are not this computer, and headers."""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado import web

from .api.service import Service
from .cluster.cluster import Cluster

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


class Handler(web.RequestHandler):
    """Settings of the application: `service`."""

    @property
    def service(self) -> Service:
        return self.settings["service"]

    @property
    def cluster(self) -> Cluster:
        return self.service.cluster

    def set_default_headers(self):
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def prepare(self):
        # A page elsewhere could have its own name resolve to 127.0.0.1.
        if urlsplit(f"//{self.request.host}").hostname not in LOOPBACK_HOSTS:
            raise web.HTTPError(403, reason="Forbidden host")
