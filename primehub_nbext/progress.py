"""Progress: the output notebook in; which cell of how many out.

papermill writes the output notebook anew after each cell, with a status in each cell's metadata. Its words are not
the last on whether the job still runs (a killed job's cell stays "running"): that is the job's phase.
"""

from __future__ import annotations

import json
import os

from .errors import PrimeHubError
from .snapshots import open_notebook
from .volumes import GroupVolume

MAX_BYTES = 4 * 1024 * 1024  # reading more would hold up other requests of the notebook server


def read_progress(volume: GroupVolume, path: str, over: bool = False) -> dict | None:
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
        states = [
            cell.get("metadata", {}).get("papermill", {}).get("status") for cell in cells if cell["cell_type"] == "code"
        ]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None  # half-written: the next look finds it whole
    finally:
        os.close(file)

    def position(state: str) -> int | None:
        return states.index(state) + 1 if state in states else None

    return {
        "total": len(states),
        "done": states.count("completed"),
        "running": None if over else position("running"),
        "failed": position("failed"),
    }
