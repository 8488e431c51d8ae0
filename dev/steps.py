"""A command and how long it may take in; its output as it comes, how it ended, and none of its processes left, out."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

REPO = Path(__file__).resolve().parent.parent
# A red test must say so with an exit status, never hang a machine: no step may take longer than this. On two
# cores with nothing else to do the longest takes less than half of it.
STEP_SECONDS = 1800
# How long a step that is ended may take to stop what it started: pytest has servers running.
GRACE_SECONDS = 30


@dataclass(frozen=True)
class Ended:
    """How a step ended: the exit status, never 0 if it was `overdue`, which then says what was done about it."""

    status: int
    output: str
    seconds: float
    overdue: str = ""


def step(
    name: str,
    command: list,
    env: dict | None = None,
    quiet: bool = False,
    limit: float = STEP_SECONDS,
    grace: float = GRACE_SECONDS,
) -> Ended:
    """Run one check, its output shown as it comes and returned as well; after `limit` seconds it is ended."""
    print(f"\n== {name}", flush=True)
    started = time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=REPO,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        # A process group of its own, so that what it starts can be ended with it.
        start_new_session=True,
        # What a shell starts in the background is deaf to Ctrl-C, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    lines: list[str] = []
    # In a thread: whoever inherited the output can keep it open for ever, silent.
    reader = threading.Thread(target=read, args=(process.stdout, lines, quiet), daemon=True)
    reader.start()
    overdue = ""
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        overdue = f"{name}: ended, because it took longer than {limit:g} s"
    finally:
        # After Ctrl-C as well, which in a session of its own it does not hear of.
        end_group(process, grace)
    reader.join(grace)
    if overdue:
        print(f"== {overdue}", flush=True)
    status = process.returncode or (1 if overdue else 0)
    return Ended(status, "".join(lines), time.monotonic() - started, overdue)


def read(output: TextIO, lines: list[str], quiet: bool) -> None:
    for line in output:
        lines.append(line)
        if not quiet:
            print(line, end="", flush=True)


def end_group(process: subprocess.Popen, grace: float) -> None:
    """Ctrl-C for whoever still runs, so that pytest stops its servers; after `grace` seconds SIGKILL for the group."""
    with contextlib.suppress(ProcessLookupError):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(grace)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
