"""A cell's text in; the same as plain Python, line for line, and what it parses to, out.

Magics, shell lines and help become calls of `get_ipython()`, by IPython's own transformer where that is installed.
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from typing import Any

from . import fallback

FILE = "<cell of a notebook>"
# Python says on standard error what it thinks of "\d"; that is for whoever runs the cell, not for this server's log.
warnings.filterwarnings("ignore", module=re.escape(FILE))
MAX_COMMANDS = 1000  # of a cell that is looked at
FEW_COMMANDS = 100  # each costs IPython the tokens of the whole cell
COMMAND_LINE = re.compile(r"^[ \t]*[!%?]|\?[ \t]*$|=[ \t]*[!%]", re.MULTILINE)


def parse(text: str) -> tuple[ast.Module | None, tuple[int, str] | None]:
    """The tree of a cell, or the line and the words of what is wrong with it; lines are those of `text`, from 1.

    Both None where the cell is nested too deep, or holds too much, to be looked at.
    """
    try:
        return _tree(text), None
    except SyntaxError as error:
        fault = error
    except (ValueError, RecursionError, MemoryError):
        return None, None
    commands = len(COMMAND_LINE.findall(text))
    if commands > MAX_COMMANDS:
        return None, None
    try:
        transformed = _transformed(text, commands)
        if transformed != text:
            return _tree(transformed), None
    except SyntaxError as error:
        fault = error
    except (ValueError, RecursionError, MemoryError):
        return None, None
    return None, (fault.lineno or 1, fault.msg)


def _tree(source: str) -> ast.Module:
    # A cell may wait at its top: to ast that is no error.
    tree = compile(source, FILE, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _transformed(text: str, commands: int) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    manager = _manager()
    if manager is None or commands > FEW_COMMANDS:
        return "".join(fallback.transform(lines))
    blank = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    for transform in manager.cleanup_transforms + manager.line_transforms:
        lines = transform(lines)
    lines = ["\n"] * blank + lines
    for _ in range(2 * FEW_COMMANDS):
        changed, after = manager.do_one_token_transform(lines)
        if not changed:
            break
        missing = len(lines) - len(after)
        if missing:  # a command over several lines is one now
            at = next((index for index, (old, new) in enumerate(zip(lines, after)) if old != new), 0)
            after = [*after[: at + 1], *["\n"] * missing, *after[at + 1 :]]
        lines = after
    return "".join(lines)


@lru_cache(maxsize=1)
def _manager() -> Any:
    """IPython's transformer, None where it is not installed."""
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return None
    manager: Any = TransformerManager
    return manager()
