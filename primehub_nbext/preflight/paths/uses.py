"""A script in; every use of a path in it, in the order in which they happen, with the folder it happens in, out."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Generator, Iterator
from typing import NamedTuple

from ...notebooks.cells.magics import Magic
from ..script.cell import CodeCell
from ..script.commands import Shell
from ..script.notebook import Call, Script
from ..script.texts import UNKNOWN, Text, Texts
from .calls import GO, MAY, READ, WRITE, command_in, deeds_of
from .commands import commands_of
from .functions import IMPLIED

# What IPython, or the shell, puts into a command: {name}, $name and ${name}; of all else in braces, or behind $,
# nobody knows here.
FILLED_IN = re.compile(r"\$\{(HOME)\}|\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|[{$`]")

TOKENS = ("api_token", "set_token", "API_TOKEN")


class Use(NamedTuple):
    """A path that the notebook's code does something with.

    text : the path as far as it is known
    deed : as calls.py has them
    line, end : first and last line of the code that does it, in `cell`
    place : its absolute path, without `..`, or that of the folder which it is somewhere below, where not all of it is
        known; None where nothing can be told
    relative : it depends on the working directory
    folder : that directory, absolute; None where it is not known
    sure : it happens whenever the cell runs, at the notebook's top
    shell : it is a shell that does it
    """

    text: Text
    deed: str
    cell: CodeCell
    line: int
    end: int
    place: str | None
    relative: bool
    folder: str | None
    sure: bool
    shell: bool


class Uses:
    """Follows a script from its first cell to its last.

    folder : absolute path of the folder in which the job starts; None where it is not known
    """

    def __init__(self, script: Script, texts: Texts, folder: str | None, home: str):
        self._script, self._texts, self._home = script, texts, home
        self._folder = folder
        self._asked = folder  # what `os.getcwd()` has given so far; None once that may be one of several

    def __iter__(self) -> Iterator[Use]:
        calls: dict[int, list[Call]] = {}
        for call in self._script.calls():
            calls.setdefault(call.cell.index, []).append(call)
        for cell in self._script.cells:
            steps: list[Call | Shell | Magic] = [*calls.get(cell.index, [])]
            if cell.shell or cell.magics:
                steps = sorted([*steps, *cell.shell, *cell.magics], key=_place)
            block, inside = None, self._folder
            for what in steps:
                if isinstance(what, Call):
                    yield from self._of_call(what)
                elif isinstance(what, Shell):
                    if what.block != block:
                        block, inside = what.block, self._folder
                    inside = yield from self._of_shell(what, cell, inside)
                elif what.body is None:
                    yield from self._of_magic(what, cell)
                elif what.name in ("writefile", "file") and what.argument:
                    name = self._at_home(Text(what.argument.split()[-1].strip("\"'")))
                    yield self._use(name, WRITE, cell, what.line, what.line, self._folder, True, shell=True)
            if not cell.known:
                self._go(None)

    def _of_call(self, call: Call) -> Iterator[Use]:
        command = command_in(call)
        if command is not None:
            shell = Shell(command, call.node.lineno, call.node.end_lineno or call.node.lineno, 0)
            yield from self._of_shell(shell, call.cell, self._folder)
            return
        end = call.node.end_lineno or call.node.lineno
        if call.name in IMPLIED and not call.node.keywords and not self._has_token():
            text = Text(f"{self._home}/{IMPLIED[call.name]}")
            yield self._use(text, READ, call.cell, call.node.lineno, end, self._folder, call.sure)
        for argument, deed in deeds_of(call):
            text = self._texts.of(argument, call.cell, call.scope)
            if deed == MAY and not text.head:  # nothing is known
                continue
            if call.name.startswith(("pandas.", "primehub.", ".to_")):  # which look for ~ themselves
                text = self._at_home(text)
            use = self._use(text, deed, call.cell, call.node.lineno, end, self._folder, call.sure)
            yield use
            if deed == GO:
                self._go(use.place if call.sure and text.whole else None)

    def _has_token(self) -> bool:
        """Whether the notebook gives PrimeHub's SDK a token itself."""
        return any(word in cell.text for cell in self._script.cells for word in TOKENS)

    def _of_magic(self, magic: Magic, cell: CodeCell) -> Iterator[Use]:
        if magic.name == "pip":
            yield from self._of_shell(Shell(f"pip {magic.argument}", magic.line, magic.line, 0), cell, self._folder)
        elif magic.name in ("cd", "pushd", "popd"):
            argument = magic.argument.split("#")[0].strip().strip("\"'") or "~"
            text = UNKNOWN if argument.startswith("-") or magic.name == "popd" else self._filled(argument, cell, magic)
            text = self._at_home(text)
            sure = magic.line not in cell.names.unsure_lines
            use = self._use(text, GO, cell, magic.line, magic.line, self._folder, sure, shell=True)
            yield use
            self._go(use.place if sure and text.whole else None)
        elif magic.name == "run":
            script = next((word for word in magic.argument.split() if not word.startswith("-")), "")
            text = self._at_home(self._filled(script.strip("\"'"), cell, magic))
            sure = magic.line not in cell.names.unsure_lines
            if text.head:
                yield self._use(text, READ, cell, magic.line, magic.line, self._folder, sure, shell=True)
            self._go(None)  # a program of which nothing is known

    def _go(self, place: str | None) -> None:
        self._folder, self._asked = place, None

    def _of_shell(self, shell: Shell, cell: CodeCell, inside: str | None) -> Generator[Use, None, str | None]:
        sure = shell.line not in cell.names.unsure_lines
        for command in commands_of(shell.text) or []:
            for word, deed in command.deeds():
                text = self._at_home(self._filled(word, cell, shell))
                use = self._use(text, deed, cell, shell.line, shell.end, inside, sure, shell=True)
                yield use
                if deed == GO:
                    inside = use.place if text.whole else None
        return inside

    def _filled(self, word: str, cell: CodeCell, at: Shell | Magic) -> Text:
        """A word of a shell command, with what the notebook's names in it stand for."""
        text, begin = Text(""), 0
        filled = not isinstance(at, Shell) or at.filled
        for found in FILLED_IN.finditer(word):
            text += Text(word[begin : found.start()])
            begin = found.end()
            name = found[1] or found[2] or found[3]
            if name and filled and (name != "HOME" or self._script.is_bound(name)):
                text += self._texts.of(ast.Name(name, ast.Load(), lineno=at.line, col_offset=0), cell, None)
            elif name == "HOME" and not found[2]:
                text += Text(self._home)
            else:
                return text + UNKNOWN
        text += Text(word[begin:])
        return Text(text.head.partition("*")[0], whole=False, node=text.node, cell=text.cell) if "*" in word else text

    def _at_home(self, text: Text) -> Text:
        if text.head == "~" or text.head.startswith("~/"):
            return Text(self._home + text.head[1:], text.whole, text.node, text.cell)
        return text

    def _use(
        self, text: Text, deed: str, cell: CodeCell, line: int, end: int, folder: str | None, sure: bool, *,
        shell: bool = False,
    ) -> Use:  # fmt: skip
        relative = not text.head.startswith("/")
        folder = self._asked if text.asked else folder
        known = text.head if text.whole else text.head[: text.head.rfind("/") + 1]
        place = None
        if known and "://" not in known and not known.startswith("~") and "\0" not in known:
            if not relative:
                place = known
            elif folder is not None:
                place = posixpath.join(folder, known)
        return Use(text, deed, cell, line, end, place and _plain(place), relative, folder, sure, shell)


def _place(what: Call | Shell | Magic) -> tuple[int, int]:
    """Line and column."""
    return (what.node.lineno, what.node.col_offset) if isinstance(what, Call) else (what.line, 0)


def _plain(path: str) -> str:
    return "/" + posixpath.normpath(path).lstrip("/")


def is_below(place: str, folder: str) -> bool:
    """Whether a place is a folder, or in it; both as `Use.place`."""
    return place == folder or place.startswith(folder.rstrip("/") + "/")
