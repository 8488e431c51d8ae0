"""A statement, or a function, in; what it binds, catches or may leave out."""

from __future__ import annotations

import ast
import builtins

from ...notebooks.cells.nodes import children

EVERYTHING = "BaseException"
LEAVING = (ast.Return, ast.Raise, ast.Break, ast.Continue)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names that an import binds, "*" for all of a module's."""
    return [each.asname or each.name.partition(".")[0] for each in node.names]


def captured(node: ast.AST) -> list[str]:
    """The name that a pattern of `match` binds; Python 3.9 has none."""
    name = getattr(node, "rest" if type(node).__name__ == "MatchMapping" else "name", None)
    return [name] if type(node).__name__ in ("MatchAs", "MatchStar", "MatchMapping") and name else []


def always(test: ast.expr) -> bool | None:
    """Whether a condition holds, where that can be told: a constant, or that this is what is run."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        sides = [getattr(each, "id", getattr(each, "value", None)) for each in (test.left, test.comparators[0])]
        if set(map(str, sides)) == {"__name__", "__main__"}:
            return True
    return False if getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING" else None


def exceptions(node: ast.expr | None) -> list[str]:
    """The names of what an `except` catches, without their modules."""
    named = [getattr(each, "attr", getattr(each, "id", "")) for each in getattr(node, "elts", [node])]
    return [
        name if isinstance(each, ast.Attribute) or hasattr(builtins, name) else EVERYTHING
        for each, name in zip(getattr(node, "elts", [node]), named)
    ]


def may_leave(node: ast.AST) -> bool:
    """Whether a statement may end what it is in."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, LEAVING):
            return True
        if isinstance(each, ast.stmt) and not isinstance(each, FUNCTIONS):
            pending += children(each)
        elif isinstance(each, ast.ExceptHandler) or type(each).__name__ == "match_case":
            pending += each.body  # type: ignore[attr-defined]
    return False
