"""A gate: requests in, held until it is opened; how many stand before it out."""

from __future__ import annotations

import threading

from .answers import behave
from .exchange import Exchange

WAIT_SECONDS = 60


class Gate:
    """A behaviour that holds requests back until it is opened, then answers them as PrimeHub does.

    executed : whether PrimeHub does what it is asked for before that
    peak : how many have stood before it at the same time, at most
    """

    def __init__(self, executed: bool = False) -> None:
        self.peak = 0
        self._executed = executed
        self._changed = threading.Condition()
        self._opened = False
        self._waiting = 0

    def __call__(self, exchange: Exchange) -> None:
        done = exchange.execute() if self._executed else None
        with self._changed:
            self._waiting += 1
            self.peak = max(self.peak, self._waiting)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._opened)
            self._waiting -= 1
        behave(exchange, done)

    def wait_for(self, number: int) -> None:
        """Return when so many requests stand before the gate."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._waiting >= number, WAIT_SECONDS), (
                f"{self._waiting} requests reached PrimeHub at the same time, not {number}"
            )

    def open(self) -> None:
        """Let pass who stands there, and who comes from now on."""
        with self._changed:
            self._opened = True
            self._changed.notify_all()
