"""The source of a Python cell in; the names that it uses, and those that it gives a meaning, out."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ..cells.magics import cell_magics
from ..cells.nodes import walk
from .source import parse

NAMELESS = frozenset({ast.Attribute, ast.BinOp, ast.Constant, ast.Expr, ast.Subscript, ast.Tuple, ast.keyword})
WORD = re.compile(r"[^\W\d]\w*")


class Names(NamedTuple):
    """used: read somewhere in the cell; bound: assigned, imported or defined, wherever in it."""

    used: frozenset[str]
    bound: frozenset[str]


def all_words(source: str) -> Names:
    """Of a cell that nobody can read every word counts as both."""
    words = frozenset(WORD.findall(source))
    return Names(words, words)


@lru_cache(maxsize=1024)
def names_in(source: str) -> Names:
    """Those of a Python cell."""
    magics, below = cell_magics(source)
    parsed = parse(source) if below or not magics else None
    if parsed is None:
        return all_words(source)
    used: set[str] = set()
    bound: set[str] = set()
    for node in chain.from_iterable(map(walk, parsed[1])):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif type(node) in NAMELESS:  # most of the others
            continue
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            used.add(node.target.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound.update((each.asname or each.name).split(".")[0] for each in node.names)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.Call):
            used |= command_words(node) or set()
    used.update(word for magic in magics for word in WORD.findall(magic.argument))
    return Names(frozenset(used), frozenset(bound))


def command_words(node: ast.expr) -> set[str] | None:
    """The words of a command, which it may be filled with: `!ls {path}`, `%cd $path`; None of what is none."""
    function = node.func if isinstance(node, ast.Call) else None
    owner = function.value if isinstance(function, ast.Attribute) else None
    if not isinstance(owner, ast.Call) or not isinstance(owner.func, ast.Name) or owner.func.id != "get_ipython":
        return None
    texts = [each.value for each in getattr(node, "args", []) if isinstance(each, ast.Constant)]
    return {word for text in texts if isinstance(text, str) for word in WORD.findall(text)}
