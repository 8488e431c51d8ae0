"""A cable to a server: its address in; another address that leads there, and can be cut and mended, out."""

from __future__ import annotations

import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Cable:
    """A port of this computer behind which another answers, byte by byte, while the cable is whole.

    url : of the far end, as it is reached through the cable
    """

    def __init__(self, url: str):
        parts = urlsplit(url)
        self._far = (parts.hostname, parts.port)
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._port = 0
        self.mend()
        self.url = parts._replace(netloc=f"127.0.0.1:{self._port}").geturl()

    def mend(self) -> None:
        """From now on the far end answers."""
        listener = socket.create_server(("127.0.0.1", self._port), reuse_port=True)
        self._listener, self._port = listener, listener.getsockname()[1]
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()

    def cut(self) -> None:
        """From now on nobody answers, and what was on its way is lost."""
        with self._lock:
            ends, self._sockets = self._sockets, set()
        for end in (self._listener, *ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self._far)
                with self._lock:
                    self._sockets |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=[source, sink], daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
