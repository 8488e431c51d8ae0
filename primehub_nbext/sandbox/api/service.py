"""The GraphQL endpoint without HTTP's sockets: method, headers and body in; status, content type and bytes out.

`execute` needs a Service and nothing else, so a test can put any HTTP behaviour it likes in front of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from ..cluster.cluster import Cluster
from . import refusals
from .callers import BadToken, Callers, NoToken
from .execution import Context, PlainRefusal, Request, as_json, execute
from .javascript import SyntaxFault, parse_json

MAX_BODY_BYTES = 1024 * 1024
JSON, TEXT = "application/json", "text/plain; charset=utf-8"
NO_BODY = "POST body missing. Did you forget use body-parser middleware?"
CACHE_HEADERS = ("x-primehub-use-cache", "x-primehub-job")


@dataclass
class Answer:
    """What goes back over HTTP; `headers` are those beside Content-Type."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class Service:
    """One PrimeHub's API. `callers` remembers tokens, as PrimeHub does."""

    def __init__(self, cluster: Cluster):
        self.cluster, self.callers = cluster, Callers(cluster, cluster.clock)

    def answer(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request to /api/graphql. `query`: what stands behind the `?`; `headers`: names in lower case."""
        try:
            sent = _parsed_body(headers.get("content-type", ""), body)
        except BodyFault as fault:
            text = as_json({"code": "INTERNAL_ERROR", "message": str(fault)}).rstrip(b"\n")
            return Answer(fault.status, "application/json; charset=utf-8", text)
        try:
            caller = self.callers.caller(headers.get("authorization"))
        except (NoToken, BadToken) as refusal:
            message = f"Context creation failed: {refusal.message}"
            error = {"message": message, "extensions": {"code": refusals.INTERNAL}}
            return Answer(500, JSON, as_json({"errors": [error]}))
        uses_cache = any(name in headers for name in CACHE_HEADERS)
        try:
            if method == "GET":
                parameters = dict(parse_qsl(query, keep_blank_values=True))
                if not parameters:
                    raise PlainRefusal(400, "GET query missing.")
                requests, batch = [_request(parameters)], False
            elif method == "POST":
                if not sent:
                    raise PlainRefusal(500, NO_BODY)
                batch = isinstance(sent, list)
                requests = [_request(each) for each in sent] if batch else [_request(sent)]
            else:
                raise PlainRefusal(405, "Apollo Server supports only GET/POST requests.", Allow="GET, POST")
            answers = [execute(Context(self.cluster, caller, uses_cache), each, method == "GET") for each in requests]
        except PlainRefusal as refusal:
            return Answer(refusal.status, TEXT, refusal.text.encode(), refusal.headers)
        if batch:
            return Answer(200, JSON, as_json([answer for _, answer in answers]))
        status, answer = answers[0]
        return Answer(status, JSON, as_json(answer))


class BodyFault(Exception):
    """A body that Express's body-parser does not take: HTTP status and message."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def _parsed_body(content_type: str, body: bytes) -> Any:
    """What the body holds: an object or a list; empty for none, or one of a kind that nobody reads."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in ("application/json", "application/x-www-form-urlencoded"):
        return {}
    if len(body) > MAX_BODY_BYTES:
        raise BodyFault(413, "request entity too large")
    text = body.decode("utf-8", "replace")
    if kind != "application/json":
        return dict(parse_qsl(text, keep_blank_values=True))
    if not text:
        return {}
    if text.lstrip(" \t\r\n")[:1] not in ("{", "["):
        raise BodyFault(400, "invalid JSON, only supports object and array")
    try:
        return parse_json(text)
    except SyntaxFault as fault:
        raise BodyFault(400, str(fault)) from None


def _request(sent: Any) -> Request:
    sent = sent if isinstance(sent, dict) else {}
    extensions = sent.get("extensions")
    return Request(sent.get("query"), sent.get("variables"), sent.get("operationName"), extensions)
