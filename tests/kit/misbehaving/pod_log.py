"""A pod's log: what a test lets it write in; what is asked for of it, and followed, out, until the test cuts it off."""

from __future__ import annotations

import threading
from urllib.parse import parse_qs, urlsplit

from .exchange import Exchange, head


class PodLog:
    """A behaviour for `GET /api/logs`.

    kept : what the store has of it, for `persist=true`
    gone : whether the pod is gone, so that Kubernetes knows none
    opened, open : how many streams there have been, and are now
    asked : the query of each request
    """

    def __init__(self, text: bytes = b"", ended: bool = False):
        self.kept = b""
        self.gone = False
        self.opened = self.open = 0
        self.asked: list[dict] = []
        self._text, self._ended, self._cuts = text, ended, 0
        self._changed = threading.Condition()

    def write(self, text: bytes) -> None:
        with self._changed:
            self._text += text
            self._changed.notify_all()

    def end(self) -> None:
        """The container has ended."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def cut(self) -> None:
        """Break all streams that are open, in the middle."""
        with self._changed:
            self._cuts += 1
            self._changed.notify_all()

    def wait_for(self, what, seconds: float = 20) -> None:
        """Return when a condition of this object holds."""
        with self._changed:
            assert self._changed.wait_for(lambda: what(self), seconds), vars(self)

    def __call__(self, exchange: Exchange) -> None:
        query = {key: values[-1] for key, values in parse_qs(urlsplit(exchange.request.path).query).items()}
        self.asked.append(query)
        if query.get("persist") == "true":
            exchange.answer(200, self.kept, "application/octet-stream")
        elif self.gone:
            exchange.answer(404, b'{"kind":"Status","message":"pods \\"x\\" not found","reason":"NotFound","code":404}')
        else:
            with self._changed:
                self.opened += 1
                self.open += 1
                self._changed.notify_all()
            try:
                self._stream(exchange, query)
            finally:
                with self._changed:
                    self.open -= 1
                    self._changed.notify_all()

    def _stream(self, exchange: Exchange, query: dict) -> None:
        exchange.send(head(200, "text/plain", {"Transfer-Encoding": "chunked"}))
        cuts = self._cuts
        lines = self._text.splitlines(keepends=True)
        tail = int(query.get("tailLines", len(lines)))
        position = len(b"".join(lines[: len(lines) - tail])) if tail else len(self._text)
        while True:
            with self._changed:
                if position == len(self._text) and not self._ended and self._cuts == cuts:
                    self._changed.wait(0.05)  # and then looks whether the other side is still there
                part, over = self._text[position:], self._ended or query.get("follow") != "true"
            if self._cuts > cuts or exchange.primehub.stopping.is_set() or exchange.has_gone():
                exchange.close()
                return
            for begin in range(0, len(part), 60_000):
                piece = part[begin : begin + 60_000]
                exchange.send(b"%x\r\n%b\r\n" % (len(piece), piece))
            position += len(part)
            if over and position == len(self._text):
                exchange.send(b"0\r\n\r\n")
                return
