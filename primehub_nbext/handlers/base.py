"""What all routes share: the context, the request's body, and any error as JSON.

These are mixins: the base class comes from the running server (`routes.make_handlers`), because one of the other server
would let anybody in.
"""

from __future__ import annotations

import inspect
import json
import logging
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, ClassVar

from tornado import web

from ..context import Context
from ..errors import (
    BadRequest,
    BodyTooLarge,
    HubUnreachable,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    PrimeHubError,
    UnsupportedMediaType,
)
from ..jobs.listing import Listing
from ..jobs.outputs import OutputNotebooks
from ..jobs.peaks import Peaks
from ..jobs.submissions import Submissions
from ..jobs.watch import Watch
from ..notebooks.errors import NotebookNotFound, UnsupportedName
from .kernels import Kernels

if TYPE_CHECKING:
    # What the base class of either server is.
    from tornado.web import RequestHandler as APIHandler

    from ..context import P, T
else:
    APIHandler = object

MAX_BODY_BYTES = 1024 * 1024
# Where JupyterHub's part of a server asks the hub who somebody is, and raises HTTPError(500) or (502) when it cannot.
HUB_LOGIN = "jupyterhub.services.auth"


def raised_in(tb: TracebackType | None) -> str:
    """The name of the module that raised what has this traceback; "" for none."""
    name = ""
    while tb is not None:
        name, tb = tb.tb_frame.f_globals.get("__name__", ""), tb.tb_next
    return name


