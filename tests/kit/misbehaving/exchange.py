"""The bytes of a request in; what was asked, and all that can be done to its connection, out."""

from __future__ import annotations

import json
import re
import select
import socket
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .primehub import MisbehavingPrimeHub


@dataclass(frozen=True)
class Request:
    """One request.

    operation : that its document names; of a GET, "GET" and the first two parts of its path, such as `GET /api/logs`
    path : and what is asked after it
    headers : names in lower case
    variables : those in the body
    connection : the number of the one that it came over
    """

    operation: str
    headers: dict
    body: dict
    variables: dict
    connection: int
    path: str = ""


def read_request(stream: BinaryIO, connection: int) -> Request | None:
    """The next request of a connection; None when there is none any more, or only a part of one."""
    line = stream.readline().decode("latin-1").split()
    if not line:
        return None
    method, path = line[0], line[1]
    headers = {}
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get("content-length", 0))
    raw = stream.read(length)
    if len(raw) < length:
        return None  # the client died while it sent this
    try:
        body = json.loads(raw)
        operation = re.search(r"(?:query|mutation)\s+(\w+)", body["query"]).group(1)
    except (ValueError, KeyError, AttributeError):
        parts = urlsplit(path).path.split("/")
        body, operation = {"query": ""}, f"GET {'/'.join(parts[:3])}" if method == "GET" else ""
    return Request(operation, headers, body, body.get("variables") or {}, connection, path)


class Exchange:
    """One request on its connection, and all that can be done to it."""

    def __init__(self, primehub: MisbehavingPrimeHub, sock: socket.socket, request: Request):
        self.primehub = primehub
        self.sock = sock
        self.request = request
        self.over = False

    def execute(self) -> tuple[int, dict]:
        """Do what the request asks for; answers an HTTP status and the answer's object, of a GET any."""
        if self.request.operation.startswith("GET "):
            return 200, {"text": "x" * 1000}
        return self.primehub.execute(self.request.body, self.request.headers.get("authorization"))

    def execute_after(self, seconds: float) -> None:
        """Do what the request asks for later than this returns, unless the server stops before."""

        def later():
            if not self.wait(seconds):
                self.execute()

        self.primehub.start(later)

    def answer(self, status: int, body: bytes, content_type: str = "application/json", **headers: str) -> None:
        self.send(head(status, content_type, {"Content-Length": str(len(body)), **headers}) + body)

    def send(self, data: bytes) -> None:
        self.primehub.sent(len(data))  # before, so that it is counted when the client has it
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float) -> None:
        """Send a byte every so many seconds, until all is sent, the other side has gone or the server stops."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if self.wait(every):
                return

    def wait(self, seconds: float) -> bool:
        """Wait, but not longer than the server runs; answers whether it stops."""
        return self.primehub.stopping.wait(seconds)

    def has_gone(self) -> bool:
        """Whether the other side has closed the connection; it is one that says nothing more."""
        readable, _, _ = select.select([self.sock], [], [], 0)
        try:
            return bool(readable) and not self.sock.recv(1)
        except OSError:
            return True

    def close(self) -> None:
        """End the connection."""
        self.over = True

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over = True


def head(status: int, content_type: str, headers: dict) -> bytes:
    lines = [f"HTTP/1.1 {status} Told", f"Content-Type: {content_type}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
