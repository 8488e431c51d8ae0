"""Uses of paths, with how they begin and should, in; the edits of a fix out (findings.py says what they are)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from ..script.cell import CodeCell
from .uses import Use

QUOTE = re.compile(r"[A-Za-z]{0,2}(?:'''|\"\"\"|'|\")")


class Spot(NamedTuple):
    """Characters of a line of a cell, from `begin` to `end`, that are to be others."""

    cell: CodeCell
    line: int
    begin: int
    end: int
    new: str


def spot_of(use: Use, begins: Collection[str], new: str) -> Spot | None:
    """Where a path begins with one of `begins`, to be `new`; None where that is not written in one place."""
    text = use.text
    if text.node is not None and text.cell is not None:
        return _in_python(text.node, text.cell, begins, new)
    if not use.shell or use.line != use.end and "{" in use.cell.text:
        return None
    for line in range(use.line, use.end + 1):
        spot = _in_shell(use, line, begins, new)
        if spot:
            return spot
    return None


def edits_of(spots: Iterable[Spot]) -> list[dict[str, Any]]:
    """The edits that change all these, one for each line."""
    lines: dict[tuple[int, int], tuple[CodeCell, set[tuple[int, int, str]]]] = {}
    for each in spots:
        lines.setdefault((each.cell.index, each.line), (each.cell, set()))[1].add((each.begin, each.end, each.new))
    edits = []
    for (index, line), (cell, changes) in sorted(lines.items(), key=lambda item: item[0]):
        old = new = cell.lines[line - 1]
        for begin, end, text in sorted(changes, reverse=True):
            new = new[:begin] + text + new[end:]
        edits.append({"cell": index, "line": line, "old": old, "new": new})
    return edits


def _in_python(node: ast.expr, cell: CodeCell, begins: Collection[str], new: str) -> Spot | None:
    line = cell.lines[node.lineno - 1]
    column = len(line.encode("utf-8", "surrogatepass")[: node.col_offset].decode("utf-8", "replace"))
    quote = QUOTE.match(line, column)
    if not quote:
        return None
    found = re.compile(rf"(?:{_any(begins)})(?=[/'\"])").match(line, quote.end())
    return Spot(cell, node.lineno, found.start(), found.end(), new) if found else None


def _in_shell(use: Use, line: int, begins: Collection[str], new: str) -> Spot | None:
    head = use.text.head
    known = next(
        (each for each in sorted(begins, key=len, reverse=True) if head == each or head.startswith(each + "/")), ""
    )
    if not known:
        return None
    rest = re.escape(head[len(known) :])
    pattern = re.compile(rf"(?<![\w./~$}}{{-])({_any(begins)}){rest}" + (r"(?![\w./*-])" if use.text.whole else ""))
    found = pattern.search(use.cell.lines[line - 1])
    return Spot(use.cell, line, found.start(1), found.end(1), new) if found else None


def _any(texts: Collection[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(texts, key=len, reverse=True))
