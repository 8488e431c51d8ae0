"""What all handlers of the sandbox share: the refusal of hosts that are not this computer, and headers."""

from __future__ import annotations

from urllib.parse import urlsplit

from tornado import web

from .api.service import Service
from .cluster.cluster import Cluster

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}


class Handler(web.RequestHandler):
    """A request to the application whose settings hold a `service.Service` as "service"."""

    @property
    def service(self) -> Service:
        """The API, one for all requests."""
        return self.settings["service"]

    @property
    def cluster(self) -> Cluster:
        """What is behind the API."""
        return self.service.cluster

    def set_default_headers(self):
        """Have browsers keep nothing, and take everything for what it says it is."""
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def prepare(self):
        """Raises HTTPError (403) for a Host that is not this computer."""
        # A page elsewhere could have its own name resolve to 127.0.0.1.
        if urlsplit(f"//{self.request.host}").hostname not in LOOPBACK_HOSTS:
            raise web.HTTPError(403, reason="Forbidden host")
