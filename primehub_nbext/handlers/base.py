"""What all routes share: the context, the request's body, and any error as JSON.

These are mixins: the base class comes from the running server (`routes.make_handlers`), because one of the other server
would let anybody in.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING

from tornado import web

from ..context import Context
from ..errors import BadRequest, BodyTooLarge, MethodNotAllowed, NotFound, PrimeHubError, UnsupportedMediaType
from ..jobs.submissions import Submissions
from ..notebooks.errors import NotebookNotFound, UnsupportedName

MAX_BODY_BYTES = 1024 * 1024
APIHandler = web.RequestHandler if TYPE_CHECKING else object  # what it is mixed with


class PrimeHubHandler(APIHandler):
    """What all routes share: settings, the body, and errors as JSON."""

    @property
    def context(self) -> Context:
        return self.settings["primehub"]["context"]

    @property
    def submissions(self) -> Submissions:
        return self.settings["primehub"]["submissions"]

    @property
    def root_dir(self) -> str:
        root_dir = getattr(self.contents_manager, "root_dir", None)
        if not root_dir:
            raise NotebookNotFound(
                "This notebook server does not keep notebooks in folders, so a job could not find them.",
                "Ask your administrator; the extension needs a file-based contents manager.",
            )
        return root_dir

    async def run(self, function, *args, **kwargs):
        return await self.context.run(function, *args, **kwargs)

    def body(self, longest: int = MAX_BODY_BYTES) -> dict:
        """The request's JSON object, of at most so many bytes."""
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
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise UnsupportedName() from None

    def answer(self, body: dict, status: int = 200) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(body, allow_nan=False))

    def write_error(self, status_code: int, **kwargs) -> None:
        """Any exception as JSON; of those that are not ours nothing but the kind of failure."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if isinstance(error, PrimeHubError):
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

    def log_exception(self, typ, value, tb) -> None:
        """Codes and places only: a message could hold what a person typed, or a path."""
        where = f"{self.request.method} {type(self).__name__}"
        if isinstance(value, PrimeHubError):
            self.log.info("primehub: %s: %s", where, value.code)
        elif isinstance(value, web.HTTPError):
            self.log.info("primehub: %s: HTTP %s", where, value.status_code)
        else:
            frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(tb)[-8:]]
            self.log.error("primehub: %s: %s in %s", where, typ.__name__, " > ".join(frames))
