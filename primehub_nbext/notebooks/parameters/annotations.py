"""The annotation of an assignment, as Python's ast has it, in; the types and the choices that it names out."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# By the last part of a name: `typing.List` and `list` are the same.
NAMES = {
    "int": "int", "float": "float", "bool": "bool", "str": "str", "Path": "str",
    "list": "list", "List": "list", "tuple": "list", "Tuple": "list", "Sequence": "list", "Iterable": "list",
    "dict": "dict", "Dict": "dict", "Mapping": "dict", "NoneType": "null",
}  # fmt: skip
WRAPPERS = ("Final", "ClassVar", "Annotated", "Required")
MAX_CHOICES = 100


@dataclass(frozen=True)
class Annotation:
    """types: those that it allows, none where it does not say; choices: the only values, or None."""

    types: tuple[str, ...] = ()
    choices: tuple[Any, ...] | None = None

    def __or__(self, other: Annotation) -> Annotation:
        known = self.types and other.types
        choices = None
        if self.choices is not None or other.choices is not None:
            # Of `Literal["a"] | int` the literals are not all that may be given; None goes with any.
            alone = [each for each in (self, other) if each.choices is None and each.types != ("null",)]
            choices = None if alone else (self.choices or ()) + (other.choices or ())
        return Annotation(tuple(dict.fromkeys(self.types + other.types)) if known else (), choices)


def read_annotation(node: ast.expr | None, enums: Mapping[str, tuple[Any, ...]]) -> Annotation:
    """What an annotation says; `enums` are the values of the cell's own classes of choices, by name."""
    if isinstance(node, ast.Constant):
        if node.value is None:
            return Annotation(("null",))
        if isinstance(node.value, str):
            try:
                return read_annotation(ast.parse(node.value, mode="eval").body, enums)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return Annotation()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return read_annotation(node.left, enums) | read_annotation(node.right, enums)
    if isinstance(node, ast.Subscript):
        return _subscript(_name(node.value), node.slice, enums)
    name = _name(node)
    if name in enums:
        return _chosen(enums[name])
    return Annotation((NAMES[name],)) if name in NAMES else Annotation()


def enums_of(body: list[ast.stmt]) -> dict[str, tuple[Any, ...]]:
    """The classes of a cell whose base is an Enum, and the literal values of their members."""
    found = {}
    for node in body:
        if isinstance(node, ast.ClassDef) and any(_name(base).endswith("Enum") for base in node.bases):
            values = [constant(each.value) for each in node.body if isinstance(each, ast.Assign)]
            if values and all(type(value) in (str, int, float) for value in values):
                found[node.name] = tuple(values)
    return found


def constant(node: ast.expr) -> Any:
    """The value of a literal such as "a" or -1, `...` of all else."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return ...


def _subscript(name: str, node: ast.expr, enums: Mapping[str, tuple[Any, ...]]) -> Annotation:
    items = list(node.elts) if isinstance(node, ast.Tuple) else [node]
    if name == "Optional":
        return read_annotation(items[0], enums) | Annotation(("null",))
    if name == "Union":
        found = read_annotation(items[0], enums)
        for item in items[1:]:
            found |= read_annotation(item, enums)
        return found
    if name == "Literal":
        return _chosen(tuple(constant(each) for each in items))
    if name in WRAPPERS:
        return read_annotation(items[0], enums)
    return Annotation((NAMES[name],)) if name in NAMES else Annotation()


def _chosen(values: tuple[Any, ...]) -> Annotation:
    kinds = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}
    if not values or len(values) > MAX_CHOICES or any(type(value) not in kinds for value in values):
        return Annotation()
    types = tuple(dict.fromkeys(kinds[type(value)] for value in values))
    return Annotation(types, tuple(value for value in values if value is not None))


def _name(node: ast.expr | None) -> str:
    """The last part of a name."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
