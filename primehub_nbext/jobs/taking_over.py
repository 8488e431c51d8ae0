"""Taking over: a job's output notebook in; the outputs of each of its code cells out, as JSON for the open notebook.

Read cell by cell and never taken apart as a whole, which would hold up all other requests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from ..context import Context
from ..notebooks.errors import NotebookNotFound
from ..notebooks.opening import open_notebook
from ..notebooks.scanner import Pieces
from .cell_runs import cell_runs, source_of
from .errors import OutputNotFound, OutputTooLarge
from .outputs import scan_any
from .progress import states_of
from .query import OVER
from .view import JobView

MAX_BYTES = 16 * 1024 * 1024  # of all outputs together: what a browser takes over while somebody waits


def output_of(context: Context, view: JobView) -> bytes:
    """`{"id", "phase", "output_path", "cells"}`, as docs/rest-api.md describes them, as JSON.

    Raises OutputNotFound, OutputTooLarge, VolumeError and its kinds.
    """
    if view.output is None:
        raise OutputNotFound()
    try:
        descriptor = open_notebook(context.volume, view.output)
    except NotebookNotFound:
        raise OutputNotFound() from None
    try:
        head = {name: view[name] for name in ("id", "phase", "output_path")}
        cells = ", ".join(_cells(descriptor, view["phase"] in OVER))
        return f'{json.dumps(head)[:-1]}, "cells": [{cells}]}}'.encode()
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise OutputNotFound() from None  # half-written
    finally:
        os.close(descriptor)


def _cells(descriptor: int, over: bool) -> Iterator[str]:
    """Each code cell, as JSON."""
    notebook = scan_any(descriptor, os.fstat(descriptor).st_size)
    runs = cell_runs(notebook.cells)
    file, left = Pieces(descriptor), MAX_BYTES
    for run, state in zip(runs, states_of(runs, over)):
        scanned = notebook.cells[run.place]
        if scanned.outputs:
            begin, end = scanned.outputs
            left -= end - begin
            if left < 0:
                raise OutputTooLarge(MAX_BYTES // 1024**2)
            outputs = json.loads(str(file.read(begin, end - begin), "utf-8"), parse_constant=lambda word: word)
        else:
            outputs = scanned.cell.get("outputs")
        cell: dict[str, Any] = {
            "index": run.index,
            "id": run.id,
            "state": state,
            "source": source_of(scanned.cell),
            "crc": run.crc,
            "injected": run.injected,
            "execution_count": scanned.cell.get("execution_count"),
            "outputs": outputs if isinstance(outputs, list) else [],
        }
        yield json.dumps(cell, allow_nan=False)
