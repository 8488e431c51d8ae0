"""The names that a notebook's cells bind in; which of them a name stands for, at a place in the notebook, out."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_left
from collections import defaultdict
from typing import NamedTuple

from .cell import CodeCell
from .names import Binding

PYTHONS_OWN = {*dir(builtins), "get_ipython", "display"}


class Place(NamedTuple):
    """A binding, and the cell that it is in."""

    cell: CodeCell
    binding: Binding


class Scopes:
    """All bindings of a notebook, those of its functions apart."""

    def __init__(self) -> None:
        self._top: dict[str, list[Place]] = defaultdict(list)
        self._order: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        self._inner: dict[tuple[int, ast.AST, str], list[Place]] = defaultdict(list)
        self._modules: dict[str, set[str | None]] = defaultdict(set)  # all names, with what is imported by them

    def add(self, cell: CodeCell) -> None:
        """Takes in the bindings of the next cell."""
        for each in cell.names.bindings:
            self._modules[each.name].add(each.module)
            if each.scope:
                self._inner[cell.index, each.scope, each.name].append(Place(cell, each))
            else:
                self._top[each.name].append(Place(cell, each))
                self._order[each.name].append((cell.index, *each.at))

    def __contains__(self, name: str) -> bool:
        return name in self._modules

    def find(self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None) -> Place | None:
        """The binding that a name stands for at a node of a cell; None where that cannot be told, or there is none.

        Cells are taken to run once, from the first to the last. `scope` : the function around the node
        """
        inner = self._inner.get((cell.index, scope, name)) if scope else None
        if inner:
            return inner[0] if len(inner) == 1 else None
        top = self._top.get(name, [])
        if scope is not None:  # it runs whenever somebody calls it
            return top[0] if len(top) == 1 else None
        at = (cell.index, getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
        before = bisect_left(self._order.get(name, []), at)
        if not before or not (before == 1 or top[before - 1].binding.sure):
            return None
        return top[before - 1]

    def module(self, name: str, node: ast.AST, cell: CodeCell, scope: ast.AST | None) -> str | None:
        """What a name that is an import, or Python's own, is called by all; None for any other name."""
        modules = self._modules.get(name)
        if modules is None:
            return name if name in PYTHONS_OWN else None
        if len(modules) == 1:  # mostly imported once, or each time the same
            return next(iter(modules))
        found = self.find(name, node, cell, scope)
        return found.binding.module if found else None
