"""The wiring: a running notebook server in; the REST API in its route table out.

The handlers' base class is taken from the class of the running server, never from what can be imported: notebook 6 and
jupyter_server are often installed side by side, and a handler of the wrong one lets everybody in or nobody.
"""

from __future__ import annotations

import re
from typing import Any

from .config import PrimeHub
from .context import Context
from .handlers.kernels import Kernels
from .handlers.routes import make_handlers
from .jobs.listing import Listing
from .jobs.log_watch import WatchedLogs
from .jobs.outputs import OutputNotebooks
from .jobs.peaks import Peaks
from .jobs.submissions import Submissions
from .jobs.watch import Watch


def api_handler(app: Any) -> type:
    """The APIHandler class of the server that `app` is."""
    if any(each.__module__.split(".")[0] == "jupyter_server" for each in type(app).__mro__):
        from jupyter_server.base.handlers import APIHandler

        return APIHandler
    from notebook.base import handlers

    of_notebook: type = handlers.APIHandler
    return of_notebook


def load(app: Any) -> None:
    """Put the REST API into a server: `NotebookApp` or `ServerApp`."""
    context = Context(PrimeHub(parent=app))
    outputs = OutputNotebooks()
    app.web_app.settings["primehub"] = {
        "context": context,
        "submissions": Submissions(context),
        "kernels": Kernels(),
        "listing": Listing(context),
        "outputs": outputs,
        "peaks": Peaks(),
        "watch": Watch(context, outputs),
        "logs": WatchedLogs(context),
    }
    prefix = re.escape(app.web_app.settings["base_url"] + "primehub/api/")
    routes = [(prefix + pattern, handler) for pattern, handler in make_handlers(api_handler(app))]
    app.web_app.add_handlers(".*$", routes)
    app.log.info("primehub: extension loaded")
