"""Estimate: the cells of a job that runs and those of an earlier run of the same notebook in; the seconds left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .cell_runs import CellRun

OUTPUT = re.compile(r"(?P<stem>.*)-(?P<job>job-[0-9]{12}-[0-9a-z]{1,6})-output\.ipynb\Z", re.DOTALL)
MAX_EARLIER = 3  # of the latest, that are looked at


def earlier_outputs(name: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """The ids and file names of earlier runs of the notebook whose output is `name`, the latest first, among names."""
    own = OUTPUT.match(name)
    if own is None:
        return []
    found = [(match["job"], each) for each in names if (match := OUTPUT.match(each)) and match["stem"] == own["stem"]]
    return sorted((each for each in found if each[0] < own["job"]), reverse=True)[:MAX_EARLIER]


def seconds_left(runs: list[CellRun], states: list[str], earlier: list[CellRun], now: float) -> float | None:
    """The time that the cells which are left took in an earlier run; None where that run says nothing of one of them.

    A cell is the same if its source is; of several that are the same the next is taken.
    """
    known: dict[str, list[float]] = {}
    for run in earlier:
        if run.status == "completed" and run.start is not None and run.end is not None:
            known.setdefault(run.crc, []).append(max(0.0, run.end - run.start))
    left = 0.0
    for run, state in zip(runs, states):
        times = known.get(run.crc)
        took = times.pop(0) if times else None
        if state not in ("running", "pending"):
            continue
        if took is None:
            return None
        left += max(0.0, took - (now - run.start)) if state == "running" and run.start is not None else took
    return round(left, 1)
