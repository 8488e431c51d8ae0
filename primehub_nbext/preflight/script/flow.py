"""A cell's tree in; what happens when the cell runs, step by step in the order in which it does, out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, NamedTuple

from ...notebooks.cells.nodes import children
from .names import Names
from .statements import EVERYTHING, LEAVING, always, captured, exceptions, imported, may_leave

LEFT = {ast.If, ast.Try, ast.For, ast.While, ast.With}  # by what may be in them
SURE, LIKELY, MAYBE = 2, 1, 0  # whenever it comes to the cell; in a loop, which may have nothing to do; in a branch


class Step(NamedTuple):
    """A name that is used or bound, or a call. Of the uses of a name in a cell or a function, the first is told.

    kind : "use", "bind" or "call"
    name : which one; of a call that of a function that is called by its mere name, else ""
    node : what does it: an ast.Name, an import, a definition; an ast.Call
    sure : SURE, LIKELY or MAYBE
    caught : names of the exceptions that are caught around it
    """

    kind: str
    name: str
    node: ast.AST
    sure: int
    caught: tuple[str, ...]


class Flow:
    """What happens when a tree runs. What is inside of functions happens when they are called; see `steps_of`."""

    def __init__(self, tree: ast.Module | None, names: Names):
        """`tree` : a cell's, None for one of which nothing is known; `names` : what it binds."""
        self._tree, self._names = tree, names
        self._functions: dict[ast.AST, tuple[Step, ...]] = {}

    @cached_property
    def steps(self) -> tuple[Step, ...] | None:
        """The cell's own; None where it nests too deeply to be followed."""
        return _walked(self._tree.body if self._tree else [], frozenset(), leaves=False)

    def steps_of(self, function: ast.FunctionDef) -> tuple[Step, ...]:
        """Those of a call of one of its functions, without what the function keeps to itself."""
        if function not in self._functions:
            own = self._names.own.get(function, frozenset())
            self._functions[function] = _walked(function.body, own, leaves=True) or ()
        return self._functions[function]

    def runs_when_called(self, function: ast.FunctionDef) -> bool:
        """Whether a call runs one of its functions then and there: it is neither wrapped nor a generator."""
        return not function.decorator_list and function not in self._names.generators


def _walked(body: list[ast.stmt], local: frozenset[str], leaves: bool) -> tuple[Step, ...] | None:
    walk = _Walk(local, leaves)
    try:
        walk.block(body)
    except RecursionError:
        return None
    return tuple(walk.steps)


