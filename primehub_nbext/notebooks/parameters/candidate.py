"""The source of a code cell in; what of it could be parameters, and on which lines that is, out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from .assignments import only_assigns
from .declared import Declared, assigned_names, read_declared
from .elsewhere import comments_alone
from .help_text import read_comments
from .names import command_words
from .source import MAX_SOURCE, parse

# A comment that is worth to be read as code.
LIKE_ONE = re.compile(r"[^\W\d][\w.]*\s*(?::[^=]*)?(?:=(?!=)|<<?-)")


@dataclass
class Cell:
    """A cell that might hold parameters.

    live, aside : name → its first and last line, of what is assigned once, and of what is assigned in a comment
    only : whether there is nothing else in it than assignments, imports and comments
    """

    live: dict[str, tuple[int, int]] = field(default_factory=dict)
    aside: dict[str, tuple[int, int]] = field(default_factory=dict)
    only: bool = False


@lru_cache(maxsize=512)
def read_cell(source: str, language: str) -> Cell:
    """What of a cell in Python, R or Julia could be parameters."""
    return _python(source) if language == "python" else _elsewhere(source, language)


def _python(source: str) -> Cell:
    parsed = parse(source)
    if parsed is None:
        return Cell()
    python, body = parsed
    lines = source.split("\n")
    pairs = [assigned_names(node) for node in body]
    times = Counter(name for each in pairs for name, _ in each)
    assigned = set(times)
    live, aside = dict[str, tuple[int, int]](), dict[str, tuple[int, int]]()
    if any(_is_literal(value) for each in pairs for _, value in each):  # in most cells none is, and the rest takes long
        literal = {each.name for each in read_declared(source, "python") if each.literal}
        live = {
            name: (node.lineno, node.end_lineno or node.lineno)
            for at, (node, each) in enumerate(zip(body, pairs))
            if node.col_offset == 0 and all(name in literal and times[name] == 1 for name, _ in each)
            for name, _ in each
            if _alone(at, body, lines)
        }
    if any(line.startswith("#") and "=" in line for line in lines):
        for line, comment in read_comments(python).alone.items():
            put_aside = _declared_in(comment, "python")
            if put_aside and put_aside.name not in assigned and lines[line - 1].startswith("#"):
                aside[put_aside.name] = (line, line)
    return Cell(live, aside, only=bool(live or aside) and all(_plain(node, assigned) for node in body))


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return False
    return True


def _elsewhere(source: str, language: str) -> Cell:
    """Of R and Julia, which nobody reads here in full, only a cell that does nothing else than assign; and comments."""
    if len(source) > MAX_SOURCE:
        return Cell()
    names = [each.name for each in read_declared(source, language) if each.literal]
    only = only_assigns(source, language)
    aside = {}
    for line, comment in comments_alone(source, language).items():
        put_aside = _declared_in(comment, language)
        if put_aside and put_aside.name not in names:
            aside[put_aside.name] = (line, line)
    return Cell(dict.fromkeys(names, (1, 1)) if only else {}, aside, only)


def _declared_in(comment: str, language: str) -> Declared | None:
    """`start = 1` of the comment `# start = 1`."""
    found = read_declared(comment, language) if LIKE_ONE.match(comment) else ()
    return found[0] if len(found) == 1 and found[0].literal and comment.startswith(found[0].name) else None


def _alone(at: int, body: list[ast.stmt], lines: list[str]) -> bool:
    """Whether a statement has its lines for itself."""
    first, last = body[at].lineno, body[at].end_lineno or body[at].lineno
    before = (body[at - 1].end_lineno or 0) if at else 0
    after = body[at + 1].lineno if at + 1 < len(body) else last + 1
    return before < first and after > last and not lines[last - 1].rstrip().endswith(";")


def _plain(node: ast.stmt, names: set[str]) -> bool:
    """Whether a statement does not mind that the cell with the values comes after it."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return True
    if isinstance(node, ast.Expr):
        filled_with = command_words(node.value)
        if filled_with is not None:
            return not filled_with & names
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)}
    return bool(assigned_names(node)) and not used & names
