"""The source of a Python cell in; what is written beside, above and below its assignments, for people, out."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

MAX_HELP = 300  # characters
# "name: what it is", as docstrings have it: `:param name:`, `name (int): …`, `name - …`.
IN_DOCSTRING = re.compile(r"\s*[-*]?\s*(?::param\s+)?`{0,2}(\w+)`{0,2}\s*(?:\([^)]*\))?\s*(?::|--?\s|–)\s*(\S.*)")
# What comes before a list of the only values: "one of: a, b", "choices are a, b or c".
ONE_OF = re.compile(r"(?:one of|either|choices|options)(?:\s+are)?\s*:?\s+(.+)", re.IGNORECASE)
BETWEEN = re.compile(r"\s*(?:,\s*or\s|,|\||/|\sor\s)\s*")
BETWEEN_WORDS = re.compile(r"\s*\|\s*|\s+or\s+")


@dataclass
class Comments:
    """beside: line → the comment after code; alone: line → the comment on a line of its own."""

    beside: dict[int, str] = field(default_factory=dict)
    alone: dict[int, str] = field(default_factory=dict)


def read_comments(source: str) -> Comments:
    """All comments of a cell, without `#`; as far as it can be read."""
    found = Comments()
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            text = token.string.lstrip("#").strip()
            if token.type == tokenize.COMMENT and text:
                beside = token.line[: token.start[1]].strip()
                (found.beside if beside else found.alone)[token.start[0]] = text
    except (tokenize.TokenError, SyntaxError):
        pass  # ast can read it all the same, and nobody misses a comment
    return found


def help_of(body: list[ast.stmt], at: int, name: str, comments: Comments) -> str | None:
    """What is said of the assignment `body[at]`: beside it, in the string below it, in the cell's docstring, above it.

    A comment above several lines is the heading of them all, and help for none.
    """
    node = body[at]
    end = node.end_lineno or node.lineno
    said = comments.beside.get(end) or _string(body[at + 1] if at + 1 < len(body) else None)
    said = said or (_in_docstring(_string(body[0]) or "").get(name) if at else None)
    next_line = body[at + 1].lineno if at + 1 < len(body) else end + 2
    if not said and next_line > end + 1:
        above: list[str] = []
        line = node.lineno - 1
        while line in comments.alone and not _is_code(comments.alone[line]):
            above.insert(0, comments.alone[line])
            line -= 1
        said = " ".join(above)
    return " ".join(said.split())[:MAX_HELP] or None if said else None


def choices_in(said: str | None, default: Any) -> tuple[Any, ...] | None:
    """The only values, where a comment lists them and the default is one; None where it does not.

    `one of: adam, sgd`, `adam | sgd`, `train or eval`; and Colab's `@param ["adam", "sgd"]`.
    """
    if not said:
        return None
    if said.startswith("@param"):
        return _colab(said[len("@param") :].strip(), default)
    if not isinstance(default, str):
        return None
    listed = ONE_OF.search(said)
    words = BETWEEN.split(listed[1].rstrip(".) ")) if listed else BETWEEN_WORDS.split(said)
    words = [word.strip(" `\"'") for word in words]
    return tuple(words) if len(set(words)) > 1 and default in words and all(words) else None


def without_marks(said: str | None) -> str | None:
    """Help without what is meant for Colab's own form."""
    return None if said is None or said.startswith("@param") else said


def _colab(form: str, default: Any) -> tuple[Any, ...] | None:
    if not form.startswith("[") or "allow-input" in form:
        return None
    try:
        values = ast.literal_eval(form[: form.index("]") + 1])
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    plain = [value for value in values if type(value) in (str, int, float)]
    return tuple(plain) if default in plain and len(plain) == len(values) else None


def _string(node: ast.stmt | None) -> str | None:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return None


@lru_cache(maxsize=1)
def _in_docstring(text: str) -> dict[str, str]:
    """By name what is said of it; remembered, for each of a cell's parameters is looked for."""
    said: dict[str, str] = {}
    for line in text.splitlines():
        found = IN_DOCSTRING.match(" ".join(line.split()))  # long runs of spaces take the expression very long
        if found:
            said.setdefault(found[1], found[2])
    return said


def _is_code(comment: str) -> bool:
    """Whether a comment is an assignment that somebody has put aside."""
    try:
        body = ast.parse(comment).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return bool(body) and isinstance(body[0], (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom))
