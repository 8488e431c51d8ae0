"""A request's Deadline in; urllib3 connections that it ends, whatever they wait for, out."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .errors import NameNotFound, PrimeHubFault, ProxyFailed, Timeout, Unreachable
from .sockets import connect


class Deadline:
    """Ends a request after `seconds`, by shutting its socket down from a timer thread.

    connected : whether there was a connection, TLS included, on which the request may have gone out
    """

    current = threading.local()

    def __init__(self, seconds: float):
        self.expired = False
        self.connected = False
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        Deadline.current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        Deadline.current.deadline = None
        self._timer.cancel()
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()

    @property
    def left(self) -> float:
        """Seconds left; a little more than none, because a time-out of 0 means another thing to a socket."""
        return max(0.01, self._end - time.monotonic())

    def watch(self, sock: socket.socket) -> None:
        """End this connection, too, when the time is over.

        By a duplicate, which stays when the TLS layer takes the original away, or when a connection lets go of a
        socket from which only its response still reads ("Connection: close").
        """
        duplicate = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            self._sockets.append(duplicate)
            if self.expired:
                shut(duplicate)

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for sock in self._sockets:
                shut(sock)


def shut(sock: socket.socket) -> None:
    """End a connection in both directions: whoever waits for it in another thread goes on at once; never raises."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def watched(connection_class: type[Any], proxied: bool) -> type[Any]:
    """A urllib3 connection class that the running Deadline can end: name lookup, TLS handshake, all of it.

    proxied : whether what it connects to is the proxy
    """
    if TYPE_CHECKING:
        from urllib3.connection import HTTPConnection as Connection
    else:
        Connection = connection_class

    class WatchedConnection(Connection):
        def _new_conn(self) -> socket.socket:
            deadline = Deadline.current.deadline
            assert self.timeout is not None, "each request is sent with a time-out"
            try:
                sock = connect(self._dns_host, self.port, deadline.left, self.timeout, self.socket_options)
            except (OSError, ValueError) as error:
                fault = not_connected(error, proxied)
                fault.sent = deadline.connected
                raise fault from None
            deadline.watch(sock)
            return sock

        def connect(self) -> None:
            super().connect()
            Deadline.current.deadline.connected = True

        def putrequest(self, *args: Any, **kwargs: Any) -> None:
            if self.sock is not None:  # kept alive; else `connect` is still to come
                Deadline.current.deadline.watch(self.sock)
                Deadline.current.deadline.connected = True
            return super().putrequest(*args, **kwargs)

    return WatchedConnection


def not_connected(error: Exception, proxied: bool) -> PrimeHubFault:
    """The fault behind an error of `sockets.connect`."""
    if proxied:
        return ProxyFailed()
    if isinstance(error, socket.timeout):
        return Timeout()
    if isinstance(error, (socket.gaierror, ValueError)):
        return NameNotFound()
    return Unreachable()
