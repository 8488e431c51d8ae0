"""How long this thread may still wait for PrimeHub, all its requests together: seconds in, what is left of them out."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


class _Patience(threading.local):
    left: float | None = None  # None: as long as each request may take


_PATIENCE = _Patience()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """What is called in the block may wait so many seconds for PrimeHub, however many requests it makes."""
    before, _PATIENCE.left = _PATIENCE.left, seconds
    try:
        yield
    finally:
        _PATIENCE.left = before


@contextmanager
def waiting() -> Iterator[float | None]:
    """For the block that waits: the seconds that it may take at most, None for any; those that it took are gone."""
    started, left = time.monotonic(), _PATIENCE.left
    try:
        yield left
    finally:
        if left is not None:
            _PATIENCE.left = max(0.0, left - (time.monotonic() - started))
