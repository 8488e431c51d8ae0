"""The terminal: texts, tables and questions in; what a person reads, or a program as JSON, and answers out."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Callable, TextIO, cast

from .plain import WITHOUT_MARKS, clean, fit, width

STYLES = {"good": "32", "bad": "31", "warning": "33", "busy": "34", "quiet": "2", "strong": "1"}
LEAST_COLUMNS = 8  # of a cell that is cut
GAP = "  "


class NotWritten(Exception):
    """Standard output, or standard error, takes nothing: the disk behind it is full, perhaps."""


class Terminal:
    """Standard output has what was asked for; standard error what is said meanwhile, and questions.

    json : whether a program reads standard output
    """

    def __init__(
        self,
        json: bool = False,
        streams: tuple[TextIO, TextIO, TextIO] | None = None,
        environ: Mapping[str, str] = os.environ,
    ):
        self.json = json
        self.stdin, self.out, self.err = streams or (
            _opened(sys.stdin, "r"),
            _opened(sys.stdout, "w"),
            _opened(sys.stderr, "w"),
        )
        self._plain = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
        for stream in (self.out, self.err):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors=WITHOUT_MARKS)

    @property
    def interactive(self) -> bool:
        """Whether somebody is there to answer a question."""
        return self.stdin.isatty() and self.err.isatty() and not self.json

    def coloured(self, stream: TextIO) -> bool:
        """Whether colours are wanted there."""
        return stream.isatty() and not self._plain

    @property
    def columns(self) -> int | None:
        """The terminal's width; None where standard output goes somewhere else, and nothing is cut."""
        return shutil.get_terminal_size().columns if self.out.isatty() else None

    def say(self, text: str = "", style: str = "") -> None:
        """Print what was asked for. Whatever is in the text, it stays text."""
        if not self.json:
            self._print(self.out, text, style)

    def note(self, text: str = "", style: str = "") -> None:
        """Say something beside it."""
        self._print(self.err, text, style)

    def write(self, text: str) -> None:
        """Print a piece of a log, which is safe already (`plain.LogText`)."""
        self._write(self.err if self.json else self.out, text)

    def answer(self, value: object) -> None:
        """Print what a program asked for; in ASCII, so that it is safe on a terminal, too."""
        if self.json:
            self.answer_line(json.dumps(value, indent=2))

    def answer_line(self, text: str) -> None:
        """Print JSON that is one of several answers."""
        self._write(self.out, f"{text}\n")

    def table(
        self,
        headings: Sequence[str],
        rows: Sequence[Sequence[str]],
        cut: Sequence[int],
        drop: Sequence[int] = (),
        style: Callable[[int], str] = lambda row: "",
    ) -> None:
        """Print rows in columns. Where there is no room, those in `cut` are shortened, then those in `drop` left out.

        drop : the first of them first
        style : the name of the style of the row of this number
        """
        cells = [[clean(cell) for cell in row] for row in (headings, *rows)]
        natural = {column: max(width(row[column]) for row in cells) for column in range(len(headings))}
        widths = _fitted(natural, cut, drop, self.columns)
        for number, row in enumerate(cells):
            line = GAP.join(fit(row[column], columns) for column, columns in widths.items()).rstrip()
            self.say(line, style(number - 1) if number else "quiet")

    def facts(self, facts: Sequence[tuple[str, object]]) -> None:
        """Print names and values, those that there are."""
        shown = [(name, value) for name, value in facts if value not in (None, "")]
        longest = max((width(name) for name, _ in shown), default=0)
        for name, value in shown:
            self.say(f"{fit(name, longest)}  {clean(value)}")

    def ask(self, question: str, otherwise: bool) -> bool:
        """What somebody answers to a question; `otherwise` to Enter alone. Ctrl-D is no."""
        self._write(self.err, f"{clean(question)} {'[Y/n]' if otherwise else '[y/N]'} ")
        line = self.stdin.readline()
        if not line:
            self._write(self.err, "\n")
        said = line.strip().lower()
        return said in ("y", "yes") if said or not line else otherwise

    def _print(self, stream: TextIO, text: str, style: str) -> None:
        text = clean(text, lines=True)
        if style and self.coloured(stream):
            text = f"\x1b[{STYLES[style]}m{text}\x1b[0m"
        self._write(stream, f"{text}\n")

    @staticmethod
    def _write(stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise NotWritten(error.strerror or "it cannot be written") from None


def _opened(stream: TextIO | None, mode: str) -> TextIO:
    """A stream of the process, which may have been started with it closed; then it has, or takes, nothing."""
    return cast(TextIO, stream or open(os.devnull, mode, encoding="utf-8"))


def _fitted(widths: dict[int, int], cut: Sequence[int], drop: Sequence[int], room: int | None) -> dict[int, int]:
    """The columns that are shown, and how wide each is, so that all have room if that can be."""
    widths = dict(widths)
    while room is not None and sum(widths.values()) + len(GAP) * (len(widths) - 1) > room:
        long = [column for column in cut if widths.get(column, 0) > LEAST_COLUMNS]
        if long:
            widths[max(long, key=lambda column: widths[column])] -= 1
        elif left := [column for column in drop if column in widths]:
            del widths[left[0]]
        else:
            break
    return widths
