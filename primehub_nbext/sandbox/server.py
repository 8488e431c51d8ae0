"""The sandbox's HTTP server: a cluster in; PrimeHub's API and the console on a loopback port out."""

from __future__ import annotations

import secrets
from pathlib import Path

from tornado import httpserver, netutil, web

from . import console, control
from .api.file_handler import FileHandler
from .api.handlers import GraphqlHandler, HealthHandler, NoSuchApiHandler, RootHandler
from .api.log_handler import JobLogHandler, NotebookLogHandler
from .api.service import Service
from .cluster.cluster import Cluster
from .login import Login

# Above what GraphQL takes, so that it can say so.
MAX_BODY_BYTES = 64 * 1024 * 1024
ROUTES = [
    (r"/api/graphql", GraphqlHandler),
    (r"/api/health", HealthHandler),
    (r"/api/", RootHandler),
    (r"/api/logs/namespaces/[^/]+/phjobs/([^/]+)/?", JobLogHandler),
    (r"/api/logs/jupyterhub/?", NotebookLogHandler),
    (r"/api/files/.*", FileHandler),
    *control.ROUTES,
    *console.ROUTES,
    (r"/(?:console/?.*)?", console.NoSuchPageHandler),
]


class Server:
    """The sandbox's HTTP server on a loopback port; port 0 takes any free one. Needs a running event loop.

    `login` makes the links by which a person gets into the console.
    """

    def __init__(self, cluster: Cluster, port: int = 0):
        sockets = netutil.bind_sockets(port, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        cluster.public_url = self.url
        self.login = Login(self.url)
        self._application = application(Service(cluster), self.login)
        self._http = httpserver.HTTPServer(self._application, max_body_size=MAX_BODY_BYTES, decompress_request=True)
        self._http.add_sockets(sockets)

    def lead_to(self, notebook_url: str) -> None:
        """From now on the console's way to the notebook ends at this page."""
        self._application.settings["notebook_url"] = notebook_url

    async def stop(self) -> None:
        """Take no more requests and close all connections, also those of requests that are being answered."""
        self._http.stop()
        await self._http.close_all_connections()


def application(service: Service, login: Login) -> web.Application:
    """The Tornado application over a PrimeHub's API, and the console with its login."""
    return web.Application(
        ROUTES,
        service=service,
        login=login,
        notebook_url=None,
        form_key=secrets.token_urlsafe(24),
        template_path=str(Path(__file__).parent / "templates"),
        default_handler_class=NoSuchApiHandler,
        log_function=lambda handler: None,
    )
