"""Progress: what papermill noted of each cell, and whether the job is over, in; how far it is, cell by cell, out."""

from __future__ import annotations

from typing import Any

from .cell_runs import CellRun


def progress_of(
    runs: list[CellRun], notes: dict[str, float | None], over: bool, now: float, cells: bool = True
) -> dict[str, Any]:
    """As docs/rest-api.md describes it.

    notes : "start" and "end" of the whole run, in seconds since 1970, None where papermill did not note it
    over : whether the job has ended, however: then nothing runs
    now : in seconds since 1970
    cells : whether each cell is wanted
    """
    states = states_of(runs, over)
    starts = [each.start for each in runs if each.start is not None]
    ends = [each.end for each in runs if each.end is not None]
    start = notes.get("start") or min(starts, default=None)
    end = notes.get("end") or (max(ends + starts, default=None) if over else now)

    def position(state: str) -> int | None:
        return next((number for number, each in enumerate(states, 1) if each == state), None)

    progress: dict[str, Any] = {
        "total": len(runs),
        "done": states.count("done"),
        "running": position("running"),
        "failed": position("failed"),
        "seconds": between(start, end),
        "estimate_seconds": None,
        "estimate_from": None,
    }
    if cells:
        progress["cells"] = [_cell(run, state, now) for run, state in zip(runs, states)]
    return progress


def states_of(runs: list[CellRun], over: bool) -> list[str]:
    """The state of each cell.

    "pending", "running", "done" or "failed"; of a job that is over "stopped" instead of "running" and "skipped" instead
    of "pending".
    """
    states = []
    for run in runs:
        if run.status == "completed":
            states.append("done" if run.start is not None else "pending")
        elif run.status in ("running", "failed"):
            states.append(run.status)
        else:
            states.append("pending")
    ran = [number for number, state in enumerate(states) if state == "done"]
    completed = sum(run.status == "completed" for run in runs)
    if "failed" not in states and ran and len(ran) < completed:
        states[ran[-1]] = "failed"  # the kernel died in it: papermill noticed no exception, what comes after never ran
    if over:
        states = [{"running": "stopped", "pending": "skipped"}.get(state, state) for state in states]
    return states


def _cell(run: CellRun, state: str, now: float) -> dict[str, Any]:
    end = now if state == "running" else run.end
    return {
        "index": run.index,
        "id": run.id,
        "state": state,
        "seconds": between(run.start, end),
        "source": run.line,
        "crc": run.crc,
        "injected": run.injected,
    }


def between(start: float | None, end: float | None) -> float | None:
    """Seconds from one to the other; the clocks of the job and of this server may differ."""
    return None if start is None or end is None else round(max(0.0, end - start), 3)
