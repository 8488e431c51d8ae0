"""A pod's memory limit, kept by looking: its first process in; the largest process killed when all take too much.

Control groups would do it sooner, but cannot be had by everybody (no delegation, version 1 or 2, none in a container).
So the pages of all descendants are counted a few times a second, and as the kernel's OOM killer does, the largest one
gets SIGKILL. What is quick enough to take and give back between two looks is not seen.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

LOOK_SECONDS = 0.25


def kill_over(pid: int, limit: float) -> bool:
    """Kill the largest descendant of `pid` if they take more than `limit` bytes together; whether that was so."""
    sizes = {each: _resident(each) for each in descendants(pid)}
    # Shared pages are in every process's count, so before anything is killed they are shared out.
    if sum(sizes.values()) <= limit or sum(map(_proportional, sizes)) <= limit:
        return False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(max(sizes, key=sizes.__getitem__), signal.SIGKILL)
    return True


def descendants(pid: int) -> list[int]:
    """The process and all below it; empty where /proc does not tell."""
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        for task in Path(f"/proc/{found[-1]}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                left += map(int, task.read_text().split())
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):  # ended meanwhile
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return _resident(pid)
