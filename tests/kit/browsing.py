"""A server and a route in; an answer that is read as it comes, in a thread, and can be left in the middle, out."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from urllib.parse import urlencode, urlsplit


class Browser:
    """One GET, as somebody who is logged in; what came so far is in `body`.

    slow : whether it takes nothing until `read` is set
    over : whether the answer has ended; `broken`, if not in order
    """

    def __init__(self, server, route: str, slow: bool = False, **query: str | int):
        url = urlsplit(server.url)
        self.http = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
        self.http.connect()
        self.socket: socket.socket = self.http.sock
        path = f"{url.path}primehub/api/{route}" + (f"?{urlencode(query)}" if query else "")
        self.http.request("GET", path, headers={"Authorization": f"token {server.token}"})
        self.answer = self.http.getresponse()
        self.status, self.headers = self.answer.status, self.answer.headers
        self.body, self.over, self.broken = bytearray(), False, False
        self.may_read = threading.Event()
        if not slow:
            self.may_read.set()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        self.may_read.wait()
        try:
            while part := self.answer.read1(65536):
                self.body += part
        except (OSError, http.client.HTTPException, ValueError):
            self.broken = True
        self.over = True

    def leave(self) -> None:
        """Close the connection, whatever is still on its way."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.may_read.set()
        self.thread.join(10)
        self.http.close()

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_exc) -> None:
        self.leave()
