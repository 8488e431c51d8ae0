"""The API over HTTP: GraphQL, and what every address of PrimeHub's server answers that is not one of its own."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import unquote

from tornado import web

from ..cluster.faults import ConnectionCut, HttpFailure
from ..web import Handler
from .callers import BadToken, Caller, NoToken
from .execution import Context, as_json
from .refusals import Refused

JSON_UTF8 = "application/json; charset=utf-8"
ALLOWED_HEADERS = (
    "content-type,authorization,x-primehub-use-cache,x-primehub-job,Content-Length,Upload-Length,Tus-Resumable,"
    "Upload-Metadata,Upload-Offset,Upload-Defer-Length"
)
FORBIDDEN_PAGE = "<!DOCTYPE html><html><head><title>403</title></head><body><h1>403</h1><p>{}</p></body></html>"


class Told(Exception):
    """An answer outside GraphQL that is a refusal: status, code and message."""

    def __init__(self, status: int, message: str, code: str = "INTERNAL_ERROR"):
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


class ApiHandler(Handler):
    """What is common to all addresses below /api: other origins may ask (they need a token), errors are PrimeHub's."""

    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")

    def set_default_headers(self):
        """Let pages of any origin read the answer, as PrimeHub does."""
        super().set_default_headers()
        if origin := self.request.headers.get("Origin"):
            self.set_header("Access-Control-Allow-Origin", origin)
            self.set_header("Vary", "Origin")

    def caller(self) -> Caller:
        """Who calls. Raises Told."""
        try:
            return self.service.callers.caller(self.request.headers.get("Authorization"))
        except NoToken as refusal:
            raise Told(403, refusal.message) from None
        except BadToken as refusal:
            raise Told(500, refusal.message) from None

    def context(self) -> Context:
        """What resolvers know of the caller, for routes that use them. Raises Told."""
        return Context(self.cluster, self.caller())

    def not_found(self) -> None:
        """Answer 404, in the words of PrimeHub's server for an address that it does not have."""
        self.plain(404, "Not Found")

    def plain(self, status: int, text: str) -> None:
        """End the request with a line of text."""
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(text)

    def forbidden(self) -> Told:
        """The refusal of a caller who is known but may not."""
        return Told(403, "request not authorized")

    def options(self, *_):
        """OPTIONS is a browser's question whether a page of another origin may ask: any may."""
        self.set_status(204)
        self.clear_header("Content-Type")
        self.set_header("Access-Control-Allow-Methods", "GET,HEAD,PUT,POST,DELETE,PATCH")
        self.set_header("Access-Control-Allow-Headers", ALLOWED_HEADERS)
        self.finish()

    def other_method(self, *_):
        """A method that a route does not have is, as in PrimeHub, an address that is not there."""
        self.not_found()

    get = head = post = put = delete = patch = other_method

    def write_error(self, status_code, **kwargs):
        """Any exception as PrimeHub's server tells it: as JSON, a 403 as a page, Kubernetes' refusals as its own."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, HttpFailure):  # Kubernetes' own refusals pass through
            self.kubernetes_status(error.status, "InternalError", error.message)
            return
        if isinstance(error, (Refused, ConnectionCut)):
            error = Told(*_outside_graphql(error))
        if not isinstance(error, Told):
            error = Told(status_code, self._reason)
        self.set_status(error.status)
        if error.status == 403 and self._takes_html():
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.finish(FORBIDDEN_PAGE.format(error.message))
            return
        self.set_header("Content-Type", JSON_UTF8)
        self.finish(as_json({"code": error.code, "message": error.message}).rstrip(b"\n"))

    def kubernetes_status(self, status: int, reason: str, message: str, details: dict | None = None) -> None:
        """Kubernetes' way to refuse."""
        body: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
        body.update(message=message, reason=reason, **({"details": details} if details else {}), code=status)
        self.set_status(status)
        self.set_header("Content-Type", "application/json")
        self.finish(as_json(body).rstrip(b"\n"))

    def _takes_html(self) -> bool:
        wanted = self.request.headers.get("Accept", "*/*")
        return any(kind.partition(";")[0].strip() in ("*/*", "text/*", "text/html") for kind in wanted.split(","))

    def log_exception(self, typ, value, tb):
        """Log what nobody foresaw; a refusal is an answer like any other."""
        if not isinstance(value, (Told, Refused, HttpFailure, ConnectionCut, web.HTTPError)):
            super().log_exception(typ, value, tb)


class GraphqlHandler(ApiHandler):
    """/api/graphql, whatever the method: `service.Service.answer` over HTTP."""

    async def _answer(self):
        """All methods of /api/graphql. In a thread: Kubernetes may be slow, and 4000 jobs take a moment."""
        request = self.request
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = await asyncio.get_running_loop().run_in_executor(
            None, self.service.answer, request.method, request.query, headers, request.body
        )
        self.set_status(answer.status)
        self.set_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            self.set_header(name, value)
        self.finish(answer.body)

    get = head = post = put = delete = patch = _answer


class HealthHandler(ApiHandler):
    """Whether the server is up; needs no token."""

    def get(self):
        """GET /api/health says OK."""
        self.plain(200, "OK")


class RootHandler(ApiHandler):
    """The address that somebody types who knows the host only; needs no token."""

    def get(self):
        """GET /api/ leads to the GraphQL endpoint."""
        self.set_status(302)
        self.set_header("Location", "/api/graphql")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish('Redirecting to <a href="/api/graphql">/api/graphql</a>.')


class NoSuchApiHandler(ApiHandler):
    """Any other address."""


def _outside_graphql(error: Refused | ConnectionCut) -> tuple[int, str, str]:
    """Status, message and code of what went wrong while a route looked something up."""
    if isinstance(error, ConnectionCut):
        return 500, "socket hang up", "INTERNAL_ERROR"
    if error.code_in_ce == "RESOURCE_NOT_FOUND":
        return 400, error.message, error.code_in_ce
    if error.code_in_ce == "API_UNAVAILABLE":
        return 500, error.message, error.code_in_ce
    return 500, error.message, "INTERNAL_ERROR"


def path_below(path: str, prefix: str) -> str:
    """What a request's path names below a prefix, decoded once."""
    return unquote(path[len(prefix) :], errors="replace")
