"""Cell pairs: two output notebooks of one notebook in; cell by cell what each side has, and what differs, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .compared_outputs import Budget, OutputNotebook, compare_outputs
from .differing_text import excerpts
from .output_texts import media_told
from .pairing import NotebookCell, paired
from .progress import between

ALL_TEXT = 512 * 1024  # characters that are told
MAX_LINE = 200  # characters of a cell's first line
LONGER, SECONDS = 1.5, 1.0  # so many times as long, and so many seconds longer, is told as a difference


def cell_pairs(left: OutputNotebook, right: OutputNotebook) -> Iterator[dict[str, Any]]:
    """As docs/rest-api.md describes them, in order."""
    budget, room = Budget(), ALL_TEXT
    for cells in paired(left.cells, right.cells):
        pair = _pair((left, right), cells, budget)
        for side in filter(None, pair["sides"]):
            for name in ("source", "text"):
                if side[name]:
                    room -= len(side[name]["text"])
                    side[name] = side[name] if room >= 0 else None
        yield pair


def _pair(
    notebooks: tuple[OutputNotebook, OutputNotebook],
    cells: tuple[NotebookCell | None, NotebookCell | None],
    budget: Budget,
) -> dict[str, Any]:
    one, other = cells
    sides = [_side(notebook, cell) if cell else None for notebook, cell in zip(notebooks, cells)]
    outputs = compare_outputs(notebooks, cells, budget)
    injected = any(cell is not None and cell.injected for cell in cells)
    differs = []
    if one is None or other is None:
        differs += [] if injected else ["presence"]
    elif one.source != other.source and not injected:
        differs.append("source")
    if sides[0] and sides[1]:
        differs += ["state"] if sides[0]["state"] != sides[1]["state"] else []
        differs += ["outputs"] if outputs.same is False else []
        differs += ["seconds"] if _longer(sides[0]["seconds"], sides[1]["seconds"]) else []
    sources = excerpts(*(cell.source if cell and differs else None for cell in cells))
    shown = "outputs" in differs or "presence" in differs
    texts = excerpts(*(each.text if each and shown else None for each in outputs.texts))
    for side, source, text in zip(sides, sources, texts):
        if side:
            side.update(source=source, text=text)
    return {
        "kind": (one or other).kind,  # type: ignore[union-attr]  # paired leaves no pair without a cell
        "injected": injected,
        "differs": differs,
        "outputs": {"same": outputs.same, "media": media_told(*outputs.texts) if shown else []},
        "sides": sides,
    }


def _side(notebook: OutputNotebook, cell: NotebookCell) -> dict[str, Any]:
    number, run, state = notebook.noted.get(cell.place, (None, None, None))
    return {
        "number": number,
        "id": cell.id and cell.id[:64],
        "state": state,
        "seconds": between(run.start, run.end) if run else None,
        "line": next((line for line in cell.source.splitlines() if line.strip()), "")[:MAX_LINE],
    }


def _longer(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return False
    return abs(one - other) >= SECONDS and max(one, other) >= LONGER * min(one, other)
