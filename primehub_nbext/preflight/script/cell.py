"""The text of a code cell in; its tree, magics, shell commands and names out, remembered for the next look at it."""

from __future__ import annotations

import ast
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace

from ...notebooks.cells.magics import Magic, cell_magics
from ...notebooks.cells.python import parse
from .collector import made
from .commands import Shell, automagic, commands_in, shell_of
from .flow import Flow
from .names import Names

MAX_SOURCE = 65536  # characters of a cell; what nests a million levels deep would be the end of Python 3.9 and 3.10
REMEMBERED = 150_000  # nodes of trees that are kept, as many as a notebook may have: some 60 MB; most have 5,000


@dataclass(frozen=True)
class CodeCell:
    """A code cell as it would run.

    index : its position in the notebook
    text : its source as typed; all lines, here and in the tree, are those of it, from 1
    tree : as `ast` has it, magics and shell commands being calls of `get_ipython()`; None where it is not Python: then
        `error` is the line and Python's words, or None where it was not looked at (too long, nested too deep)
    magics : `%name` and `%%name`, in their order
    shell : commands of `!`, `%sx`, `%%bash` and their like
    names : what the tree imports, binds and calls
    flow : what happens when it runs, in that order
    """

    text: str
    index: int = 0
    tree: ast.Module | None = None
    error: tuple[int, str] | None = None
    magics: tuple[Magic, ...] = ()
    shell: tuple[Shell, ...] = ()
    names: Names = field(default_factory=Names, repr=False)
    flow: Flow = field(default_factory=lambda: Flow(None, Names()), repr=False, compare=False)
    tags: tuple[str, ...] = ()
    execution_count: int | None = None

    @property
    def lines(self) -> list[str]:
        """The lines of the text, without their ends; line n of a tree is `lines[n - 1]`."""
        return self.text.splitlines()

    @property
    def sure_shell(self) -> list[Shell]:
        """The commands for a shell that run whenever the cell does: not in a branch (`if IN_COLAB:`) or a loop."""
        unsure = self.names.unsure_lines if self.shell else ()
        return [each for each in self.shell if each.line not in unsure]

    @property
    def known(self) -> bool:
        """Whether all that the cell does in the kernel can be seen: it is Python, or holds none."""
        return self.tree is not None


def read_cell(text: str, index: int, tags: tuple[str, ...] = (), execution_count: int | None = None) -> CodeCell:
    """The cell of this text; each different text is read once, while it is remembered."""
    return replace(MEMORY.read(text), index=index, tags=tags, execution_count=execution_count)


class Memory:
    """The cells read last, by their text. May be used by several threads at once.

    held : nodes of the trees that are remembered
    """

    def __init__(self, capacity: int):
        """`capacity` : nodes of their trees together."""
        self._capacity = capacity
        self._cells: OrderedDict[str, CodeCell] = OrderedDict()
        self.held = 0
        self._lock = threading.Lock()

    def read(self, text: str) -> CodeCell:
        """The cell of a text, at index 0."""
        with self._lock:
            if text in self._cells:
                self._cells.move_to_end(text)
                return self._cells[text]
        cell = _read(text)
        made(cell.names.nodes)
        with self._lock:
            if text not in self._cells:
                self._cells[text] = cell
                self.held += _size(cell)
            while self.held > self._capacity:
                _, oldest = self._cells.popitem(last=False)
                self.held -= _size(oldest)
        return cell

    def forget(self) -> None:
        """Forgets all cells."""
        with self._lock:
            self._cells.clear()
            self.held = 0


def _size(cell: CodeCell) -> int:
    """What a cell takes, in nodes: its text, and all its commands, count too."""
    return cell.names.nodes + len(cell.text) // 50 + 10


MEMORY = Memory(REMEMBERED)


def _read(text: str) -> CodeCell:
    if len(text) > MAX_SOURCE:
        return CodeCell(text)
    magics, body = cell_magics(text)
    shell = list[Shell]()
    for magic in magics:
        shell += shell_of(magic, len(shell))
    tree, error = parse(body)
    if tree is None:
        lone = automagic(text)
        if lone:
            return CodeCell(text, tree=ast.Module([], []), magics=(lone,), shell=tuple(shell_of(lone, 0)))
        return CodeCell(text, error=error, magics=tuple(magics))
    names = Names.of(tree)
    more_magics, more_shell = commands_in([call for call, _ in names.calls], text.splitlines())
    return CodeCell(
        text,
        tree=tree,
        magics=(*magics, *more_magics),
        shell=(*shell, *more_shell),
        names=names,
        flow=Flow(tree, names),
    )
