"""A cell's tree in; what it imports, binds and calls, each with the function that it is in, out."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ...notebooks.cells.nodes import children
from .bindings import BINDERS, Bound

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
MAYBE = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.ExceptHandler, ast.IfExp, ast.BoolOp)
SHARING, YIELDS = (ast.Global, ast.Nonlocal), (ast.Yield, ast.YieldFrom)
ASSIGNMENTS = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)
LEAVES = frozenset({ast.Constant, ast.Name})  # with nothing below them that matters here
HOLDERS = frozenset({ast.Attribute, ast.Expr, ast.keyword})  # of one node, and nothing else that matters


class Binding(NamedTuple):
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


@dataclass
class Names:
    """What a tree imports, binds and calls, in the order of its lines.

    calls : each with the innermost function around it, None at the top
    stars : modules of which all names are imported
    functions : the functions and classes in it
    unsure : identities of the calls that may not happen, or happen when somebody calls the function
    generators : those of the functions that yield
    shared : functions, each with a name that it says is not its own
    nodes : how many nodes the tree has, near enough
    """

    bindings: list[Binding] = field(default_factory=list)
    calls: list[tuple[ast.Call, ast.AST | None]] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    functions: list[ast.AST] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)
    generators: set[ast.AST | None] = field(default_factory=set)
    shared: set[tuple[ast.AST | None, str]] = field(default_factory=set)
    nodes: int = 0

    @classmethod
    def of(cls, tree: ast.Module) -> Names:
        """Walks the tree once, and without recursion: nothing bounds how deep a notebook nests."""
        names = cls()
        calls, unsure, shared = names.calls, names.unsure, names.shared
        pending: list[tuple[ast.AST, ast.AST | None, bool]] = [(tree, None, True)]
        while pending:
            node, scope, sure = pending.pop()
            kind = type(node)
            while kind in HOLDERS:
                names.nodes += 1
                node = node.value  # type: ignore[attr-defined]
                kind = type(node)
            if kind in LEAVES:
                continue
            if kind is ast.Call:
                calls.append((node, scope))  # type: ignore[arg-type]
                if not sure:
                    unsure.add(id(node))
            elif kind in BINDERS:
                for bound in BINDERS[kind](node):
                    names._add(bound, node, scope, sure)
            elif kind in SHARING:
                shared.update((scope, name) for name in node.names)  # type: ignore[attr-defined]
            elif kind in YIELDS:
                names.generators.add(scope)
            if kind in FUNCTIONS:
                names.functions.append(node)
                scope, sure = node, False
            elif kind in MAYBE:
                sure = False
            below = children(node)
            names.nodes += len(below)
            for child in below:
                if type(child) not in LEAVES:
                    pending.append((child, scope, sure))
        if shared:
            names.bindings = [
                each._replace(scope=None) if (each.scope, each.name) in shared else each for each in names.bindings
            ]
        names.bindings.sort(key=lambda each: each.at)
        names.calls.sort(key=lambda each: (each[0].lineno, each[0].col_offset))
        return names

    @cached_property
    def own(self) -> dict[ast.AST, frozenset[str]]:
        """The names that each function has for itself."""
        found = defaultdict[ast.AST, set[str]](set)
        for each in self.bindings:
            if each.scope:
                found[each.scope].add(each.name)
        return {scope: frozenset(names) for scope, names in found.items()}

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
