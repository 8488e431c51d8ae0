"""Progress: the output notebook in; which cell of how many out.

papermill writes the output notebook anew after each cell, with a status and times in each cell's metadata. Neither is
the last word: a killed job's cell stays "running", which the job's phase corrects; and when the kernel does not start,
or dies, papermill (2.4 to 2.7, seen) marks every cell that is left "completed", but gives it no start time.
"""

from __future__ import annotations

import json
import os

from ..errors import PrimeHubError
from ..notebooks.opening import open_notebook
from ..notebooks.volume import GroupVolume

MAX_BYTES = 4 * 1024 * 1024  # reading more would hold up other requests of the notebook server


def read_progress(volume: GroupVolume, path: str, over: bool = False) -> dict[str, int | None] | None:
    """`{"total", "done", "running", "failed"}` in code cells, the last two as 1-based positions or None.

    `path` is relative to the volume; `over` says that the job has ended. None while there is nothing to read.
    """
    try:
        file = open_notebook(volume, path)
    except PrimeHubError:
        return None
    try:
        if os.fstat(file).st_size > MAX_BYTES:
            return None
        with os.fdopen(os.dup(file), "rb") as stream:
            cells = json.loads(stream.read())["cells"]
        notes = [cell.get("metadata", {}).get("papermill") or {} for cell in cells if cell["cell_type"] == "code"]
        return _progress([(note.get("status"), note.get("start_time") is not None) for note in notes], over)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # half-written: the next look finds it whole
    finally:
        os.close(file)


def _progress(cells: list[tuple[str | None, bool]], over: bool) -> dict[str, int | None]:
    """From each code cell's status and whether it was ever started."""

    def position(state: str) -> int | None:
        return next((number for number, (each, _) in enumerate(cells, 1) if each == state), None)

    ran = [number for number, (state, started) in enumerate(cells, 1) if state == "completed" and started]
    failed = position("failed")
    if failed is None and len(ran) < sum(state == "completed" for state, _ in cells) and ran:
        failed = ran.pop()  # the kernel died in it: papermill noticed no exception, and what comes after never ran
    return {
        "total": len(cells),
        "done": len(ran),
        "running": None if over else position("running"),
        "failed": failed,
    }
