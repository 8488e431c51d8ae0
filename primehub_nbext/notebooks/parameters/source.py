"""The text of a Python cell in; the same as plain Python, and its statements, out."""

from __future__ import annotations

import ast
from functools import lru_cache

from ..cells.magics import cell_magics
from ..cells.python import read

MAX_SOURCE = 65536  # characters; what nests a million levels deep would be the end of Python 3.9 and 3.10


@lru_cache(maxsize=2)  # for who looks at the same cell for several things
def parse(text: str) -> tuple[str, list[ast.stmt]] | None:
    """The cell as Python of as many lines, and its statements; None where it is not that, or too long."""
    try:
        if len(text) > MAX_SOURCE:
            return None
        python, tree = read(cell_magics(text)[1])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return python, tree.body
