"""A cell's tree in; what it imports, binds and calls, each with the function that it is in, out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from .bindings import BINDERS, Bound

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
MAYBE = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.ExceptHandler, ast.IfExp, ast.BoolOp)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
LEAVES = (ast.Constant, ast.Name)  # with nothing below them that matters here


@dataclass(frozen=True)
class Binding:
    """A name that gets a value.

    node : what does it, on which line of the cell
    at : line and column from which on the name has the value
    value : the expression that it stands for from then on, None where that is no plain assignment
    module : what an import binds, dotted (`numpy.random`); None for all else
    scope : the function (or class) whose own name it is, None for the notebook's
    sure : it happens whenever the cell runs: not in a branch, a loop or a function
    """

    name: str
    node: ast.AST
    line: int
    at: tuple[int, int]
    scope: ast.AST | None
    sure: bool
    value: ast.expr | None = None
    module: str | None = None


class _At(NamedTuple):
    node: ast.AST
    scope: ast.AST | None
    sure: bool


@dataclass
class Names:
    """What a tree imports, binds and calls, in the order of its lines.

    calls : each with the innermost function around it, None at the top
    stars : modules of which all names are imported
    functions : the functions and classes in it
    unsure : identities of the calls that may not happen, or happen when somebody calls the function
    nodes : how many nodes the tree has, near enough
    """

    bindings: list[Binding] = field(default_factory=list)
    calls: list[tuple[ast.Call, ast.AST | None]] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    functions: list[ast.AST] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)
    nodes: int = 0

    @classmethod
    def of(cls, tree: ast.Module) -> Names:
        """Walks the tree once, and without recursion: nothing bounds how deep a notebook nests."""
        names = cls()
        outer: set[tuple[ast.AST | None, str]] = set()  # names that a function says are not its own
        pending = [_At(tree, None, True)]
        while pending:
            node, scope, sure = pending.pop()
            kind = type(node)
            if kind is ast.Call:
                names.calls.append((node, scope))  # type: ignore[arg-type]
                if not sure:
                    names.unsure.add(id(node))
            elif kind in BINDERS:
                for bound in BINDERS[kind](node):
                    names._add(bound, node, scope, sure)
            elif isinstance(node, (ast.Global, ast.Nonlocal)):
                outer.update((scope, name) for name in node.names)
            if kind in FUNCTIONS:
                names.functions.append(node)
                scope, sure = node, False
            elif kind in MAYBE:
                sure = False
            for child in _children(node):
                names.nodes += 1
                if type(child) not in LEAVES:
                    pending.append(_At(child, scope, sure))
        if outer:
            names.bindings = [
                replace(each, scope=None) if (each.scope, each.name) in outer else each for each in names.bindings
            ]
        names.bindings.sort(key=lambda each: each.at)
        names.calls.sort(key=lambda each: (each[0].lineno, each[0].col_offset))
        return names

    @cached_property
    def function_at(self) -> dict[int, ast.AST]:
        """The innermost function or class on each line that is within one."""
        found: dict[int, ast.AST] = {}
        for each in sorted(self.functions, key=lambda each: (each.lineno, each.col_offset)):  # type: ignore[attr-defined]
            begin: int = each.lineno  # type: ignore[attr-defined]
            found.update(dict.fromkeys(range(begin, 1 + (getattr(each, "end_lineno", None) or begin)), each))
        return found

    @cached_property
    def unsure_lines(self) -> frozenset[int]:
        """Lines with a call that may not happen, or happens in a function."""
        return frozenset(call.lineno for call, _ in self.calls if id(call) in self.unsure)

    def _add(self, bound: Bound, node: ast.AST, scope: ast.AST | None, sure: bool) -> None:
        if bound.name == "*":
            self.stars.append(bound.module or "")
            return
        where = bound.node or node
        line = begin = getattr(where, "lineno", 1)
        column = getattr(where, "col_offset", 0)
        if isinstance(where, ASSIGNMENTS):  # what is on the right still sees the value before
            begin, column = where.end_lineno or line, where.end_col_offset or column
        plain = sure and (bound.value is not None or bound.module is not None or bound.sure)
        binding = Binding(bound.name, where, line, (begin, column), scope, plain, bound.value, bound.module)
        self.bindings.append(binding)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """As `ast.iter_child_nodes`, in half the time: without contexts and operators."""
    for value in vars(node).values():
        if type(value) is list:
            for each in value:
                if isinstance(each, (ast.expr, ast.stmt)) or type(each) in OTHER_NODES:
                    yield each
        elif isinstance(value, ast.expr) or type(value) in OTHER_NODES:
            yield value


# Nodes with children that are neither statement nor expression; of match statements from Python 3.10 on.
OTHER_NODES = {ast.comprehension, ast.ExceptHandler, ast.arguments, ast.arg, ast.keyword, ast.withitem} | (
    {ast.match_case, *ast.pattern.__subclasses__()} if hasattr(ast, "pattern") else set()
)