class PrimeHubHandler(APIHandler):
    """What all routes share: settings, the body, and errors as JSON."""

    # The server's handler has these.
    contents_manager: Any
    kernel_spec_manager: Any
    log: logging.Logger
    # What a verb does to the resource "primehub", as jupyter_server's authorizers are asked; all others write.
    actions: ClassVar[dict[str, str]] = {"GET": "read", "HEAD": "read", "OPTIONS": "read"}

    # Whether JupyterHub, asked who this is, did not tell.
    hub_failed = False

    def set_default_headers(self) -> None:
        """The server's; Notebook 6 looks for that who this is, before there is a request that could be answered."""
        try:
            super().set_default_headers()
        except web.HTTPError as error:
            if raised_in(error.__traceback__) != HUB_LOGIN:
                raise
            # JupyterHub's part tells of it once, and from then on takes whoever asks for a stranger.
            self.hub_failed = True

    async def prepare(self) -> None:
        """What the server does before each request, and ask its authorizer, which jupyter_server has.

        For reading, or writing, or executing (running jobs) the resource "primehub". Raises NotAllowed, HubUnreachable.
        """
        if self.hub_failed:
            raise HubUnreachable()
        prepared: Any = super().prepare()
        if inspect.isawaitable(prepared):
            await prepared
        authorizer = getattr(self, "authorizer", None)
        if authorizer is None or not self.current_user or self._finished:  # without a user the verbs refuse
            return
        action = self.actions.get(self.request.method or "", "write")
        allowed = authorizer.is_authorized(self, self.current_user, action, "primehub")
        if not (await allowed if inspect.isawaitable(allowed) else allowed):
            raise NotAllowed()

    @property
    def context(self) -> Context:
        """Where this server works; the same for all requests."""
        context: Context = self.settings["primehub"]["context"]
        return context

    @property
    def submissions(self) -> Submissions:
        """All submissions of this server; the same for all requests."""
        submissions: Submissions = self.settings["primehub"]["submissions"]
        return submissions

    @property
    def listing(self) -> Listing:
        """The job list; the same for all requests."""
        listing: Listing = self.settings["primehub"]["listing"]
        return listing

    @property
    def outputs(self) -> OutputNotebooks:
        """What is known of output notebooks; the same for all requests."""
        outputs: OutputNotebooks = self.settings["primehub"]["outputs"]
        return outputs

    @property
    def peaks(self) -> Peaks:
        """What jobs used at most; the same for all requests."""
        peaks: Peaks = self.settings["primehub"]["peaks"]
        return peaks

    @property
    def watch(self) -> Watch:
        """The jobs that somebody watches; the same for all requests."""
        watch: Watch = self.settings["primehub"]["watch"]
        return watch

    @property
    def root_dir(self) -> str:
        """Absolute path of the folder that Jupyter's paths begin in.

        Raises NotebookNotFound where notebooks are kept somewhere else than in files.
        """
        root_dir: str | None = getattr(self.contents_manager, "root_dir", None)
        if not root_dir:
            raise NotebookNotFound(
                "This notebook server does not keep notebooks in folders, so a job could not find them.",
                "Ask your administrator; the extension needs a file-based contents manager.",
            )
        return root_dir

    async def kernels(self) -> dict[str, dict[str, Any]] | None:
        """The kernels of this server by name; None where they are not known (`Kernels.get`)."""
        kernels: Kernels = self.settings["primehub"]["kernels"]
        return await kernels.get(self.kernel_spec_manager, self.context.run_local)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of a plain function that may block, run in a thread (`Context.run`)."""
        return await self.context.run(function, *args, **kwargs)

    async def run_local(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, of a function that asks PrimeHub nothing (`Context.run_local`)."""
        return await self.context.run_local(function, *args, **kwargs)

    def body(self, longest: int = MAX_BODY_BYTES) -> dict[str, Any]:
        """The request's JSON object, of at most so many bytes.

        Raises BodyTooLarge, UnsupportedMediaType, BadRequest.
        """
        raw = self.request.body
        if len(raw) > longest:
            raise BodyTooLarge()
        content_type = self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if content_type != "application/json":
            raise UnsupportedMediaType()
        try:
            body = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError):
            raise BadRequest() from None
        if not isinstance(body, dict):
            raise BadRequest("The request is JSON, but not an object.")
        return body

    def no_body(self) -> None:
        """For addresses that need none: what was sent all the same must be like everywhere else."""
        if self.request.body:
            self.body()

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """A part of the address as text.

        Raises UnsupportedName for a path that is no UTF-8, BadRequest for an argument after the ? (which has a name).
        """
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise (UnsupportedName() if name is None else BadRequest("The address is not text.")) from None

    def answer(self, body: dict[str, Any], status: int = 200) -> None:
        """End the request with this JSON and HTTP status. Raises ValueError for NaN and infinity, which JSON lacks."""
        self.answer_json(json.dumps(body, allow_nan=False), status)

    def answer_json(self, body: str | bytes, status: int = 200) -> None:
        """As `answer`, of what is JSON already."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(body)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Any exception as JSON; of those that are not ours nothing but the kind of failure."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if self.hub_failed or (isinstance(error, web.HTTPError) and raised_in(error.__traceback__) == HUB_LOGIN):
            self.answer(HubUnreachable().to_dict(), HubUnreachable.status)
        elif isinstance(error, PrimeHubError):
            self.answer(error.to_dict(), error.status)
        elif status_code == 404:
            self.answer(NotFound().to_dict(), 404)
        elif status_code == 405:
            self.answer(MethodNotAllowed().to_dict(), 405)
        elif status_code in (401, 403):
            message = error.log_message if isinstance(error, web.HTTPError) and error.log_message else None
            self.answer(
                {
                    "code": "forbidden",
                    "message": message if message and "%" not in message else "Forbidden",
                    "hint": "Log in to the notebook server again: reload the page.",
                },
                status_code,
            )
        elif isinstance(error, web.HTTPError) and 400 <= status_code < 500:
            self.answer(BadRequest().to_dict(), status_code)
        else:
            self.answer(PrimeHubError().to_dict(), 500)

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Codes and places only: a message could hold what a person typed, or a path."""
        where = f"{self.request.method} {type(self).__name__}"
        if isinstance(value, PrimeHubError):
            self.log.info("primehub: %s: %s", where, value.code)
        elif isinstance(value, web.HTTPError):
            self.log.info("primehub: %s: HTTP %s", where, value.status_code)
        else:
            frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(tb)[-8:]]
            self.log.error("primehub: %s: %s in %s", where, type(value).__name__, " > ".join(frames))
