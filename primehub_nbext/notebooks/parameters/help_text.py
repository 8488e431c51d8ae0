"""The source of a Python cell in; what is written beside, above and below its assignments, for people, out."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from .annotations import NAMES, Annotation, read_annotation

MAX_HELP = 300  # characters
MAX_ABOVE = 5  # statements, such as commands and imports, that the cell's docstring may come after
MAX_WORDS = 10  # of what may be a type
# "name: what it is", as docstrings have it: `:param name:`, `name (int): …`, `name - …`.
IN_DOCSTRING = re.compile(r"\s*[-*]?\s*(?::param\s+)?`{0,2}(\w+)`{0,2}\s*(?:\([^)]*\))?\s*(?::|--?\s|–)\s*(\S.*)")
# Said to tools, not to people.
TOOLS = re.compile(r"(?:noqa|nosec|pylint:|pragma:|fmt:|mypy:|isort:|ruff:|pyright:|yapf:|@)", re.IGNORECASE)
TYPE = re.compile(r"type:\s*")
IGNORED = re.compile(r"ignore\b\S*\s*")


@dataclass
class Comments:
    """beside: line → the comment after code, with what goes on below it; alone: line → one on a line of its own."""

    beside: dict[int, str] = field(default_factory=dict)
    alone: dict[int, str] = field(default_factory=dict)


@lru_cache(maxsize=2)  # as source.py remembers what it has parsed
def read_comments(source: str) -> Comments:
    """All comments of a cell, without `#`; as far as it can be read."""
    found = Comments()
    if "#" not in source:
        return found
    beside: tuple[int, int, int] | None = None  # the line of code, and where the last line of the comment beside it is
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            text = token.string.lstrip("#").strip()
            if token.type != tokenize.COMMENT or not text:
                continue
            line, column = token.start
            if token.line[:column].strip():
                found.beside[line] = text
                beside = (line, line, column)
            elif beside and beside[1:] == (line - 1, column):
                found.beside[beside[0]] += f" {text}"
                beside = (beside[0], line, column)
            else:
                found.alone[line] = text
    except (tokenize.TokenError, SyntaxError):
        pass  # ast can read it all the same, and nobody misses a comment
    return found


def help_of(body: list[ast.stmt], at: int, name: str, comments: Comments) -> str | None:
    """What is said of the assignment `body[at]`: beside it, in the string below it, in the cell's docstring, above it.

    A comment above several lines is the heading of them all, and help for none.
    """
    node = body[at]
    end = node.end_lineno or node.lineno
    said = comments.beside.get(end) or comments.beside.get(node.lineno)
    said = said or _string(body[at + 1] if at + 1 < len(body) else None)
    docstring = next(filter(None, map(_string, body[: min(at, MAX_ABOVE)])), "")
    said = said or _in_docstring(docstring).get(name)
    next_line = body[at + 1].lineno if at + 1 < len(body) else end + 2
    if not said and next_line > end + 1:
        above: list[str] = []
        line = node.lineno - 1
        while line in comments.alone and not _is_code(comments.alone[line]):
            above.insert(0, comments.alone[line])
            line -= 1
        said = " ".join(above)
    return " ".join(said.split())[:MAX_HELP] or None if said else None


def without_marks(said: str | None) -> str | None:
    """Help without what is meant for Colab's own form, or for other tools."""
    if said and said.startswith("@markdown "):
        return said[len("@markdown ") :].strip() or None
    return None if said is None or TOOLS.match(said) else said


def typed_in(said: str | None, enums: Mapping[str, tuple[Any, ...]]) -> tuple[Annotation, str | None]:
    """The type that a comment begins with, `# type: int` as papermill reads it, and the rest of what is said."""
    mark = TYPE.match(said or "")
    if not said or not mark:
        return Annotation(), said
    rest = said[mark.end() :]
    ignored = IGNORED.match(rest)
    if ignored:
        return Annotation(), rest[ignored.end() :].lstrip("# ") or None
    for end in [found.start() for found in re.finditer(r"\s|\Z", rest)][:MAX_WORDS]:
        annotation = read_annotation(ast.Constant(rest[:end]), enums)
        if annotation.types:
            return annotation, rest[end:].lstrip("# ") or None
    return Annotation(), said


def _string(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return None


@lru_cache(maxsize=1)
def _in_docstring(text: str) -> dict[str, str]:
    """By name what is said of it; remembered, for each of a cell's parameters is looked for."""
    said: dict[str, str] = {}
    name, depth = "", 0
    for line in inspect.cleandoc(text).splitlines():
        words = " ".join(line.split())  # long runs of spaces take the expression very long
        indent = len(line) - len(line.lstrip())
        found = IN_DOCSTRING.match(words)
        if name and words and indent > depth:
            # numpydoc: `name : type`, and below it what it is.
            is_type = said[name].split()[0].rstrip(",") in NAMES
            said[name] = words if is_type else f"{said[name]} {words}"[: 2 * MAX_HELP]
        elif found and found[1] not in said:
            name, depth = found[1], indent
            said[name] = found[2]
        else:
            name = ""
    return said


def _is_code(comment: str) -> bool:
    """Whether a comment is an assignment that somebody has put aside."""
    if "=" not in comment and "import" not in comment:
        return False
    try:
        body = ast.parse(comment).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(body) and isinstance(body[0], (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom))
