"""A cell's text in; the same as plain Python, line for line, and what it parses to, out.

Magics, shell lines and help become calls of `get_ipython()`, by IPython's own transformer where that is installed.
"""

from __future__ import annotations

import ast
import contextlib
import re
import warnings
from functools import lru_cache
from typing import Any

from .lines import as_call, transform

FILE = "<cell of a notebook>"
# Python says on standard error what it thinks of "\d"; that is for whoever runs the cell, not for this server's log.
warnings.filterwarnings("ignore", module=re.escape(FILE))
MAX_COMMANDS = 1000  # of a cell that is looked at
COMMAND = re.compile(r"^[!%]", re.MULTILINE)
COMMAND_LINE = re.compile(r"^[ \t]*[!%?]|\?[ \t]*$|=[ \t]*[!%]", re.MULTILINE)


def parse(text: str) -> tuple[ast.Module | None, tuple[int, str] | None]:
    """The tree of a cell, or the line and the words of what is wrong with it; lines are those of `text`, from 1.

    Both None where the cell is nested too deep, or holds too much, to be looked at.
    """
    try:
        return read(text)[1], None
    except SyntaxError as error:
        last = len(text.rstrip().splitlines())  # what a cell ends too early for is missed below all of its lines
        return None, (max(1, min(error.lineno or 1, last)), error.msg)
    except (ValueError, RecursionError, MemoryError):
        return None, None


def read(text: str) -> tuple[str, ast.Module]:
    """A cell without cell magic as plain Python, which mostly it is, and its tree.

    Raises SyntaxError; ValueError, RecursionError or MemoryError where it is not looked at.
    """
    if not COMMAND.search(text):  # most cells; what Python says of the others costs more than to read them
        with contextlib.suppress(SyntaxError):
            return text, _tree(text)
    if len(COMMAND_LINE.findall(text)) > MAX_COMMANDS:
        raise ValueError("too many commands")
    python = as_python(text)
    return python, _tree(python)


def as_python(text: str) -> str:
    """A cell without cell magic, as Python of as many lines. IPython is given each command by itself.

    To read the whole cell anew for each of its commands, as IPython does, takes a hundred times as long. Raises
    SyntaxError.
    """
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    manager = _manager()
    if manager is None:
        return "".join(transform(lines, as_call))
    blank = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    for clean_up in manager.cleanup_transforms:
        lines = clean_up(lines)
    return "".join(transform(["\n"] * blank + lines, _by_ipython))


@lru_cache(maxsize=256)
def _by_ipython(command: str) -> str:
    """What IPython makes of a command, or of a line that ends with one."""
    if command.startswith("%%"):  # within a cell: a magic of a name that is none, not a cell's
        return as_call(command)
    text: str = _manager().transform_cell(command)
    return text.rstrip("\n")


def _tree(source: str) -> ast.Module:
    # A cell may wait at its top: to ast that is no error.
    tree = compile(source, FILE, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


@lru_cache(maxsize=1)
def _manager() -> Any:
    """IPython's transformer, None where it is not installed."""
    try:
        from IPython.core.inputtransformer2 import TransformerManager
    except ImportError:
        return None
    manager: Any = TransformerManager
    return manager()
