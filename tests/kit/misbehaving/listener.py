"""A port, and TLS where wanted, in; connections out, each served in a thread of its own until it is ended.

HTTP is spoken by hand, because a web server would not send half an answer.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

THREAD_NAME = "misbehaving-primehub"
STOP_SECONDS = 10


class Listener:
    """Accepts connections and serves them.

    serve : function of a socket, TLS included, and the connection's number; may raise what a socket does when the other
        side has gone
    connections : how many there have been
    """

    def __init__(self, serve: Callable[[socket.socket, int], None], tls: ssl.SSLContext | None, listener=None):
        self.connections = 0
        self._serve = serve
        self._tls = tls
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self._listener.listen(128)
        self._thread = threading.Thread(target=self._accept, name=THREAD_NAME, daemon=True)
        self.port = self._listener.getsockname()[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Refuse new connections from now on."""
        # A listener that is only closed leaves the thread in accept(): it holds the socket.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(STOP_SECONDS)

    def close_connections(self) -> None:
        """Close all connections, as a server does with those that were idle for long; returns when that is done."""
        with self._lock:
            connections = dict(self._open)
        for thread, sock in connections.items():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            thread.join(STOP_SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                args = (sock, self.connections)
                thread = threading.Thread(target=self._serve_one, args=args, name=THREAD_NAME, daemon=True)
                self._open[thread] = sock
            thread.start()

    def _serve_one(self, sock: socket.socket, number: int) -> None:
        thread = threading.current_thread()
        # A client that goes away in the middle is what many of these behaviours are for.
        with contextlib.suppress(OSError, ssl.SSLError):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open[thread] = sock
            self._serve(sock, number)
        with contextlib.suppress(OSError):
            sock.close()
        with self._lock:
            self._open.pop(thread, None)
