"""A script in; all that happens when its cells run from top to bottom, in that order, out."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import NamedTuple

from .cell import CodeCell
from .flow import MAYBE, Step
from .notebook import Script

MAX_DEPTH = 5  # of functions that call functions
MAX_EVENTS = 200_000


class Event(NamedTuple):
    """A step of a run.

    at : the cell that runs
    cell : the one in which the step is; another where a function is called
    step : with what is certain of it, and caught around it, all in all
    name : of a call, what is called, as `Call.name`; of all else, the step's
    inside : the function that it is in, None at the top
    """

    at: CodeCell
    cell: CodeCell
    step: Step
    name: str
    inside: ast.AST | None = None

    @property
    def line(self) -> int:
        """In `cell`, from 1."""
        return getattr(self.step.node, "lineno", 1)


class Run:
    """What happens in a run of all cells. Functions that are called by their names are followed into."""

    def __init__(self, script: Script):
        """Follows the script once.

        events : in the order in which they happen
        unbound : of these the uses of names that nothing before gives a value to, with their places among all; none
            after an import of all names
        complete : nothing else happens, as far as names go
        """
        self.events: list[Event] = []
        self.unbound: list[tuple[int, Event]] = []
        self.complete = script.complete
        self._script = script
        # Cells of the same text share their tree.
        self._names = {(call.cell.index, id(call.node)): call.name for call in script.calls()}
        self._functions: dict[str, tuple[CodeCell, ast.FunctionDef]] = {}
        self._bound: set[str] = set()
        self._followed: dict[ast.AST | None, int] = {}  # functions, and how sure it was that they run
        for cell in script.cells:
            self.complete = self.complete and cell.flow.steps is not None
            for step in cell.flow.steps or ():
                self._happens(cell, cell, step, None, 0)

    def of_name(self, name: str) -> Sequence[Event]:
        """When a name is used and bound, in that order."""
        return self._of_name.get(name, ())

    @cached_property
    def _of_name(self) -> dict[str, list[Event]]:
        found = defaultdict[str, list[Event]](list)
        for event in self.events:
            if event.step.kind != "call":
                found[event.step.name].append(event)
        return dict(found)

    def may_have_made(self, name: str, by: CodeCell) -> bool:
        """Whether a function that is not followed may have given the notebook this name before a cell is done.

        What it was handed to may have called it.
        """
        return any(
            shared == name and function not in self._followed
            for cell in self._script.cells
            if cell.names.shared and cell.index <= by.index
            for function, shared in cell.names.shared
        )

    def calls_named(self, wanted: Callable[[str], bool]) -> list[Event]:
        """The calls of what is wanted by its name, in their order; each name is asked about once."""
        names = {name for name in self._called if wanted(name)}
        return [each for each in self.events if each.name in names and each.step.kind == "call"] if names else []

    @cached_property
    def _called(self) -> set[str]:
        return {event.name for event in self.events if event.step.kind == "call"}

    def maker(self, event: Event) -> str:
        """What made the object of which a method is called, as `Call.name`; "" where that cannot be told."""
        function = event.step.node.func if isinstance(event.step.node, ast.Call) else None
        made: ast.expr | None = function.value if isinstance(function, ast.Attribute) else None
        where, scope = event.cell, event.inside
        if isinstance(made, ast.Name):
            found = self._script.place_of(made.id, event.step.node, where, scope)
            if not found:
                return ""
            where, binding = found
            made, scope = binding.value, binding.scope
        return self._script.name_of(made.func, where, scope) if isinstance(made, ast.Call) else ""

    def _happens(self, at: CodeCell, cell: CodeCell, step: Step, inside: ast.AST | None, depth: int) -> None:
        kind, name = step.kind, step.name
        if kind == "use":
            event = Event(at, cell, step, name, inside)
            if name not in self._bound and "*" not in self._bound:
                self.unbound.append((len(self.events), event))
            self.events.append(event)
        elif kind == "bind":
            self.events.append(Event(at, cell, step, name, inside))
            self._bound.add(name)
            if isinstance(step.node, ast.FunctionDef):
                self._functions[name] = cell, step.node
            else:
                self._functions.pop(name, None)
        else:
            known = name if name and name not in self._bound else self._names.get((cell.index, id(step.node)), "")
            self.events.append(Event(at, cell, step, known, inside))
            if name in self._functions and depth < MAX_DEPTH:
                self._follow(at, step, depth)

    def _follow(self, at: CodeCell, call: Step, depth: int) -> None:
        """Into a function, unless that was done, and it was as sure that it runs."""
        where, function = self._functions[call.name]
        if self._followed.get(function, MAYBE - 1) >= call.sure:
            return
        self._followed[function] = call.sure
        if len(self.events) >= MAX_EVENTS:
            self.complete = False
        elif where.flow.runs_when_called(function):
            for inner in where.flow.steps_of(function):
                if call.sure < inner.sure or call.caught:
                    sure, caught = min(call.sure, inner.sure), call.caught + inner.caught
                    inner = Step(inner.kind, inner.name, inner.node, sure, caught)
                self._happens(at, where, inner, function, depth + 1)
