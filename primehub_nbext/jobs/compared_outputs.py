"""Compared outputs: a cell of each of two output notebooks in; whether they put out the same, and what, out.

Bounded, whatever the notebooks hold: so much JSON is taken apart, and what is larger is compared byte by byte up to a
limit, which takes 0.1 s.
"""

from __future__ import annotations

import json
import os
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from ..context import Context
from ..notebooks.errors import NotebookNotFound
from ..notebooks.opening import open_notebook
from ..notebooks.scanner import Pieces, ScannedCell
from .cell_runs import CellRun, cell_runs
from .errors import OutputNotFound
from .output_texts import OutputTexts, output_texts
from .outputs import scan_any
from .pairing import NotebookCell, notebook_cells
from .progress import states_of

MAX_PARSED = 256 * 1024  # bytes of one cell's outputs that are taken apart, which holds the interpreter for about 2 ms
ALL_PARSED = 8 * 1024 * 1024  # bytes of all of them
ALL_COMPARED = 256 * 1024 * 1024  # bytes of larger ones, on each side
PIECE = 256 * 1024


@dataclass
class Budget:
    """What is left to be spent on one comparison, in bytes."""

    parsed: int = ALL_PARSED
    compared: int = ALL_COMPARED


@dataclass(frozen=True)
class OutputNotebook:
    """An output notebook that is open.

    cells : without papermill's pointers to the one that failed
    noted : by the place of a code cell: its number from 1, what papermill noted of it, and its state
    """

    file: Pieces
    scanned: list[ScannedCell]
    cells: list[NotebookCell]
    noted: dict[int, tuple[int, CellRun, str]]

    @classmethod
    def open(cls, context: Context, path: str | None, over: bool, stack: ExitStack) -> OutputNotebook:
        """The notebook at a path relative to the volume, for as long as the stack is.

        over : whether its job has ended

        Raises OutputNotFound, also for one that is being written; VolumeError and its kinds.
        """
        if path is None:
            raise OutputNotFound()
        try:
            descriptor = open_notebook(context.volume, path)
        except NotebookNotFound:
            raise OutputNotFound() from None
        stack.callback(os.close, descriptor)
        try:
            scanned = scan_any(descriptor, os.fstat(descriptor).st_size).cells
            runs = cell_runs(scanned)
            states = states_of(runs, over)
            noted = {run.place: (number, run, state) for number, (run, state) in enumerate(zip(runs, states), 1)}
            return cls(Pieces(descriptor), scanned, notebook_cells(scanned), noted)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise OutputNotFound() from None  # half-written

    def size(self, cell: NotebookCell) -> int:
        """Bytes of its outputs in the file; 0 of those that were read with the cell, which are few or small."""
        begin, end = self.scanned[cell.place].outputs or (0, 0)
        return end - begin

    def raw(self, cell: NotebookCell, begin: int, size: int) -> bytes:
        """So many bytes of its outputs."""
        where = self.scanned[cell.place].outputs
        return self.file.read(where[0] + begin, size) if where else b""

    def texts(self, cell: NotebookCell) -> OutputTexts:
        """What its outputs come to."""
        outputs: Any = self.scanned[cell.place].cell.get("outputs")
        if self.size(cell):
            try:
                outputs = json.loads(str(self.raw(cell, 0, self.size(cell)), "utf-8"))
            except (ValueError, RecursionError):
                outputs = []  # it was written meanwhile
        return output_texts(outputs)


@dataclass(frozen=True)
class ComparedOutputs:
    """Of a cell that both have, or only one.

    same : None where it is not known, or there is nothing to compare with
    texts : of each side, None where they are too large to be taken apart
    """

    same: bool | None
    texts: tuple[OutputTexts | None, OutputTexts | None] = (None, None)


def compare_outputs(
    notebooks: tuple[OutputNotebook, OutputNotebook],
    cells: tuple[NotebookCell | None, NotebookCell | None],
    budget: Budget,
) -> ComparedOutputs:
    """Of code cells; other cells have none."""
    sides = [(notebook, cell) for notebook, cell in zip(notebooks, cells) if cell and cell.kind == "code"]
    sizes = [notebook.size(cell) for notebook, cell in sides]
    small = max(sizes, default=0) <= MAX_PARSED and sum(sizes) <= budget.parsed
    if len(sides) < 2:
        texts = [notebook.texts(cell) if cell and small else None for notebook, cell in zip(notebooks, cells)]
        return ComparedOutputs(None, (texts[0], texts[1]))
    (left, one), (right, other) = sides
    if sizes[0] == sizes[1] > 0 and (small or sizes[0] <= budget.compared):
        budget.compared -= 0 if small else sizes[0]
        pieces = range(0, sizes[0], PIECE)
        if all(
            left.raw(one, at, min(PIECE, sizes[0] - at)) == right.raw(other, at, min(PIECE, sizes[0] - at))
            for at in pieces
        ):
            return ComparedOutputs(True)
        if not small:
            return ComparedOutputs(False)
    if not small:
        return ComparedOutputs(None if sizes[0] == sizes[1] else False)
    budget.parsed -= sum(sizes)
    told, told_other = left.texts(one), right.texts(other)
    return ComparedOutputs(told.same_as(told_other), (told, told_other))
