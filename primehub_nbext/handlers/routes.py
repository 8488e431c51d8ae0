"""The routes below `<base_url>primehub/api/`: the running server's base class in; the route table out.

Routes and answers: docs/rest-api.md.
"""

from __future__ import annotations

from tornado import web

from ..errors import NotFound
from ..jobs.command import JOB_ID
from .artifacts import ArtifactCollectionHandler, ArtifactHandler
from .base import PrimeHubHandler
from .feed import FeedHandler
from .jobs import (
    JobCancelHandler,
    JobCollectionHandler,
    JobComparisonHandler,
    JobHandler,
    JobOutputHandler,
    JobRerunHandler,
)
from .log import JobLogDownloadHandler, JobLogHandler
from .monitoring import JobMonitoringHandler
from .notebooks import NotebookCheckHandler, NotebookHandler
from .resources import ResourcesHandler
from .session import SessionHandler
from .token import TokenHandler


class NoSuchRouteHandler(PrimeHubHandler):
    """Every address below the API's that is none of its own, for any method."""

    @web.authenticated
    async def get(self) -> None:
        """Any other address is none."""
        raise NotFound()

    post = put = delete = patch = get


ROUTES = [
    (r"session", SessionHandler),
    (r"token", TokenHandler),
    (r"resources", ResourcesHandler),
    (r"notebooks/(.+)/check", NotebookCheckHandler),
    (r"notebooks/(.+)", NotebookHandler),
    (r"jobs", JobCollectionHandler),
    (rf"jobs/({JOB_ID})", JobHandler),
    (rf"jobs/({JOB_ID})/cancel", JobCancelHandler),
    (rf"jobs/({JOB_ID})/rerun", JobRerunHandler),
    (rf"jobs/({JOB_ID})/output", JobOutputHandler),
    (rf"jobs/({JOB_ID})/comparison", JobComparisonHandler),
    (r"feed", FeedHandler),
    (rf"jobs/({JOB_ID})/log", JobLogHandler),
    (rf"jobs/({JOB_ID})/log/download", JobLogDownloadHandler),
    (rf"jobs/({JOB_ID})/artifacts", ArtifactCollectionHandler),
    (rf"jobs/({JOB_ID})/artifacts/(.+)", ArtifactHandler),
    (rf"jobs/({JOB_ID})/monitoring", JobMonitoringHandler),
    (r".*", NoSuchRouteHandler),
]


def make_handlers(api_handler: type) -> list[tuple[str, type]]:
    """The route table, with handlers that inherit from the running server's APIHandler."""
    return [(pattern, type(handler.__name__, (handler, api_handler), {})) for pattern, handler in ROUTES]
