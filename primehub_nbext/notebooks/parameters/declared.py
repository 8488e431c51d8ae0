"""The source of a notebook's `parameters` cell in; the parameters that it declares out.

Each is a Declared: what one would type for its default, its type, its choices, and what is said of it. What is assigned
by an expression has no value: its default is the expression, and it has a type only if that can be seen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from ..errors import InvalidParameters
from .annotations import Annotation, enums_of, read_annotation
from .assignments import SYNTAXES, read_assignments
from .choices import choices_in
from .expressions import type_of_expression
from .flow import to_yaml
from .help_text import help_of, read_comments, typed_in, without_marks
from .names import command_words
from .source import MAX_SOURCE, parse
from .values import check_parameters

END_OF_LINE = re.compile(r"\r\n|\r|\n")  # to Python
MAX_PARAMETERS = 500
MAX_EXPRESSION = 200  # characters that are told of one
TYPES = {int: "int", float: "float", bool: "bool", str: "str", list: "list", dict: "dict", type(None): "null"}


@dataclass(frozen=True)
class Declared:
    """One parameter.

    default : as one would type it in the form; or an expression of the language, where `literal` is False
    value : the default as JSON has it
    type : int, float, bool, str, list, dict or null; None where nobody can say
    types : all that may be given for it, by the same names; none where anything may
    choices : the only values, as JSON has them, or None
    help : what is said of it, or None
    line : in the cell, from 1
    """

    name: str
    type: str | None
    default: str
    value: Any
    literal: bool
    types: list[str]
    choices: list[Any] | None
    help: str | None
    line: int


def declared_parameters(source: str, language: str = "python") -> list[dict[str, Any]]:
    """The plain assignments of a cell, in their order; none where it cannot be read, or is too long to look at."""
    return [asdict(each) for each in read_declared(source, language)]


@lru_cache(maxsize=512)
def read_declared(source: str, language: str) -> tuple[Declared, ...]:
    """As `declared_parameters`; remembered, for a cell is asked about with each key that is typed in the form."""
    if len(source) > MAX_SOURCE:
        return ()
    if language == "python":
        found = _python(source)
    elif language in SYNTAXES:
        found = _others(source, language)
    else:
        return ()
    return tuple({each.name: each for each in found}.values())[:MAX_PARAMETERS]


def type_of(value: object) -> str | None:
    """The type of a value as JSON has it."""
    return TYPES.get(type(value))


def assigned_names(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """The names that a statement gives a value to, and their values; none where it is no plain assignment.

    Several of `a = b = 1` and of `a, b = 1, 2`.
    """
    if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
        return []
    found = list[tuple[str, ast.expr]]()
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = list(zip(target.elts, node.value.elts)) if len(target.elts) == len(node.value.elts) else []
        else:
            pairs = [(target, node.value)]
        plain = [(each.id, value) for each, value in pairs if isinstance(each, ast.Name)]
        if not pairs or len(plain) < len(pairs):
            return []
        found += plain
    return found


def _python(source: str) -> Iterator[Declared]:
    python, body = parse(source) or ("", [])
    comments, lines = read_comments(python), END_OF_LINE.split(python)
    enums = enums_of(body)
    pairs = [(name, at, value) for at, node in enumerate(body) for name, value in assigned_names(node)]
    last = {name: (at, value) for name, at, value in pairs}  # what is assigned again is looked at once
    for name, (at, node) in list(last.items())[:MAX_PARAMETERS]:
        annotation, said = typed_in(help_of(body, at, name, comments), enums)
        if isinstance(body[at], ast.AnnAssign):
            annotation = read_annotation(getattr(body[at], "annotation", None), enums)
        try:
            value = _as_json(ast.literal_eval(node))
            check_parameters({name: value})
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, InvalidParameters):
            if not annotation.types:
                annotation = Annotation(type_of_expression(node), annotation.choices)
            expression = _segment(lines, node)
            if command_words(node) is not None:
                expression = source.splitlines()[node.lineno - 1].partition("=")[2]
            yield _expression(name, expression, body[at].lineno, annotation, without_marks(said))
        else:
            if annotation.choices is None:
                annotation = Annotation(annotation.types, choices_in(said, value))
            yield _literal(name, value, body[at].lineno, annotation, without_marks(said))


def _segment(lines: list[str], node: ast.expr) -> str:
    """As `ast.get_source_segment`, which takes the lines of the whole cell apart each time."""
    last = node.end_lineno or node.lineno
    text = lines[node.lineno - 1 : last]
    text[-1] = text[-1].encode()[: node.end_col_offset].decode()
    text[0] = text[0].encode()[node.col_offset :].decode()
    return "\n".join(text)


def _others(source: str, language: str) -> Iterator[Declared]:
    for each in read_assignments(source, language):
        annotation = Annotation((each.type,) if each.type else (), choices_in(each.help, each.value))
        try:
            check_parameters({each.name: each.value})
        except InvalidParameters:
            continue  # a name or a value that the form has no way to give
        if each.literal:
            yield _literal(each.name, each.value, each.line, annotation, each.help)
        else:
            yield _expression(each.name, each.expression, each.line, annotation, each.help)


def _literal(name: str, value: Any, line: int, annotation: Annotation, said: str | None) -> Declared:
    own = type_of(value)
    types = list(annotation.types)
    kinds = [each for each in types if each != "null"]
    if not types or (own not in types and not (own == "int" and "float" in types) and own != "null"):
        types = [own] if own and own != "null" else []  # no annotation, or one that is not true
        kinds = list(types)
    known = len(kinds) == 1 and (own in kinds or own == "null" or (own, kinds[0]) == ("int", "float"))
    if own == "null" and types and "null" not in types:
        types.append("null")
    return Declared(
        name=name,
        type=kinds[0] if known else own,
        default=to_yaml(value),
        value=value,
        literal=True,
        types=types,
        choices=None if annotation.choices is None else list(annotation.choices),
        help=said,
        line=line,
    )


def _expression(name: str, expression: str, line: int, annotation: Annotation, said: str | None) -> Declared:
    kinds = [each for each in annotation.types if each != "null"]
    return Declared(
        name=name,
        type=kinds[0] if len(kinds) == 1 else None,
        default=" ".join(expression.split())[:MAX_EXPRESSION],
        value=None,
        literal=False,
        types=list(annotation.types),
        choices=None if annotation.choices is None else list(annotation.choices),
        help=said,
        line=line,
    )


def _as_json(value: Any) -> Any:
    """A tuple is a list to JSON; all else stays."""
    if isinstance(value, (list, tuple)):
        return [_as_json(each) for each in value]
    return {key: _as_json(each) for key, each in value.items()} if isinstance(value, dict) else value
