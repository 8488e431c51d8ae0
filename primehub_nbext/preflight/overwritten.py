"""Overwritten: a notebook and the values given for its parameters in; findings about values that come to nothing, out.

papermill puts the values into a cell of its own: in the place of one that it made earlier, else right below the first
cell tagged `parameters`, else at the top.
"""

from __future__ import annotations

import ast
import re
from typing import Any

from .script.cell import CodeCell
from .script.flow import LIKELY, MAYBE
from .script.run import Event
from .subject import Subject, finding

PARAMETERS, INJECTED = "parameters", "injected-parameters"
NOTHING = object()


def find_overwritten(subject: Subject) -> list[dict[str, Any]]:
    """Findings about parameters that are given, or declared, and that the notebook assigns again, or uses before."""
    if subject.notebook is None or not subject.script.cells:
        return []
    tagged, injected = (_first(subject, tag) for tag in (PARAMETERS, INJECTED))
    declared = [each["name"] for each in subject.notebook.parameters]
    if not subject.given and tagged is None:
        return []
    point = injected if injected is not None else tagged if tagged is not None else -1
    found = list[dict[str, Any]]()
    for name in dict.fromkeys([*subject.given, *declared]):
        if name in subject.given:
            found += _early(subject, name, point, tagged)
        again = _again(subject, name, point)
        if again:
            found.append(_undone(subject, name, again) if point < 0 else _overwritten(subject, name, again))
    return found


def _first(subject: Subject, tag: str) -> int | None:
    cells = subject.notebook.cells if subject.notebook else []
    return next((index for index, cell in enumerate(cells) if tag in cell["tags"]), None)


def _again(subject: Subject, name: str, point: int) -> Event | None:
    """What gives a name another value before anything has used the one that was put in."""
    for event in subject.run.of_name(name):
        if event.at.index <= point:
            continue
        if event.step.kind == "use":
            return None
        if event.step.sure >= LIKELY:
            passed = [cell for cell in subject.script.cells if point < cell.index <= event.at.index]
            same = subject.given.get(name, NOTHING) == _value(event)
            return None if same or any(_may_use(cell, name) for cell in passed) else event
    return None


def _value(event: Event) -> Any:
    """The constant that a name is assigned, NOTHING where it is none."""
    for node in event.cell.tree.body if event.cell.tree else []:
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value and event.step.node in ast.walk(node):
            try:
                return ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
                return NOTHING
    return NOTHING


def _may_use(cell: CodeCell, name: str) -> bool:
    """Whether a cell uses a name where its run does not show it: in a function that is called somehow, in a command."""
    if cell.tree is None:
        return True
    commands = [f"{each.argument} {each.body or ''}" for each in cell.magics] + [each.text for each in cell.shell]
    if any(re.search(rf"\b{re.escape(name)}\b", text) for text in commands):
        return True
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)
        for function in cell.names.functions
        for node in ast.walk(function)
    )


def _overwritten(subject: Subject, name: str, event: Event) -> dict[str, Any]:
    return finding(
        "warning" if name in subject.given else "note",
        "parameter_overwritten",
        "`{name}` is assigned again here before anything uses it, so that a value given for it has no effect.",
        "Delete this assignment, or give it another name.",
        cell=event.cell.index,
        line=event.line,
        name=name,
    )


def _undone(subject: Subject, name: str, event: Event) -> dict[str, Any]:
    """About a notebook without the tag: what is given comes first, and what the notebook assigns, after that."""
    fix = {"label": "Tag the cell parameters", "edits": [{"cell": event.cell.index, "tag": PARAMETERS}]}
    return finding(
        "warning",
        "parameter_undone",
        "`{name}` is assigned here after the job has put in the value that you gave, which has no effect so.",
        "No cell is tagged `parameters`, so the values come first of all. Tag the cell that assigns them: they come "
        "right below it then.",
        cell=event.cell.index,
        line=event.line,
        fix=None if _used_in(subject, event) else fix,
        name=name,
    )


def _used_in(subject: Subject, event: Event) -> bool:
    """Whether a tag would not do: the cell uses a given name itself, or another cell assigns one, too."""
    for other in (each for name in subject.given for each in subject.run.of_name(name)):
        here = other.at.index == event.at.index
        if (here and other.step.kind == "use") or (not here and other.step.kind == "bind"):
            return True
    return event.inside is not None


def _early(subject: Subject, name: str, point: int, tagged: int | None) -> list[dict[str, Any]]:
    """About the first use of a given name above the cell that is put in; and what the tagged cell makes of it."""
    for event in subject.run.of_name(name):
        if event.at.index >= point or event.at.index == tagged:
            break
        if event.step.kind == "use" and event.step.sure > MAYBE:
            return [
                finding(
                    "warning",
                    "parameter_used_before",
                    "`{name}` is used here before the job has put in the value that you gave.",
                    "The values come right below the cell tagged `parameters`: move that cell above this one.",
                    cell=event.cell.index,
                    line=event.line,
                    name=name,
                )
            ]
    cell = next((each for each in subject.script.cells if each.index == tagged), None)
    return [
        finding(
            "warning",
            "parameter_derived",
            "`{other}` is made of `{name}` here, while it still has its default: the value that you gave comes later.",
            "The values come right below the cell tagged `parameters`: assign `{other}` in a cell below that one.",
            cell=tagged,
            line=node.lineno,
            name=name,
            other=other,
        )
        for node, other in (_derived(cell, name) if cell and cell.tree and tagged == point else [])
        if other not in subject.given
    ]


def _derived(cell: CodeCell, name: str) -> list[tuple[ast.stmt, str]]:
    """The assignments of a cell that use a name for another."""
    found = list[tuple[ast.stmt, str]]()
    for node in cell.tree.body if cell.tree else []:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        within = list(ast.walk(node.value))
        uses = any(isinstance(each, ast.Name) and each.id == name for each in within)
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        later = any(isinstance(each, ast.Lambda) for each in within)  # looked up when it is called
        if uses and not later and isinstance(targets[0], ast.Name) and targets[0].id != name:
            found.append((node, targets[0].id))
    return found
