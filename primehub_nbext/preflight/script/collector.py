"""Python's search for cycles that nobody holds: made rarer while trees are made, which have none.

By itself it looks through the newest objects after each 700 (2000 from Python 3.13 on), and through all that the server
has whenever these have become a quarter more: with trees that takes longer than to make them. It is never switched off:
another thread may make cycles meanwhile, and whoever looks at a notebook may be held up, as by a disk.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Iterator

RARE = 400_000  # new objects before a search: more than the trees of 500 cells, some 100 MB
MANY = 15_000  # nodes of new trees, to look through which takes longer than to look at most notebooks
_lock = threading.Lock()
_within = 0
_made = 0  # nodes of trees, since the first of those who are within began
_before: tuple[int, int, int] = gc.get_threshold()


@contextlib.contextmanager
def rarer() -> Iterator[None]:
    """Fewer searches within, in all threads, until the last of those who are within at the same time is done."""
    global _within, _before, _made
    with _lock:
        if not _within:
            _before, _made = gc.get_threshold(), 0
            if 0 < _before[0] < RARE:  # 0: somebody wants none at all
                gc.set_threshold(RARE, *_before[1:])
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within and gc.get_threshold() == (RARE, *_before[1:]):  # nobody has set another meanwhile
                _pass_over()
                gc.set_threshold(*_before)


def made(nodes: int) -> None:
    """Says that a tree was made, of so many nodes."""
    global _made
    with _lock:
        _made += nodes


def _pass_over() -> None:
    """Spares the server a search through many new trees, which would come at once.

    What is thawed is among the oldest, which are searched when the next full search is due. How many objects there are
    is not told by `gc.get_count`, from which those that are gone are taken away, were they new or old.
    """
    if _made > MANY and not gc.get_freeze_count():  # else somebody wants them frozen
        gc.freeze()
        gc.unfreeze()
