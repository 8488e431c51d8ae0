"""A cell's tree in; what it imports, binds and calls, each with the function that it is in, out."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
MAYBE = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.ExceptHandler, ast.IfExp, ast.BoolOp)


@dataclass(frozen=True)
class Binding:
    """A name that gets a value.

    node : what does it
    value : the expression that it stands for from then on, None where that is no plain assignment
    module : what an import binds, dotted (`numpy.random`); None for all else
    scope : the function (or class) whose own name it is, None for the notebook's
    sure : it happens whenever the cell runs: not in a branch, a loop or a function
    """

    name: str
    node: ast.AST
    line: int
    column: int
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
    nodes : how many nodes the tree has
    """

    bindings: list[Binding] = field(default_factory=list)
    calls: list[tuple[ast.Call, ast.AST | None]] = field(default_factory=list)
    stars: list[str] = field(default_factory=list)
    functions: list[ast.AST] = field(default_factory=list)
    nodes: int = 0

    @classmethod
    def of(cls, tree: ast.Module) -> Names:
        """Walks the tree once, and without recursion: nothing bounds how deep a notebook nests."""
        names = cls()
        outer: dict[tuple[ast.AST, str], bool] = {}  # names that a function says are not its own
        pending: list[tuple[ast.AST, ast.AST | None, bool]] = [(tree, None, True)]
        while pending:
            node, scope, sure = pending.pop()
            names.nodes += 1
            if isinstance(node, ast.Call):
                names.calls.append((node, scope))
            elif isinstance(node, (ast.Global, ast.Nonlocal)) and scope:
                outer.update(dict.fromkeys((scope, name) for name in node.names))  # type: ignore[arg-type]
            elif not isinstance(node, ast.Load):
                names._bind(node, scope, sure)
            inner, sure_inside = scope, sure and not isinstance(node, MAYBE)
            if isinstance(node, FUNCTIONS):
                names.functions.append(node)
                inner, sure_inside = node, False
            pending += [(child, inner, sure_inside) for child in ast.iter_child_nodes(node)]
        names.bindings = [
            Binding(**{**vars(each), "scope": None}) if each.scope and (each.scope, each.name) in outer else each
            for each in names.bindings
        ]
        names.bindings.sort(key=lambda each: (each.line, each.column))
        names.calls.sort(key=lambda each: (each[0].lineno, each[0].col_offset))
        return names

    def _bind(self, node: ast.AST, scope: ast.AST | None, sure: bool) -> None:
        """Notes the names that a node binds; those in its children are noted when their turn comes."""
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and node.value is not None:
                    self._add(target.id, node, scope, sure, value=node.value)
                elif isinstance(target, (ast.Tuple, ast.List)):
                    self._unpack(target, node.value, node, scope, sure)
        elif isinstance(node, ast.Import):
            for each in node.names:
                self._add(
                    each.asname or each.name.partition(".")[0],
                    node,
                    scope,
                    sure,
                    module=each.name if each.asname else each.name.partition(".")[0],
                )
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for each in node.names:
                if each.name == "*":
                    self.stars.append(module)
                else:
                    dotted = f"{module}{'' if module.endswith('.') else '.'}{each.name}"
                    self._add(each.asname or each.name, node, scope, sure, module=dotted)
        elif isinstance(node, (ast.AugAssign, ast.For, ast.AsyncFor, ast.comprehension)):
            self._targets(node.target, scope)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                self._targets(item.optional_vars, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self._add(node.name, node, scope, sure)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._targets(target, scope)
        elif isinstance(node, ast.arg):
            self._add(node.arg, node, scope, False)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._add(node.name, node, scope, False)
        elif type(node).__name__ in ("MatchAs", "MatchStar") and getattr(node, "name", None):
            self._add(node.name, node, scope, False)  # type: ignore[attr-defined]

    def _targets(self, target: ast.AST | None, scope: ast.AST | None) -> None:
        for each in ast.walk(target) if target else ():
            if isinstance(each, ast.Name) and not isinstance(each.ctx, ast.Load):
                self._add(each.id, each, scope, False)

    def _unpack(
        self, target: ast.Tuple | ast.List, value: ast.expr | None, node: ast.AST, scope: ast.AST | None, sure: bool
    ) -> None:
        values = value.elts if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts) else []
        for index, each in enumerate(target.elts):
            if isinstance(each, ast.Name) and values:
                self._add(each.id, node, scope, sure, value=values[index])
            else:
                self._targets(each, scope)

    def _add(
        self,
        name: str,
        node: ast.AST,
        scope: ast.AST | None,
        sure: bool,
        value: ast.expr | None = None,
        module: str | None = None,
    ) -> None:
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        self.bindings.append(Binding(name, node, line, column, scope, sure, value, module))
