"""A node of a tree in; the names that it binds, and what to, out. One function for each kind of node that does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Bound(NamedTuple):
    """A name and what it is bound to, as `Binding` has it; the name is `*` where a module's all are imported.

    node : what binds it, where that is not the node itself
    sure : the node binds it in any case, though to nothing plain
    """

    name: str
    value: ast.expr | None = None
    module: str | None = None
    node: ast.AST | None = None
    sure: bool = False


def _assign(node: ast.Assign) -> Iterator[Bound]:
    for target in node.targets:
        yield from _to(target, node.value)


def _annotated(node: ast.AnnAssign | ast.NamedExpr) -> Iterator[Bound]:
    if node.value is not None:
        yield from _to(node.target, node.value)


def _to(target: ast.expr, value: ast.expr) -> Iterator[Bound]:
    """The names of an assignment's target; of `a, b = c, d` each has its own value."""
    if isinstance(target, ast.Name):
        yield Bound(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        values: list[ast.expr] = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
        for index, each in enumerate(target.elts):
            if isinstance(each, ast.Name) and len(values) == len(target.elts):
                yield Bound(each.id, values[index])
            else:
                yield from _within(each, sure=True)


def _within(target: ast.AST | None, sure: bool = False) -> Iterator[Bound]:
    """The names that a target binds, to values that nobody knows."""
    for each in ast.walk(target) if target else ():
        if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
            yield Bound(each.id, node=each, sure=sure)


def _import(node: ast.Import) -> Iterator[Bound]:
    for each in node.names:
        top = each.name.partition(".")[0]
        yield Bound(each.asname, module=each.name) if each.asname else Bound(top, module=top)


def _import_from(node: ast.ImportFrom) -> Iterator[Bound]:
    module = "." * node.level + (node.module or "")
    for each in node.names:
        dotted = f"{module}{'' if module.endswith('.') else '.'}{each.name}"
        yield Bound("*", module=module) if each.name == "*" else Bound(each.asname or each.name, module=dotted)


def _target(node: ast.AugAssign | ast.For | ast.AsyncFor | ast.comprehension) -> Iterator[Bound]:
    return _within(node.target)


def _with(node: ast.With | ast.AsyncWith) -> Iterator[Bound]:
    for item in node.items:
        yield from _within(item.optional_vars)


def _delete(node: ast.Delete) -> Iterator[Bound]:
    for target in node.targets:
        yield from _within(target)


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> Iterator[Bound]:
    yield Bound(node.name, sure=True)


def _argument(node: ast.arg) -> Iterator[Bound]:
    yield Bound(node.arg)


def _named(node: Any) -> Iterator[Bound]:
    if node.name:
        yield Bound(node.name)


def _rest(node: Any) -> Iterator[Bound]:
    if node.rest:
        yield Bound(node.rest)


BINDERS: dict[type[ast.AST], Callable[[Any], Iterator[Bound]]] = {
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.NamedExpr: _annotated,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.AugAssign: _target,
    ast.For: _target,
    ast.AsyncFor: _target,
    ast.comprehension: _target,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Delete: _delete,
    ast.FunctionDef: _definition,
    ast.AsyncFunctionDef: _definition,
    ast.ClassDef: _definition,
    ast.arg: _argument,
    ast.ExceptHandler: _named,
}
# From Python 3.10 on.
if hasattr(ast, "Match"):
    BINDERS.update({ast.MatchAs: _named, ast.MatchStar: _named, ast.MatchMapping: _rest})
