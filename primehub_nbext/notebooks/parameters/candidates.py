"""A notebook's cells, none of which is tagged `parameters`, in; the cells that could be, and the edits for it, out."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .assignments import SYNTAXES, only_assigns
from .declared import Declared, assigned_name, parse, read_declared
from .help_text import read_comments
from .names import names_in

TAG = "parameters"
MAX_CELLS = 400
MAX_SOURCES = 1024 * 1024  # characters of all cells; of more nothing is offered
MAX_NAMES = 20


@dataclass
class Cell:
    """A cell that might hold parameters.

    live, aside : name → its first and last line, of what is assigned once, and of what is assigned in a comment
    only : whether there is nothing else in it than assignments, imports and comments
    """

    live: dict[str, tuple[int, int]] = field(default_factory=dict)
    aside: dict[str, tuple[int, int]] = field(default_factory=dict)
    only: bool = False


def tagged(cells: list[dict[str, Any]]) -> int | None:
    """The index of the cell after which papermill puts in parameters."""
    return next((n for n, cell in enumerate(cells) if cell["type"] == "code" and TAG in cell["tags"]), None)


def find_candidates(cells: list[dict[str, Any]], language: str, given: Iterable[str]) -> list[dict[str, Any]]:
    """What could become parameters with one click: `[{"cell", "names", "commented", "fix"}]`, `fix` as of a finding.

    given : names that are in the form, for the cell that assigns most of them; where none does, the cell that looks
        most like one of parameters, and the assignments in comments whose names the notebook uses and nowhere defines
    """
    code = [(n, cell["source"]) for n, cell in enumerate(cells) if cell["type"] == "code"][:MAX_CELLS]
    if tagged(cells) is not None or sum(len(source) for _, source in code) > MAX_SOURCES:
        return []
    if language != "python":
        return _elsewhere(code, language, set(given)) if language in SYNTAXES else []
    looked = [(n, source, read_cell(source)) for n, source in code]
    uses = [names_in(source) for _, source in code]
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


def _elsewhere(code: list[tuple[int, str]], language: str, wanted: set[str]) -> list[dict[str, Any]]:
    """In R and Julia: the cell that assigns most of what is in the form, where it does nothing else."""
    found = [
        (n, source, [each.name for each in read_declared(source, language) if each.name in wanted])
        for n, source in code
    ]
    n, source, names = max(found, key=lambda each: len(each[2]), default=(0, "", []))
    if not names or not only_assigns(source, language):
        return []
    return [_offer(n, source, Cell(dict.fromkeys(names, (1, 1)), only=True), names)]


def _all(sets: Iterable[frozenset[str]]) -> set[str]:
    return set().union(*sets)


@lru_cache(maxsize=512)
def read_cell(source: str) -> Cell:
    """What of a Python cell could be parameters."""
    body = parse(source)
    if body is None:
        return Cell()
    literal = {each.name for each in read_declared(source, "python") if each.literal}
    names = [assigned_name(node) for node in body]
    times = Counter(names)
    assigned = set(times)
    lines = source.split("\n")
    live = {
        name: (node.lineno, node.end_lineno or node.lineno)
        for node, name in zip(body, names)
        if name in literal and times[name] == 1 and node.col_offset == 0 and _alone(node, body, lines)
    }
    aside = {}
    for line, comment in read_comments(source).alone.items():
        put_aside = _declared_in(comment)
        if put_aside and put_aside.name not in assigned and lines[line - 1].startswith("#"):
            aside[put_aside.name] = (line, line)
    return Cell(live, aside, only=all(_plain(node, assigned) for node in body))


def _of(cell: Cell, wanted: set[str]) -> list[str]:
    return [name for name in [*cell.live, *cell.aside] if name in wanted]


def _declared_in(comment: str) -> Declared | None:
    """`start = 1` of the comment `# start = 1`."""
    found = read_declared(comment, "python")
    return found[0] if len(found) == 1 and found[0].literal and comment.startswith(found[0].name) else None


def _alone(node: ast.stmt, body: list[ast.stmt], lines: list[str]) -> bool:
    """Whether a statement has its lines for itself."""
    first, last = node.lineno, node.end_lineno or node.lineno
    others = [each for each in body if each is not node and (each.lineno <= last and (each.end_lineno or 0) >= first)]
    return not others and not lines[last - 1].rstrip().endswith(";")


def _plain(node: ast.stmt, names: set[str | None]) -> bool:
    """Whether a statement does not mind that the cell with the values comes after it."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    return assigned_name(node) is not None and not used & names


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
        moved = []
        for name in names:
            first, last = cell.live.get(name) or cell.aside[name]
            text = lines[first - 1 : last]
            moved.append((first, [text[0].lstrip("#").lstrip()] if name in cell.aside else text))
        gone = {line for name in names for line in range(*_span(cell, name))}
        lines = [line for number, line in enumerate(lines, 1) if number not in gone]
        edits = [{"cell": index, "insert": "\n".join(line for _, text in sorted(moved) for line in text), "tag": TAG}]
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
