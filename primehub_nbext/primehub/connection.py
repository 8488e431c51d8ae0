"""A request's Deadline in; connections of `requests` that it ends, whatever they wait for, out.

urllib3 documents no way to end a name lookup, a TLS handshake or an answer that drips, so four names of its inside are
relied on, here and nowhere else (tests/unit/primehub/test_urllib3_names.py holds urllib3 to them):

    _new_conn               method of a connection that makes its socket: replaced, so that it is in time and watched
    _dns_host               the host as it is to be looked up; `host` has lost the dot that ends a full name. From 1.23
    ConnectionCls           attribute of a pool: the class of its connections
    pool_classes_by_scheme  attribute of a pool manager, a proxy's too: the class of its pools by "http", "https"

All four are so in each urllib3 from 1.23 (2018), which `setup.py` requires therefore, to 2.8.
"""

from __future__ import annotations

import heapq
import itertools
import os
import socket
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from .errors import NameNotFound, PrimeHubFault, ProxyFailed, Timeout, Unreachable
from .sockets import connect

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter
    from urllib3 import ProxyManager


class Alarm:
    """Calls what is due when it is due, all from one daemon thread: to start one costs more than to send a request."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Deadline]] = []
        self._number = itertools.count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def set(self, end: float, deadline: Deadline) -> None:
        """Expire a deadline at `end` (monotonic seconds), unless it is over by then."""
        with self._changed:
            heapq.heappush(self._due, (end, next(self._number), deadline))
            if self._thread is None or not self._thread.is_alive():  # it stays behind when a process forks
                self._thread = threading.Thread(target=self._watch, name="primehub-deadlines", daemon=True)
                self._thread.start()
            elif self._due[0][2] is deadline:
                self._changed.notify()

    def _watch(self) -> None:
        while True:
            with self._changed:
                while not self._due or (left := self._due[0][0] - time.monotonic()) > 0:
                    self._changed.wait(left if self._due else None)
                deadline = heapq.heappop(self._due)[2]
            deadline.expire()
            del deadline


ALARM = Alarm()


class Deadline:
    """Ends a request after `seconds`, by shutting its socket down from the thread of the Alarm.

    connected : whether there was a connection, TLS included, on which the request may have gone out
    """

    current = threading.local()

    def __init__(self, seconds: float):
        self.expired = False
        self.connected = False
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._over = False
        self._lock = threading.Lock()

    def __enter__(self) -> Deadline:
        Deadline.current.deadline = self
        ALARM.set(self._end, self)
        return self

    def __exit__(self, error: object, *_exc: object) -> None:
        Deadline.current.deadline = None
        with self._lock:
            self._over = True
            while self._sockets:
                sock = self._sockets.pop()
                if error:  # an older urllib3 leaves a connection open whose TLS could not begin
                    shut(sock)
                sock.close()

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

    def expire(self) -> None:
        """End the request, if it is still under way."""
        with self._lock:
            if self._over:
                return
            self.expired = True
            for sock in self._sockets:
                shut(sock)


def shut(sock: socket.socket) -> None:
    """End a connection in both directions: whoever waits for it in another thread goes on at once; never raises."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def watched_adapter(connections: int, proxied: bool) -> HTTPAdapter:
    """An adapter for a `requests.Session` whose connections, at most so many, end with the running Deadline.

    proxied : whether what they connect to is the proxy
    """
    from requests.adapters import HTTPAdapter
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

    class Plain(HTTPConnectionPool):
        ConnectionCls = watched(HTTPConnectionPool.ConnectionCls, proxied)

    class Secure(HTTPSConnectionPool):
        ConnectionCls = watched(HTTPSConnectionPool.ConnectionCls, proxied)

    class WatchedAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, **kwargs)
            self.poolmanager.pool_classes_by_scheme = {"http": Plain, "https": Secure}

        def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:
            manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
            manager.pool_classes_by_scheme = {"http": Plain, "https": Secure}
            return manager

    return WatchedAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)


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
