"""Syntax: a notebook in; findings about cells that no version of Python can run, out.

Read by this server's Python, while the kernel's may know more: what newer versions brought is given the benefit of the
doubt.
"""

from __future__ import annotations

import ast
import re
import sys
from typing import Any

from .script.cell import CodeCell
from .script.commands import automagic
from .subject import Subject, finding

# What a version brought, and how one can tell that a cell may be using it: rather too often than not.
NEWS = [
    ((3, 10), re.compile(r"^[ \t]*(match|case)\b.*:|\bwith[ \t]*\(", re.MULTILINE)),
    ((3, 11), re.compile(r"\bexcept[ \t]*\*|\[[^\]\n]*\*")),
    (
        (3, 12),
        re.compile(r"\b[fF][rR]?[\"']|\b[rR][fF][\"']|^[ \t]*type[ \t]+\w|^[ \t]*(def|class)[ \t]+\w+\[", re.MULTILINE),
    ),
    ((3, 14), re.compile(r"\b[tT][rR]?[\"']|\b[rR][tT][\"']|\bexcept\b[^:\n]*,")),
]
FUTURE = (3, 15)  # the first version of which nobody knows yet what it brings
# Kernels that call what they read Python, and do not read it as Python 3 does.
DIALECTS = re.compile(r"py(thon)?[-_ ]?2|sage|sos\b|xonsh|coconut", re.IGNORECASE)
OUTSIDE = {ast.Return: "return", ast.Break: "break", ast.Continue: "continue"}
OF_LOOPS = frozenset({ast.Break, ast.Continue})
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What is outside within a function, and a class, whatever is around it.
ENTERED: dict[type[ast.AST], frozenset[type]] = {
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), OF_LOOPS),
    ast.ClassDef: frozenset(OUTSIDE),
}
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")  # of statements


def find_syntax(subject: Subject) -> list[dict[str, Any]]:
    """Findings about cells with a syntax error."""
    found = list[dict[str, Any]]()
    if subject.notebook and DIALECTS.search(subject.notebook.kernel):
        return found
    for cell in subject.script.cells:
        fault = None if automagic(cell.text, subject.script.magics) else _fault(cell)
        if fault and not {"raises-exception", "skip-execution"} & set(cell.tags):
            line, words = fault
            found.append(
                finding(
                    "error",
                    "syntax_error",
                    "Python cannot read this cell: {error}.",
                    "The job fails there. Mend the cell; make it a Markdown or a raw cell if it is a text.",
                    cell=cell.index,
                    line=line,
                    error=words,
                )
            )
    return found


def _fault(cell: CodeCell) -> tuple[int, str] | None:
    """The line and Python's words of what is surely wrong with a cell."""
    if cell.tree is not None:
        return _outside(cell.tree) if any(word in cell.text for word in OUTSIDE.values()) else None
    if cell.error is None or any(version > sys.version_info[:2] and uses.search(cell.text) for version, uses in NEWS):
        return None
    if any(each.body is not None for each in cell.magics) or cell.text.lstrip().startswith("%%"):
        return None  # as far as is known, in a language of its own
    if "indent" in cell.error[1] and cell.text.lstrip("\n")[:1].isspace():
        return None  # older versions of IPython shift such a cell to the left, line by line
    line, words = cell.error
    return line, _as_part(words.strip().rstrip("."))


def _as_part(words: str) -> str:
    """Python's words within a sentence: what it asks ("… Did you mean print(...)?") in brackets."""
    said, _, asked = words.rpartition(". ")
    return f"{said} ({asked[:1].lower()}{asked[1:]})" if said and asked.endswith("?") else words


def _outside(tree: ast.Module) -> tuple[int, str] | None:
    """A `return`, `break` or `continue` that is not within what it is for: so Python says when it runs the cell."""
    pending: list[tuple[ast.AST, frozenset[type]]] = [(tree, frozenset(OUTSIDE))]
    while pending:
        node, outside = pending.pop()
        if type(node) in outside:
            what = OUTSIDE[type(node)]
            place = "function" if what == "return" else "loop"
            return node.lineno, f"'{what}' outside {place}"  # type: ignore[attr-defined]
        inside = ENTERED.get(type(node), outside)
        for block in BLOCKS:
            within = inside - OF_LOOPS if block == "body" and isinstance(node, LOOPS) else inside
            pending += [(each, within) for each in getattr(node, block, ())]
    return None
