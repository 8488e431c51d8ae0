"""Peaks: what was measured of a job that somebody looked at in; the most memory that it used, as long as known, out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

MOST_JOBS = 256


class Peaks:
    """Of the jobs looked at last; for any thread."""

    def __init__(self) -> None:
        self._bytes: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, job_id: str, monitoring: dict[str, Any]) -> None:
        """What `GET jobs/<id>/monitoring` answered of a job, of which a zero says nothing."""
        memory = (monitoring.get("peak") or {}).get("memory")
        if not memory or not monitoring.get("over"):
            return
        with self._lock:
            self._bytes[job_id] = memory
            self._bytes.move_to_end(job_id)
            while len(self._bytes) > MOST_JOBS:
                self._bytes.popitem(last=False)

    def memory(self, job_id: str) -> float | None:
        """Bytes; None where nobody knows."""
        return self._bytes.get(job_id)
