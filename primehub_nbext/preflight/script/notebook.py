"""A notebook in; its code cells as Python, and what names, calls and texts in them stand for, out."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ...notebooks.file import NotebookFile
from .cell import CodeCell, read_cell
from .names import Binding

MAX_SOURCES = 2 * 1024 * 1024  # characters of all cells together that are looked at
MAX_NODES = 150_000  # of all their trees together, which take some 500 bytes each


@dataclass(frozen=True)
class Call:
    """A call somewhere in the notebook.

    name : what is called, dotted, through imports and their aliases (`numpy.load`, `open`); of a method of what is not
        known, its name behind a dot (`.to_csv`); "" where even that is not known
    scope : the function around it, None at the top
    """

    node: ast.Call
    name: str
    cell: CodeCell
    scope: ast.AST | None


@dataclass
class Script:
    """The code of a Python notebook.

    cells : its code cells with something in them, in their order
    complete : all of it is in `cells` as a tree; else something may happen that cannot be seen
    """

    cells: list[CodeCell] = field(default_factory=list)
    complete: bool = True
    _bindings: dict[str, list[tuple[CodeCell, Binding]]] = field(default_factory=lambda: defaultdict(list), repr=False)

    @classmethod
    def of(cls, notebook: NotebookFile | None) -> Script:
        """The script of a notebook; without cells where it is none of Python."""
        script = cls()
        if notebook is None or notebook.language.lower() not in ("python", "ipython"):
            return script
        left, nodes = MAX_SOURCES, MAX_NODES
        for index, each in enumerate(notebook.cells):
            if each["type"] != "code" or not each["source"].strip():
                continue
            left -= len(each["source"])
            if left < 0 or nodes < 0:
                script.complete = False
                break
            cell = read_cell(each["source"], index, tuple(each["tags"]), each["execution_count"])
            nodes -= cell.names.nodes
            script.cells.append(cell)
            script.complete = script.complete and cell.known
            for binding in cell.names.bindings:
                script._bindings[binding.name].append((cell, binding))
        return script

    def calls(self) -> Sequence[Call]:
        """All calls, in the order of the cells and their lines."""
        return self._calls

    @cached_property
    def _calls(self) -> list[Call]:
        return [
            Call(node, self.name_of(node.func, cell, scope), cell, scope)
            for cell in self.cells
            for node, scope in cell.names.calls
        ]

    def name_of_call(self, node: ast.Call, cell: CodeCell) -> str:
        """What a call in a cell calls, as `Call.name`."""
        return self.name_of(node.func, cell, self.scope_of(node, cell))

    def name_of(self, node: ast.expr, cell: CodeCell, scope: ast.AST | None) -> str:
        """The dotted name of an expression, as `Call.name`; `scope` is the function that it is in."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            root = self._module_of(node, cell, scope)
            if root:
                return ".".join([root, *reversed(parts)])
        return f".{parts[0]}" if parts else ""

    def scope_of(self, node: ast.AST, cell: CodeCell) -> ast.AST | None:
        """The innermost function or class around a node of a cell, None where it is at the top."""
        line = getattr(node, "lineno", 0)
        around = [
            each
            for each in cell.names.functions
            if each is not node and each.lineno <= line <= (each.end_lineno or line)  # type: ignore[attr-defined]
        ]
        return max(around, key=lambda each: (each.lineno, each.col_offset), default=None)  # type: ignore[attr-defined]

    def is_bound(self, name: str) -> bool:
        """Whether the notebook gives this name a value anywhere."""
        return name in self._bindings

    def binding(self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None) -> Binding | None:
        """Which binding a name stands for at a node; None where that cannot be told, or it is bound nowhere."""
        found = self.place_of(name, node, cell, scope)
        return found[1] if found else None

    def place_of(
        self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None
    ) -> tuple[CodeCell, Binding] | None:
        """As `binding`, with the cell that it is in."""
        everywhere = self._bindings.get(name, [])
        if scope is not None:
            local = [(each, found) for each, found in everywhere if each is cell and found.scope is scope]
            if local:
                return local[0] if len(local) == 1 else None
        everywhere = [(each, found) for each, found in everywhere if found.scope is None]
        if scope is not None:  # run whenever somebody calls it
            return everywhere[0] if len(everywhere) == 1 else None
        at = (cell.index, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        before = [(each, found) for each, found in everywhere if (each.index, found.line, found.column) < at]
        if not before or not (before[-1][1].sure or len(before) == 1):
            return None
        return before[-1]

    def _module_of(self, node: ast.Name, cell: CodeCell, scope: ast.AST | None) -> str | None:
        """What a name that is an import, or Python's own, stands for."""
        if not self.is_bound(node.id):
            return node.id
        found = self.binding(node.id, node, cell, scope)
        if found is None:  # imported more than once, and each time the same
            modules: set[Any] = {each.module for _, each in self._bindings[node.id]}
            module: str | None = modules.pop() if len(modules) == 1 else None
            return module
        return found.module
