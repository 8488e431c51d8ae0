"""What goes wrong behind the API: faults that somebody asked for in; failures for the requests that they befall out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

SERVICES = ("kubernetes", "keycloak")
CUT = 0  # in place of an HTTP status: the connection ends without an answer


class HttpFailure(Exception):
    """The service answered `status`, which is no success, and `message` in its body."""

    def __init__(self, status: int, message: str = ""):
        super().__init__(f"HTTP {status}")
        self.status, self.message = status, message


class ConnectionCut(Exception):
    """The service ended the connection instead of answering."""


@dataclass
class Fault:
    """What befalls requests to `service` whose `verb subject` contains `on`: `status`, or CUT.

    times : how many requests; None for all from now on
    message : what the service says
    """

    service: str
    on: str
    status: int = 500
    times: int | None = 1
    message: str = "the sandbox was asked to fail"


class Faults:
    """All faults of one cluster, and how slow its services are.

    wait : called with seconds, in place of time passing
    """

    def __init__(self, wait: Callable[[float], None] = time.sleep):
        self._wait = wait
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._seconds = dict.fromkeys(SERVICES, 0.0)

    def add(self, fault: Fault) -> None:
        """Let the next requests like `get phjobs/<name>` or `list pods` fail."""
        with self._lock:
            self._faults.append(fault)

    def slow(self, service: str, seconds: float) -> None:
        """From now on each request to a service takes so long."""
        with self._lock:
            self._seconds[service] = seconds

    def clear(self) -> None:
        """From now on nothing fails and nothing is slow."""
        with self._lock:
            self._faults.clear()
            self._seconds = dict.fromkeys(SERVICES, 0.0)

    def befall(self, service: str, request: str) -> None:
        """Called before each request. Raises HttpFailure or ConnectionCut where a fault fits."""
        with self._lock:
            seconds = self._seconds[service]
            fault = next((each for each in self._faults if each.service == service and each.on in request), None)
            if fault and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
        if seconds:
            self._wait(seconds)
        if fault:
            raise HttpFailure(fault.status, fault.message) if fault.status != CUT else ConnectionCut
