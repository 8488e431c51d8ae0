"""Pairing: the cells of two runs of a notebook in; which cell of one is which of the other out.

By nbformat's id; where that says nothing, by source, in order: never a cell that is not known to be it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..notebooks.scanner import ScannedCell
from .cell_runs import INJECTED, MARKER, crc_of, source_of


@dataclass(frozen=True)
class NotebookCell:
    """A cell of any kind.

    place : its number among all cells of the file, from 0
    kind : "code", "markdown" or "raw"
    id : nbformat's, None where there is none
    injected : whether papermill put it in, to set parameters
    """

    place: int
    kind: str
    id: str | None
    source: str
    injected: bool = False

    @property
    def content(self) -> tuple[str, str]:
        """The same for cells that are alike."""
        return self.kind, crc_of(self.source)


def notebook_cells(cells: Sequence[ScannedCell]) -> list[NotebookCell]:
    """The cells of a scanned notebook, without those that papermill puts in to point at the one that failed."""
    found = []
    for place, scanned in enumerate(cells):
        metadata = scanned.cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        tags = tags if isinstance(tags, list) else []
        if MARKER not in tags:
            cell_id = scanned.cell.get("id")
            found.append(
                NotebookCell(
                    place=place,
                    kind=str(scanned.cell.get("cell_type")),
                    id=cell_id if isinstance(cell_id, str) else None,
                    source=source_of(scanned.cell),
                    injected=INJECTED in tags,
                )
            )
    return found


def paired(
    left: Sequence[NotebookCell], right: Sequence[NotebookCell]
) -> list[tuple[NotebookCell | None, NotebookCell | None]]:
    """All cells of both, in the order of `left`; those that only `right` has come after what they come after there."""
    partner: dict[int, int] = {}  # numbers in left → in right
    free = dict(enumerate(right))

    def take(n: int, m: int | None) -> None:
        if m is not None:
            partner[n] = m
            del free[m]

    injected = iter([m for m, each in free.items() if each.injected])
    for n, cell in enumerate(left):
        if cell.injected:
            take(n, next(injected, None))
    # An id that occurs twice, as in a file that was put together by hand, says nothing.
    counts = [Counter(each.id for each in cells) for cells in (left, right)]
    known: dict[str | None, int] = {
        each.id: m for m, each in free.items() if each.id and not each.injected and counts[1][each.id] == 1
    }
    for n, cell in enumerate(left):
        m = known.get(cell.id) if not cell.injected and counts[0][cell.id] == 1 else None
        take(n, m if m is not None and right[m].kind == cell.kind else None)
    alike: dict[tuple[str, str], deque[int]] = {}
    for m, each in free.items():
        if not each.injected:
            alike.setdefault(each.content, deque()).append(m)
    for n, cell in enumerate(left):
        if n not in partner and not cell.injected and alike.get(cell.content):
            take(n, alike[cell.content].popleft())
    return _in_order(left, right, partner)


def _in_order(
    left: Sequence[NotebookCell], right: Sequence[NotebookCell], partner: dict[int, int]
) -> list[tuple[NotebookCell | None, NotebookCell | None]]:
    taken = set(partner.values())
    ordered: list[tuple[NotebookCell | None, NotebookCell | None]] = []

    def alone_from(m: int) -> None:
        while m < len(right) and m not in taken:
            ordered.append((None, right[m]))
            m += 1

    alone_from(0)
    for n, cell in enumerate(left):
        if n in partner:
            ordered.append((cell, right[partner[n]]))
            alone_from(partner[n] + 1)
        else:
            ordered.append((cell, None))
    return ordered
