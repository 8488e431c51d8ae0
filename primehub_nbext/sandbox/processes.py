"""Ends everything a job or a notebook server left running: a marker in its environment in, no process out.

A kernel puts itself in a process group of its own, so ending the group of the command alone would leave it behind.
The environment is inherited by every descendant, whatever group or session it moves to, and tells them all.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

PROC = Path("/proc")


def marked(name: str, value: str) -> list[int]:
    """Return the ids of the living processes that were started with name=value; empty where there is no /proc."""
    entry = f"{name}={value}".encode("utf-8", "surrogateescape")
    found = []
    for folder in PROC.glob("[0-9]*") if PROC.is_dir() else ():
        pid = int(folder.name)
        with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
            if pid != os.getpid() and entry in (folder / "environ").read_bytes().split(b"\0"):
                found.append(pid)
    return found


def end(name: str, value: str, group: int | None = None, seconds: float = 10) -> list[int]:
    """SIGKILL the process group and all marked processes until none is left; return those that would not go."""
    deadline = time.monotonic() + seconds
    if group is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    # A process can fork between looking and killing, so look again until a look finds nothing.
    while left := marked(name, value):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return left
        time.sleep(0.01)
    return []
