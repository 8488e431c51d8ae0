"""The source of a Python cell in; the names that it uses, and those that it gives a meaning, out."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import NamedTuple

WORD = re.compile(r"[^\W\d]\w*")
# Lines for IPython and for the shell, which Python cannot read.
MAGIC = re.compile(r"^([ \t]*)[%!?].*$", re.MULTILINE)
MAX_SOURCE = 65536  # as of declared.py


class Names(NamedTuple):
    """used: read somewhere in the cell; bound: assigned, imported or defined, wherever in it."""

    used: frozenset[str]
    bound: frozenset[str]


@lru_cache(maxsize=1024)
def names_in(source: str) -> Names:
    """Of a cell that is not Python every word counts as both."""
    try:
        if len(source) > MAX_SOURCE:
            raise ValueError
        tree = ast.parse(MAGIC.sub(r"\1pass", source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        words = frozenset(WORD.findall(source))
        return Names(words, words)
    used: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            used.add(node.target.id)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    # What a line for the shell is filled with: `!ls {path}`, `!ls $path`.
    used.update(word for line in MAGIC.finditer(source) for word in WORD.findall(line.group()))
    return Names(frozenset(used), frozenset(bound))
