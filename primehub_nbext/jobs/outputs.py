"""Output notebooks: a job in; its progress and its failure, from what papermill has written on the volume so far, out.

A file is read again only when it has changed and somebody asks, and while the job runs so seldom that it takes a
twentieth of a core, whatever its size.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..errors import PrimeHubError
from ..notebooks.folders import open_folder
from ..notebooks.opening import open_notebook
from ..notebooks.scanner import Pieces, ScannedCell, ScannedNotebook, scan
from ..notebooks.volume import GroupVolume
from .cell_runs import CellRun, cell_runs, read_time
from .estimate import earlier_outputs, seconds_left
from .failure import error, read_error
from .progress import progress_of, states_of

SHARE = 20  # a file that took so long to read is read again after 20 times as long
SMALL = 4 * 1024 * 1024  # bytes of a file that is read for one of many jobs, or whole
MAX_FILES = 128


@dataclass
class Reading:
    """What was read of one file.

    state : of the file then
    origin : what the job noted of itself
    earlier : ids and file names of earlier runs of the same notebook, once they were looked for
    next_at : when to read again at the earliest
    """

    lock: threading.Lock = field(default_factory=threading.Lock)
    state: tuple[int, ...] = ()
    runs: list[CellRun] | None = None
    notes: dict[str, float | None] = field(default_factory=dict)
    error: dict[str, Any] | None = None
    origin: dict[str, Any] = field(default_factory=dict)
    earlier: list[tuple[str, str]] | None = None
    next_at: float = 0.0


class OutputNotebooks:
    """What is known of the output notebooks of a group volume; for any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._readings: OrderedDict[tuple[str, str], Reading] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes_read = 0  # of all files together, for tests

    def tell(
        self, volume: GroupVolume, path: str | None, over: bool, brief: bool = False
    ) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """`progress` and `failure` of the job whose output notebook this is, each None where there is none.

        path : relative to the volume; None for a job that has none there
        over : whether the job has ended
        brief : for one of many jobs: no cells, no traceback, and no large file is read
        """
        if path is None:
            return None, None
        reading = self._reading(volume.path, path)
        with reading.lock:
            self._read(reading, volume, path, over, brief)
            runs, notes, found = reading.runs, reading.notes, reading.error
        if runs is None:
            return None, None
        progress = progress_of(runs, notes, over, time.time(), cells=not brief)
        if not (over or brief):
            self._estimate(progress, volume, path, runs)
        failed = next((run for run, state in zip(runs, states_of(runs, over)) if state == "failed"), None)
        if failed is None:
            return progress, None
        failure = {"cell": failed.index, "id": failed.id, **(found or error(None, None, []))}
        return progress, {**failure, "traceback": ""} if brief else failure

    def made_in(self, volume: GroupVolume, path: str | None, job_id: str) -> dict[str, str]:
        """`image` and `instance_type` of a job, as far as its output notebook, told of before, says so."""
        origin = self._reading(volume.path, path).origin if path else {}
        told = origin if origin.get("job") == job_id else {}  # else those of the notebook that it ran
        return {name: told[name] for name in ("image", "instance_type") if isinstance(told.get(name), str)}

    def _estimate(self, progress: dict[str, Any], volume: GroupVolume, path: str, runs: list[CellRun]) -> None:
        """Put into progress how long it takes still, by the latest run of the same notebook that tells."""
        folder, name = os.path.split(path)
        own = self._reading(volume.path, path)
        if own.earlier is None:
            own.earlier = earlier_outputs(name, names_in(volume, folder))
        states, now = states_of(runs, over=False), time.time()
        for job_id, each in own.earlier:
            reading = self._reading(volume.path, os.path.join(folder, each))
            with reading.lock:
                self._read(reading, volume, os.path.join(folder, each), over=True, brief=False)
                earlier = reading.runs
            left = seconds_left(runs, states, earlier, now) if earlier else None
            if left is not None:
                progress["estimate_seconds"], progress["estimate_from"] = left, job_id
                return

    def _reading(self, *key: str) -> Reading:
        with self._lock:
            reading = self._readings.setdefault((key[0], key[1]), Reading())
            self._readings.move_to_end((key[0], key[1]))
            while len(self._readings) > MAX_FILES:
                self._readings.popitem(last=False)
            return reading

    def _read(self, reading: Reading, volume: GroupVolume, path: str, over: bool, brief: bool) -> None:
        """Read the file, if it has changed and it is time to."""
        try:
            descriptor = open_notebook(volume, path)
        except PrimeHubError:
            return
        try:
            about = os.fstat(descriptor)
            state = (about.st_ino, about.st_mtime_ns, about.st_size)
            if state == reading.state or (brief and about.st_size > SMALL):
                return
            if not over and self._clock() < reading.next_at:
                return
            started = time.thread_time()
            try:
                notebook = scan_any(descriptor, about.st_size)
                reading.runs = cell_runs(notebook.cells)
                reading.notes = {name: read_time(notebook.papermill.get(f"{name}_time")) for name in ("start", "end")}
                reading.origin = notebook.primehub
                reading.error = _error(descriptor, notebook, reading.runs)
                reading.state = state
            except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
                pass  # half-written: the next look finds it whole
            self.bytes_read += about.st_size
            reading.next_at = self._clock() + SHARE * (time.thread_time() - started)
        finally:
            os.close(descriptor)


def names_in(volume: GroupVolume, folder: str) -> list[str]:
    """The names in a folder of the volume; none where it cannot be read."""
    try:
        root = volume.open_root()
        try:
            descriptor = open_folder(root, folder)
        finally:
            os.close(root)
        try:
            return os.listdir(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, PrimeHubError):
        return []


def scan_any(descriptor: int, size: int) -> ScannedNotebook:
    """The notebook behind a descriptor, in any layout where it is small. Raises what JSON and odd notebooks raise."""
    try:
        return scan(descriptor)
    except ValueError:
        if size > SMALL:
            raise
    notebook = json.loads(Pieces(descriptor).read(0, size))
    metadata = notebook.get("metadata", {})
    sections = [metadata.get(name) for name in ("papermill", "primehub")]
    papermill, primehub = (each if isinstance(each, dict) else {} for each in sections)
    return ScannedNotebook([ScannedCell(cell, None) for cell in notebook["cells"]], papermill, primehub)


def _error(descriptor: int, notebook: ScannedNotebook, runs: list[CellRun]) -> dict[str, Any] | None:
    """The error of the first cell that failed, as papermill says."""
    failed = next((run for run in runs if run.status == "failed"), None)
    if failed is None:
        return None
    scanned = notebook.cells[failed.place]
    if scanned.outputs:
        return read_error(Pieces(descriptor), *scanned.outputs)
    outputs = [each for each in scanned.cell.get("outputs") or [] if each.get("output_type") == "error"]
    if not outputs:
        return None
    lines = [str(line) for line in outputs[-1].get("traceback") or []]
    return error(outputs[-1].get("ename"), outputs[-1].get("evalue"), lines)
