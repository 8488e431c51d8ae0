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


def spots_of(use: Use, begins: Collection[str], new: str) -> list[Spot]:
    """Where a path begins with one of `begins`, to be `new`; none where that is not written in the notebook.

    A line of a shell may have it several times: `test -d a || mkdir a`.
    """
    text = use.text
    if text.node is not None and text.cell is not None:
        return _in_python(text.node, text.cell, begins, new)
    if not use.shell or use.line != use.end and "{" in use.cell.text:
        return []
    return [spot for line in range(use.line, use.end + 1) for spot in _in_shell(use, line, begins, new)]


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


def _in_python(node: ast.expr, cell: CodeCell, begins: Collection[str], new: str) -> list[Spot]:
    line = cell.lines[node.lineno - 1]
    column = len(line.encode("utf-8", "surrogatepass")[: node.col_offset].decode("utf-8", "replace"))
    quote = QUOTE.match(line, column)
    if not quote:
        return []
    found = re.compile(rf"(?:{_any(begins)})(?=[/'\"])").match(line, quote.end())
    return [Spot(cell, node.lineno, found.start(), found.end(), new)] if found else []


def _in_shell(use: Use, line: int, begins: Collection[str], new: str) -> list[Spot]:
    head = use.text.head
    known = next(
        (each for each in sorted(begins, key=len, reverse=True) if head == each or head.startswith(each + "/")), ""
    )
    if not known:
        return []
    rest = re.escape(head[len(known) :])
    pattern = re.compile(rf"(?<![\w./~$:}}{{-])({_any(begins)}){rest}" + (r"(?![\w./*-])" if use.text.whole else ""))
    return [Spot(use.cell, line, *found.span(1), new) for found in pattern.finditer(use.cell.lines[line - 1])]


def _any(texts: Collection[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(texts, key=len, reverse=True))
