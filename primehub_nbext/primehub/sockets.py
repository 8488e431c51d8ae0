"""A host, a port and seconds in; a connected socket out, or the OSError that there is none, and never any later.

The system's name lookup takes no time-out, and a library's connect time-out is each address's own. Here both together
end in time.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent import futures
from typing import Any

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]  # as getaddrinfo answers them
_LEAST_SECONDS = 0.01  # for an address when there is no time left; a time-out of 0 would mean another thing

_lookups: dict[tuple[str, int], futures.Future[Sequence[Address]]] = {}
_lock = threading.Lock()


def connect(
    host: str, port: int, seconds: float, connect_seconds: float, options: Iterable[tuple[int, int, Any]] | None = ()
) -> socket.socket:
    """A socket to the first of the host's addresses that answers; its time-out is `connect_seconds`.

    seconds : for all of it, name lookup included
    connect_seconds : for all addresses together. Each gets an equal share of what is left, so that one that never
        answers leaves time for those after it
    options : arguments of setsockopt

    Raises socket.gaierror or ValueError when the name has no address, socket.timeout, other OSErrors.
    """
    end = time.monotonic() + seconds
    addresses = look_up(host, port, seconds)
    end = min(end, time.monotonic() + connect_seconds)
    error = OSError("the name has no address")
    for position, (family, kind, protocol, _, address) in enumerate(addresses):
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as unsupported:
            error = unsupported
            continue
        try:
            for option in options or ():
                sock.setsockopt(*option)
            sock.settimeout(max(_LEAST_SECONDS, (end - time.monotonic()) / (len(addresses) - position)))
            sock.connect(address)
            sock.settimeout(connect_seconds)
            return sock
        except OSError as refused:
            sock.close()
            error = refused
    raise error


def look_up(host: str, port: int, seconds: float) -> Sequence[Address]:
    """What getaddrinfo answers, or socket.timeout.

    A lookup cannot be interrupted: its thread ends when the system's resolver gives up. Until then whoever asks for the
    same waits for the same answer, so that a dead name server is waited for by one thread and not by one per request.
    """
    with _lock:
        answer = _lookups.get((host, port))
        if answer is None:
            answer = futures.Future()
            thread = threading.Thread(target=_ask, args=(host, port, answer), name="primehub-lookup", daemon=True)
            thread.start()
            _lookups[host, port] = answer
    try:
        return answer.result(seconds)
    except futures.TimeoutError:
        raise socket.timeout("the name lookup takes too long") from None


def _ask(host: str, port: int, answer: futures.Future[Sequence[Address]]) -> None:
    found: Sequence[Address] = ()
    error: Exception | None = None
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except Exception as refused:  # whatever it is, it is for those who wait
        error = refused
    with _lock:
        del _lookups[host, port]
    if error:
        answer.set_exception(error)
    else:
        answer.set_result(found)
