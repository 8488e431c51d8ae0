"""A place in a cell in; the fix that changes just that, as findings.py has fixes, out."""

from __future__ import annotations

import ast
from typing import Any

from .script.cell import CodeCell


def deletion(cell: CodeCell, line: int) -> dict[str, Any] | None:
    """The fix that deletes a statement; None where it is not alone on its line, or nothing would be left of a block."""
    if cell.tree is None:
        return None
    for node in ast.walk(cell.tree):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if not isinstance(block, list):
                continue
            there = [each for each in block if getattr(each, "lineno", 0) == line]
            if not there or not isinstance(there[0], ast.stmt) or there[0].end_lineno != line:
                continue
            if len(there) > 1 or (len(block) == 1 and not isinstance(node, ast.Module)):
                return None
            old = cell.lines[line - 1]
            return {"label": "Delete the line", "edits": [{"cell": cell.index, "line": line, "old": old, "new": ""}]}
    return None
