"""The source of a Python notebook's `parameters` cell in; the parameters that it declares out.

Each is `{"name", "type", "default", "value", "help", "line"}`: `default` as one would type it in the form, `value` as
JSON has it, `type` one of int, float, bool, str, list, dict, null, `help` the comment beside the assignment or None,
`line` from 1. What is assigned by an expression has neither type nor value: its default is the expression.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import Any

from ..errors import InvalidParameters
from .flow import to_yaml
from .values import check_parameters

MAX_PARAMETERS = 100
MAX_SOURCE = 65536  # characters; what nests a million levels deep would be the end of Python 3.9 and 3.10
MAX_EXPRESSION = 200  # characters that are told of one
TYPES = {int: "int", float: "float", bool: "bool", str: "str", list: "list", dict: "dict", type(None): "null"}


def declared_parameters(source: str) -> list[dict[str, Any]]:
    """The plain assignments of a cell, in their order; none where the cell is not Python, or too long to look at."""
    if len(source) > MAX_SOURCE:
        return []
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    help_of = _comments(source)
    found: dict[str, dict[str, Any]] = {}
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and len(targets) == 1 and isinstance(targets[0], ast.Name):
            name = targets[0].id
            if node.value is not None:
                found[name] = {
                    "name": name,
                    **_default(name, node.value, source),
                    "help": help_of.get(node.end_lineno or node.lineno),
                    "line": node.lineno,
                }
    return list(found.values())[:MAX_PARAMETERS]


def type_of(value: object) -> str | None:
    """The type of a value as JSON has it."""
    return TYPES.get(type(value))


def _default(name: str, node: ast.expr, source: str) -> dict[str, Any]:
    try:
        value = _as_json(ast.literal_eval(node))
        check_parameters({name: value})
        return {"type": type_of(value), "default": to_yaml(value), "value": value}
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError, InvalidParameters):
        expression = " ".join((ast.get_source_segment(source, node) or "").split())
        return {"type": None, "default": expression[:MAX_EXPRESSION], "value": None}


def _as_json(value: Any) -> Any:
    """A tuple is a list to JSON; all else stays."""
    if isinstance(value, (list, tuple)):
        return [_as_json(each) for each in value]
    return {key: _as_json(each) for key, each in value.items()} if isinstance(value, dict) else value


def _comments(source: str) -> dict[int, str]:
    """The comment that ends each line, where there is one beside code."""
    found: dict[int, str] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            text = token.string.lstrip("#").strip()
            if token.type == tokenize.COMMENT and text and token.line[: token.start[1]].strip():
                found[token.start[0]] = text
    except (tokenize.TokenError, SyntaxError):
        pass  # ast can read it all the same, and nobody misses a comment
    return found