class _Walk:
    """One walk: what is around the node that is visited, and the steps so far."""

    def __init__(self, local: frozenset[str], leaves: bool):
        self.steps: list[Step] = []
        self._local = local
        self._leaves = leaves  # whether a `return` may end it early
        self._sure = SURE
        self._caught: tuple[str, ...] = ()
        self._used: dict[tuple[str, tuple[str, ...]], int] = {}

    def block(self, body: Iterable[ast.AST]) -> None:
        before = self._sure
        for node in body:
            self.visit(node)
            if type(node) in LEAVING:
                break
            if self._leaves and type(node) in LEFT and may_leave(node):
                self._sure = MAYBE
        self._sure = before

    def visit(self, node: ast.AST | None) -> None:
        visit = VISITS.get(type(node))
        if visit:
            visit(self, node)
        elif node is not None:
            self.visit_all(children(node))

    def leave_out(self, node: ast.AST) -> None:
        """What does nothing, or nothing that is a step."""

    def value(self, node: ast.Expr | ast.Attribute | ast.keyword) -> None:
        self.visit(node.value)

    def values(self, node: ast.Tuple | ast.List) -> None:
        self.visit_all(node.elts)

    def operate(self, node: ast.BinOp) -> None:
        self.visit(node.left)
        self.visit(node.right)

    def subscribe(self, node: ast.Subscript) -> None:
        self.visit(node.value)
        self.visit(node.slice)

    def compare(self, node: ast.Compare) -> None:
        self.visit(node.left)
        self.visit_all(node.comparators)

    def capture(self, node: ast.AST) -> None:
        for name in captured(node):
            self.add("bind", name, node)
        self.visit_all(children(node))

    def visit_all(self, nodes: Iterable[ast.AST | None]) -> None:
        for node in nodes:
            visit = VISITS.get(type(node))
            if visit:
                visit(self, node)
            elif node is not None:
                self.visit_all(children(node))

    def within(self, sure: int, body: Iterable[ast.AST | None], caught: tuple[str, ...] = ()) -> None:
        before = self._sure, self._caught
        self._sure, self._caught = min(self._sure, sure), self._caught + caught
        self.block(each for each in body if each)
        self._sure, self._caught = before

    def add(self, kind: str, name: str, node: ast.AST) -> None:
        if kind == "call" or name not in self._local:
            self.steps.append(Step(kind, name, node, self._sure, self._caught))

    def name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.use(node.id, node)
        elif isinstance(node.ctx, ast.Store):
            self.add("bind", node.id, node)

    def use(self, name: str, node: ast.Name) -> None:
        """Once is enough, unless it is surer the next time."""
        if name not in self._local and self._used.get((name, self._caught), MAYBE - 1) < self._sure:
            self._used[name, self._caught] = self._sure
            self.steps.append(Step("use", name, node, self._sure, self._caught))

    def call(self, node: ast.Call) -> None:
        self.visit(node.func)
        self.visit_all(node.args)
        for each in node.keywords:
            self.visit(each.value)
        name = node.func.id if isinstance(node.func, ast.Name) and node.func.id not in self._local else ""
        self.add("call", name, node)

    def assign(self, node: ast.Assign) -> None:
        self.visit_all([node.value, *node.targets])

    def assign_one(self, node: ast.AnnAssign | ast.NamedExpr) -> None:
        if node.value or not isinstance(node.target, ast.Name):
            self.visit_all([node.value, node.target])

    def assign_again(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.use(node.target.id, node.target)
        self.visit_all([node.value, node.target])

    def bring_in(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in imported(node):
            self.add("bind", name, node)

    def define(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self.visit_all([*node.decorator_list, *node.args.defaults, *node.args.kw_defaults])
        self.add("bind", node.name, node)

    def define_nameless(self, node: ast.Lambda) -> None:
        self.visit_all([*node.args.defaults, *node.args.kw_defaults])

    def define_class(self, node: ast.ClassDef) -> None:
        self.visit_all([*node.decorator_list, *node.bases, *node.keywords])
        own = {"__module__", "__qualname__", "__class__"}
        for each in node.body:
            inner = _Walk(frozenset(), leaves=False)
            inner.visit(each)
            own.update(step.name for step in inner.steps if step.kind == "bind")
        before, self._local = self._local, self._local | own
        self.block(node.body)
        self._local = before
        self.add("bind", node.name, node)

    def comprehend(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        before, first = self._local, node.generators[0]
        self.visit(first.iter)
        own = {
            each.id
            for part in node.generators
            for each in ast.walk(part.target)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
        self._local = self._local | own
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inner = [part for each in node.generators for part in ([] if each is first else [each.iter]) + each.ifs]
        self.within(LIKELY, [*inner, *parts])
        self._local = before

    def branch(self, node: ast.If) -> None:
        self.visit(node.test)
        holds = always(node.test)
        if holds is not False:
            self.within(SURE if holds else MAYBE, node.body)
        if holds is not True:
            self.within(MAYBE if holds is None else SURE, node.orelse)

    def choose(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self.within(MAYBE, [node.body, node.orelse])

    def combine(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        self.within(MAYBE, node.values[1:])

    def repeat(self, node: ast.While) -> None:
        self.visit(node.test)
        holds = always(node.test)
        if holds is not False:
            self.within(SURE if holds else LIKELY, node.body)
        self.within(MAYBE, node.orelse)

    def iterate(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit_all([node.iter, node.target])
        self.within(LIKELY, node.body)
        self.within(MAYBE, node.orelse)

    def attempt(self, node: ast.Try) -> None:
        caught = [name for handler in node.handlers for name in exceptions(handler.type)]
        self.within(SURE, node.body, tuple(caught))
        for handler in node.handlers:
            if handler.name:
                self.add("bind", handler.name, handler)
            self.within(MAYBE, handler.body)
        self.block(node.orelse)
        self.block(node.finalbody)

    def enter(self, node: ast.With | ast.AsyncWith) -> None:
        swallows = False
        for item in node.items:
            self.visit_all([item.context_expr, item.optional_vars])
            called = item.context_expr.func if isinstance(item.context_expr, ast.Call) else item.context_expr
            name = getattr(called, "attr", getattr(called, "id", "")).lower()
            swallows = swallows or any(
                word in name for word in ("raises", "suppress", "ignore", "error", "expect", "patch")
            )
        self.within(SURE, node.body, (EVERYTHING,) if swallows else ())

    def match(self, node: Any) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self.within(MAYBE, [case.pattern, case.guard, *case.body])


VISITS: dict[Any, Callable[..., None]] = {
    ast.Name: _Walk.name,
    **dict.fromkeys((ast.Constant, ast.Global, ast.Nonlocal, ast.Pass), _Walk.leave_out),
    **dict.fromkeys((ast.Expr, ast.Attribute, ast.keyword), _Walk.value),
    **dict.fromkeys((ast.Tuple, ast.List), _Walk.values),
    ast.BinOp: _Walk.operate,
    ast.Subscript: _Walk.subscribe,
    ast.Compare: _Walk.compare,
    ast.Call: _Walk.call,
    ast.Assign: _Walk.assign,
    ast.AnnAssign: _Walk.assign_one,
    ast.NamedExpr: _Walk.assign_one,
    ast.AugAssign: _Walk.assign_again,
    **dict.fromkeys((ast.Import, ast.ImportFrom), _Walk.bring_in),
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), _Walk.define),
    ast.Lambda: _Walk.define_nameless,
    ast.ClassDef: _Walk.define_class,
    **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), _Walk.comprehend),
    ast.If: _Walk.branch,
    ast.IfExp: _Walk.choose,
    ast.BoolOp: _Walk.combine,
    ast.While: _Walk.repeat,
    **dict.fromkeys((ast.For, ast.AsyncFor), _Walk.iterate),
    **dict.fromkeys((ast.Try, getattr(ast, "TryStar", ast.Try)), _Walk.attempt),
    **dict.fromkeys((ast.With, ast.AsyncWith), _Walk.enter),
    getattr(ast, "Match", None): _Walk.match,
    **dict.fromkeys((getattr(ast, name, None) for name in ("MatchAs", "MatchStar", "MatchMapping")), _Walk.capture),
    getattr(ast, "TypeAlias", None): lambda walk, node: walk.visit(node.name),
}
