"""Asked: a file that a notebook reads in; whether the notebook lives with it not being there, out."""

from __future__ import annotations

import ast
from functools import cached_property

from ..notebooks.cells.nodes import walk
from .paths.functions import words
from .paths.uses import Use
from .script.cell import CodeCell
from .script.shell import commands
from .script.statements import EVERYTHING, exceptions
from .subject import Subject

# Whoever asks whether a file is there, or catches what it is when it is not, has an answer for a job, too.
ASKING = words("os.path.exists os.path.isfile os.path.isdir os.access .exists .is_file .is_dir")
CATCHING = words("FileNotFoundError OSError IOError EnvironmentError Exception") | {EVERYTHING}
TESTS = words("[ [[ test")


class Asked:
    """What a notebook asks about files, and catches; each is looked for once, when it is first wanted."""

    def __init__(self, subject: Subject):
        """Looks at nothing yet."""
        self._subject = subject
        self._tries: dict[int, list[tuple[int, int]]] = {}

    def of(self, use: Use) -> bool:
        """Whether the notebook lives with a file that is not there: it asks before, or catches the error."""
        if use.shell:
            shell = [each for each in use.cell.shell if each.line <= use.line]
            return any("||" in each.text for each in shell if each.line == use.line) or any(
                command.name in TESTS for each in shell if "[" in each.text or "test" in each.text
                for command in commands(each.text)
            )  # fmt: skip
        if {use.place, use.text.head} & self._places:
            return True
        return any(begin <= use.line <= end for begin, end in self._blocks(use.cell))

    @cached_property
    def _places(self) -> frozenset[str]:
        found = set[str]()
        for call in self._subject.script.calls_named(lambda name: name in ASKING):
            asked = call.node.args[0] if call.node.args else getattr(call.node.func, "value", None)
            text = self._subject.texts.of(asked, call.cell, call.scope)
            if text.whole:
                found.add(text.head.rstrip("/"))
        return frozenset(found)

    def _blocks(self, cell: CodeCell) -> list[tuple[int, int]]:
        """First and last lines of the blocks of a cell within which it is caught that a file is not there."""
        if cell.index not in self._tries:
            self._tries[cell.index] = [
                (node.body[0].lineno, node.body[-1].end_lineno or 0)
                for node in (walk(cell.tree) if cell.tree else ())
                if isinstance(node, (ast.Try, ast.With)) and CATCHING & _caught(node)
            ]
        return self._tries[cell.index]


def _caught(node: ast.Try | ast.With) -> set[str]:
    """The names of the exceptions that do not leave its body."""
    if isinstance(node, ast.Try):
        return {name for handler in node.handlers for name in exceptions(handler.type)}
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    suppressing = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "suppress"]
    return {name for call in suppressing for argument in call.args for name in exceptions(argument)}
