"""The lines of a cell in; as many lines out, in which each command of IPython's is what a translator makes of it.

A command is a line that begins outside of strings and brackets with `!`, `%` or `?`, or ends with `?`; or what follows
`name =` and begins with `!` or `%`. The translator that is here is for where IPython is not installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# What decides whether a line begins within something: strings, comments, brackets; and an assignment of a command.
TOKENS = re.compile(
    r"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|#.*|(?P<open>[(\[{])|(?P<close>[)\]}])|\\\n"
    r"|(?<![=!<>:])=[ \t]*(?P<assigned>[!%])(?!=)"
)
ENDS = {quote: re.compile(rf"(?:\\[\w\W]|(?!{quote})[^\\])*{quote}") for quote in ('"""', "'''")}
HELP = re.compile(r"(%{0,2}(?!\d)[\w*]+(?:\.\w+|\[[0-9]+\])*)(\?\??)[ \t]*;?[ \t]*\Z")
COMMAND = re.compile(r"[ \t]*[!%?]")
ASSIGNED = re.compile(r"([^=]*=[ \t]*)([!%].*)\Z")
INDENT = re.compile(r"[ \t]*")


def transform(lines: list[str], translate: Callable[[str], str]) -> list[str]:
    """The lines of a cell (each with its end) as Python, as many as they were; a command's further lines are blank.

    translate : gives the Python for one command, or for an assignment of one, without the space before it
    """
    found: list[str] = []
    indent = INDENT.match(next((line for line in lines if line.strip()), ""))
    if indent and indent[0]:  # the whole cell is indented
        lines = [line[indent.end() :] if line.startswith(indent[0]) else line for line in lines]
    at, within = 0, _Within()
    while at < len(lines):
        if (not within and (COMMAND.match(lines[at]) or _asks(lines[at]))) or within.read(lines[at]):
            text, end = _whole(lines, at)
            space = INDENT.match(text)[0]  # type: ignore[index]
            found += [f"{space}{translate(text.strip())}\n", *["\n"] * (end - at - 1)]
            at, within = end, _Within()
        else:
            found.append(lines[at])
            at += 1
    return found


class _Within:
    """What the lines read so far leave open: a string, brackets, a line that goes on. True where that is anything."""

    def __init__(self) -> None:
        self._quote, self._depth, self._joined = "", 0, False

    def __bool__(self) -> bool:
        return bool(self._quote or self._depth or self._joined)

    def read(self, line: str) -> bool:
        """Reads the next line; whether it assigns what a command gives."""
        begin, self._joined = 0, False
        while begin < len(line):
            if self._quote:
                closing = ENDS[self._quote].match(line, begin)
                if not closing:
                    break
                begin, self._quote = closing.end(), ""
                continue
            token = TOKENS.search(line, begin)
            if not token:
                break
            begin = token.end()
            if token[0] in ENDS:
                self._quote = token[0]
            elif token["assigned"] and not self._depth:
                return True
            else:
                self._depth = max(0, self._depth + bool(token["open"]) - bool(token["close"]))
                self._joined = token[0] == "\\\n"
        return False


def _asks(line: str) -> bool:
    """Whether a line ends with the `?` of help, not with one in a comment or a string."""
    line = line.rstrip()
    return line.endswith(("?", "?;")) and not set(line) & set("#'\"") and HELP.search(line) is not None


def _whole(lines: list[str], at: int) -> tuple[str, int]:
    """A command with its further lines, as one; and the line after it."""
    parts, end = [lines[at].rstrip("\n")], at + 1
    while parts[-1].endswith("\\") and end < len(lines):
        parts[-1] = parts[-1][:-1]
        parts.append(lines[end].rstrip("\n"))
        end += 1
    return " ".join(parts), end


def as_call(command: str) -> str:
    """The call of `get_ipython()` that IPython would make of a command; IPython.core.inputtransformer2."""
    assigned = None if COMMAND.match(command) else ASSIGNED.match(command)
    before, body = (assigned[1], assigned[2]) if assigned else ("", command)
    asked = HELP.search(body)
    if not asked and not COMMAND.match(body):
        return command  # it is none
    if asked and not body.startswith("!"):
        call = f"run_line_magic({'pinfo2' if len(asked[2]) == 2 else 'pinfo'!r}, {asked[1]!r})"
    elif body.startswith("!!"):
        call = f"getoutput({body[2:].strip()!r})"
    elif body.startswith("!"):
        call = f"{'getoutput' if before else 'system'}({body[1:].strip()!r})"
    elif body.startswith("?"):
        call = f"run_line_magic({'pinfo2' if body.startswith('??') else 'pinfo'!r}, {body.lstrip('?').strip()!r})"
    else:
        name, _, argument = body[1:].partition(" ")
        call = f"run_line_magic({name!r}, {argument.strip()!r})"
    return f"{before}get_ipython().{call}"
