"""A notebook in; its code cells as Python, and what names, calls and texts in them stand for, out."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from ...notebooks.file import NotebookFile
from .cell import CodeCell, read_cell
from .collector import rarer
from .names import Binding
from .scopes import Place, Scopes

MAX_SOURCES = 2 * 1024 * 1024  # characters of all cells together that are looked at
MAX_NODES = 150_000  # of all their trees together, which take some 500 bytes each


class Call(NamedTuple):
    """A call somewhere in the notebook.

    name : what is called, dotted, through imports and their aliases (`numpy.load`, `open`); of a method of what is not
        known, its name behind a dot (`.to_csv`); "" where even that is not known
    scope : the function around it, None at the top
    sure : it happens whenever the cell runs: not in a branch, a loop or a function
    """

    node: ast.Call
    name: str
    cell: CodeCell
    scope: ast.AST | None
    sure: bool


@dataclass
class Script:
    """The code of a Python notebook.

    cells : its code cells with something in them, in their order
    complete : all of it is in `cells` as a tree; else something may happen that cannot be seen
    """

    cells: list[CodeCell] = field(default_factory=list)
    complete: bool = True
    scopes: Scopes = field(default_factory=Scopes, repr=False)

    @classmethod
    def of(cls, notebook: NotebookFile | None) -> Script:
        """The script of a notebook; without cells where it is none of Python."""
        script = cls()
        if notebook is None or notebook.language.lower() not in ("python", "ipython"):
            return script
        with rarer():
            script._read(notebook.cells)
        return script

    def _read(self, cells: list[dict[str, Any]]) -> None:
        left, nodes = MAX_SOURCES, MAX_NODES
        for index, each in enumerate(cells):
            if each["type"] != "code" or not each["source"].strip():
                continue
            left -= len(each["source"])
            if left < 0 or nodes < 0:
                self.complete = False
                break
            cell = read_cell(each["source"], index, tuple(each["tags"]), each["execution_count"])
            nodes -= cell.names.nodes
            self.cells.append(cell)
            self.complete = self.complete and cell.known
            self.scopes.add(cell)

    @cached_property
    def magics(self) -> frozenset[str]:
        """The line magics that it calls with their `%`, and those of extensions: without it they are magics, too."""
        found = set[str]()
        for magic in (each for cell in self.cells for each in cell.magics if each.body is None):
            found.add(magic.name)
            if magic.name in ("load_ext", "reload_ext"):
                found.add(magic.argument.rpartition(".")[2])  # most have one of their own name
        return frozenset(found)

    def calls(self) -> Sequence[Call]:
        """All calls, in the order of the cells and their lines."""
        return self._calls

    @cached_property
    def _calls(self) -> list[Call]:
        return [
            Call(node, self.name_of(node.func, cell, scope), cell, scope, id(node) not in cell.names.unsure)
            for cell in self.cells
            for node, scope in cell.names.calls
        ]

    def calls_named(self, wanted: Callable[[str], bool]) -> list[Call]:
        """The calls of what is wanted by its name, as `Call.name`, in their order; each name is asked about once."""
        names = {name for name in self._called if wanted(name)}
        return [call for call in self._calls if call.name in names] if names else []

    @cached_property
    def _called(self) -> set[str]:
        return {call.name for call in self._calls}

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
            root = self.scopes.module(node.id, node, cell, scope)
            if root:
                return ".".join([root, *reversed(parts)])
        return f".{parts[0]}" if parts else ""

    def scope_of(self, node: ast.AST, cell: CodeCell) -> ast.AST | None:
        """The innermost function or class on the line of a node of a cell, None where it is at the top."""
        return cell.names.function_at.get(getattr(node, "lineno", 0))

    def is_bound(self, name: str) -> bool:
        """Whether the notebook, or a function in it, gives this name a value anywhere."""
        return name in self.scopes

    def binding(self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None) -> Binding | None:
        """Which binding a name stands for at a node; None where that cannot be told, or it is bound nowhere."""
        found = self.scopes.find(name, node, cell, scope)
        return found.binding if found else None

    def place_of(self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None) -> Place | None:
        """As `binding`, with the cell that it is in."""
        return self.scopes.find(name, node, cell, scope)
