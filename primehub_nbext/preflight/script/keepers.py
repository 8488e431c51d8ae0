"""A dictionary, a namespace or a class in; what it keeps under a key, and the keys that are given other values, out."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...notebooks.cells.nodes import walk
from .cell import CodeCell
from .names import Binding

CALLS = frozenset({"dict", "SimpleNamespace", "Namespace"})  # which keep their arguments by their names


def kept(binding: Binding, key: str) -> ast.expr | None:
    """What a name keeps under a key, or as an attribute; None where that is not one expression."""
    value, found = binding.value, list[ast.expr]()
    if isinstance(value, ast.Dict):
        found = [each for name, each in zip(value.keys, value.values) if getattr(name, "value", None) == key]
    elif isinstance(value, ast.Call) and getattr(value.func, "attr", getattr(value.func, "id", "")) in CALLS:
        found = [each.value for each in value.keywords if each.arg == key]
    elif isinstance(binding.node, ast.ClassDef):
        for each in binding.node.body:
            if isinstance(each, (ast.Assign, ast.AnnAssign)) and each.value is not None:
                target = each.targets[0] if isinstance(each, ast.Assign) else each.target
                found += [each.value] if getattr(target, "id", "") == key else []
    return found[0] if len(found) == 1 else None


def changed(cells: Iterable[CodeCell]) -> frozenset[str]:
    """The keys and attributes that are given a value anywhere, whatever they are of."""
    found = set[str]()
    for cell in cells:
        for node in walk(cell.tree) if cell.tree else ():
            if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
                found.add(node.attr)
            elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
                found.add(str(getattr(node.slice, "value", "")))
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "setdefault"):
                found.update(each.arg or "" for each in node.keywords)
                for argument in node.args:
                    found.update(str(getattr(key, "value", "")) for key in getattr(argument, "keys", ()))
    return frozenset(found)
