"""Started: a notebook in; the lines that it gives to a shell for sure, and waits for, out."""

from __future__ import annotations

from collections.abc import Iterator

from .paths.calls import command_in
from .paths.functions import SHELLS
from .script.cell import CodeCell
from .subject import Subject

LEAVING_BEHIND = {"subprocess.Popen", "os.popen"}  # which do not wait


def started(subject: Subject) -> Iterator[tuple[CodeCell, int, str]]:
    """Cell, line and text: of `!` and its like, and of `os.system` and `subprocess`."""
    for cell in subject.script.cells:
        behind = any(each.body is not None and "--bg" in each.argument.split() for each in cell.magics)
        yield from ((cell, each.line, each.text) for each in cell.sure_shell if not behind)
    for call in subject.script.calls_named(lambda name: name in SHELLS and name not in LEAVING_BEHIND):
        text = command_in(call) if call.sure else None
        if text and not any(each.arg == "timeout" for each in call.node.keywords):
            yield call.cell, call.node.lineno, text
