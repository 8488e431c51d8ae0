"""Asked: a file that a notebook reads in; whether the notebook lives with it not being there, out."""

from __future__ import annotations

import ast

from ..notebooks.cells.nodes import walk
from .paths.functions import words
from .paths.uses import Use
from .script.shell import commands
from .script.statements import EVERYTHING, exceptions
from .subject import Subject

# Whoever asks whether a file is there, or catches what it is when it is not, has an answer for a job, too.
ASKING = words("os.path.exists os.path.isfile os.path.isdir os.access .exists .is_file .is_dir")
CATCHING = words("FileNotFoundError OSError IOError EnvironmentError Exception") | {EVERYTHING}
TESTS = words("[ [[ test")


def is_asked(subject: Subject, use: Use) -> bool:
    """Whether the notebook lives with a file that is not there: it asks before, or catches the error."""
    if use.shell:
        before = "\n".join(use.cell.lines[: use.end])
        names = {command.name for shell in use.cell.shell if shell.line <= use.line for command in commands(shell.text)}
        return bool(TESTS & names) or "||" in before
    for call in subject.script.calls_named(lambda name: name in ASKING):
        asked = call.node.args[0] if call.node.args else getattr(call.node.func, "value", None)
        text = subject.texts.of(asked, call.cell, call.scope)
        if text.whole and text.head.rstrip("/") in (use.place, use.text.head):
            return True
    return any(
        each.body[0].lineno <= use.line <= (each.body[-1].end_lineno or 0) and CATCHING & _caught(each)
        for each in (walk(use.cell.tree) if use.cell.tree else ())
        if isinstance(each, (ast.Try, ast.With))
    )


def _caught(node: ast.Try | ast.With) -> set[str]:
    """The names of the exceptions that do not leave its body."""
    if isinstance(node, ast.Try):
        return {name for handler in node.handlers for name in exceptions(handler.type)}
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    suppressing = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "suppress"]
    return {name for call in suppressing for argument in call.args for name in exceptions(argument)}
