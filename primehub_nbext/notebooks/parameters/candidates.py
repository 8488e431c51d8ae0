"""A notebook's cells, none of which is tagged `parameters`, in; the cells that could be, and the edits for it, out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .assignments import SYNTAXES
from .candidate import Cell, read_cell
from .elsewhere import names_elsewhere
from .names import names_in

TAG = "parameters"
MAX_CELLS = 400
MAX_SOURCES = 1024 * 1024  # characters of all cells; of more nothing is offered
MAX_NAMES = 20


def tagged(cells: list[dict[str, Any]]) -> int | None:
    """The index of the cell after which papermill puts in parameters; it need not be one of code."""
    return next((n for n, cell in enumerate(cells) if TAG in cell["tags"]), None)


def find_candidates(cells: list[dict[str, Any]], language: str, given: Iterable[str]) -> list[dict[str, Any]]:
    """What could become parameters with one click: `[{"cell", "names", "commented", "fix"}]`, `fix` as of a finding.

    given : names that are in the form, for the cell that assigns most of them; where none does, the cell that looks
        most like one of parameters, and the assignments in comments whose names the notebook uses and nowhere defines
    """
    code = [(n, cell["source"]) for n, cell in enumerate(cells) if cell["type"] == "code"][:MAX_CELLS]
    if tagged(cells) is not None or sum(len(source) for _, source in code) > MAX_SOURCES:
        return []
    if language != "python" and language not in SYNTAXES:
        return []
    looked = [(n, source, read_cell(source, language)) for n, source in code]
    if not any(cell.live or cell.aside for _, _, cell in looked):
        return []
    uses = [names_in(source) if language == "python" else names_elsewhere(source, language) for _, source in code]
    undefined = _all(each.used for each in uses) - _all(each.bound for each in uses)
    found = []
    best = max(looked, key=lambda each: len(_of(each[2], set(given))), default=None)
    if best and _of(best[2], set(given)):
        # With some of what is in comments goes the rest of it that nothing else defines.
        return [_offer(*best, _of(best[2], {*given, *(undefined & set(best[2].aside))}))]
    aside = max(looked, key=lambda each: len(undefined & set(each[2].aside)), default=None)
    if aside and undefined & set(aside[2].aside):
        found.append(_offer(*aside, [name for name in aside[2].aside if name in undefined]))
    times_bound = Counter(name for each in uses for name in each.bound)
    times_used = Counter(name for each in uses for name in each.used)
    for (n, source, cell), own in zip(looked, uses):
        # What another cell assigns again is no parameter; nor is what no other cell uses.
        names = [name for name in cell.live if times_used[name] > (name in own.used)]
        if cell.only and names and all(times_bound[name] == 1 for name in cell.live):
            found.append(_offer(n, source, cell, names))
            break
    return found[:2]


def _all(sets: Iterable[frozenset[str]]) -> set[str]:
    return set().union(*sets)


def _of(cell: Cell, wanted: set[str]) -> list[str]:
    return [name for name in [*cell.live, *cell.aside] if name in wanted]


def _offer(index: int, source: str, cell: Cell, names: list[str]) -> dict[str, Any]:
    lines = source.split("\n")
    commented = [name for name in names if name in cell.aside]
    if cell.only and (cell.live or len(lines) == len(cell.aside)):
        # The cell itself becomes that of the parameters; what is in comments becomes code.
        for name in commented:
            line = cell.aside[name][0] - 1
            lines[line] = lines[line].lstrip("#").lstrip()
        edits: list[dict[str, Any]] = [{"cell": index, "tag": TAG}]
    else:
        # What uses them in the same cell has to come after the cell with the values: so they go into one of their own.
        moved = dict[int, list[str]]()
        for name in names:
            first, last = cell.live.get(name) or cell.aside[name]
            text = lines[first - 1 : last]
            moved[first] = [text[0].lstrip("#").lstrip()] if name in cell.aside else text
        gone = {line for name in names for line in range(*_span(cell, name))}
        lines = [line for number, line in enumerate(lines, 1) if number not in gone]
        source_of_new = "\n".join(line for _, text in sorted(moved.items()) for line in text)
        edits = [{"cell": index, "insert": source_of_new, "tag": TAG}]
    if "\n".join(lines) != source:
        edits.insert(0, {"cell": index, "line": 1, "old": source, "new": "\n".join(lines)})
    return {
        "cell": index,
        "names": names[:MAX_NAMES],
        "commented": bool(commented),
        "fix": {"label": "Make them parameters", "edits": edits},
    }


def _span(cell: Cell, name: str) -> tuple[int, int]:
    first, last = cell.live.get(name) or cell.aside[name]
    return first, last + 1
