"""A cell as IPython takes it in; plain Python with as many lines out: for where IPython is not, or would take long.

Line by line: one that begins outside of brackets and strings with `!`, `%` or `?`, or ends with `?`, becomes the call
of `get_ipython()` that IPython would make of it; so does what follows `name =`.
"""

from __future__ import annotations

import re

# What decides whether a line begins within something: strings, comments, brackets; and an assignment of a command.
TOKENS = re.compile(
    r"\"\"\"|'''|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|#.*|(?P<open>[(\[{])|(?P<close>[)\]}])|\\\n"
    r"|(?<![=!<>:])=[ \t]*(?P<assigned>[!%])(?!=)"
)
ENDS = {quote: re.compile(rf"(?:\\[\w\W]|(?!{quote})[^\\])*{quote}") for quote in ('"""', "'''")}
HELP = re.compile(r"[ \t]*(%{0,2}(?!\d)[\w*]+(?:\.\w+|\[[0-9]+\])*)(\?\??)[ \t]*;?[ \t]*\Z")
INDENT = re.compile(r"[ \t]+")
COMMAND = re.compile(r"([ \t]*)(!!|!|%|\?\??)")


def transform(lines: list[str]) -> list[str]:
    """The lines of a cell (each with its end) as Python, as many as they were; a command's further lines are blank."""
    found: list[str] = []
    indent = INDENT.match(next((line for line in lines if line.strip()), "x"))
    if indent:
        lines = [line[indent.end() :] if line.startswith(indent[0]) else line for line in lines]
    at, quote, depth, joined = 0, "", 0, False
    while at < len(lines):
        line = lines[at]
        if not quote and not depth and not joined:
            command = COMMAND.match(line) or HELP.match(line.rstrip("\n"))
            if command:
                text, end = _whole(lines, at)
                found += [_as_call(text), *["\n"] * (end - at - 1)]
                at = end
                continue
        begin, joined = 0, False
        while begin < len(line):
            if quote:
                closing = ENDS[quote].match(line, begin)
                if not closing:
                    break
                begin, quote = closing.end(), ""
                continue
            token = TOKENS.search(line, begin)
            if not token:
                break
            begin = token.end()
            if token[0] in ENDS:
                quote = token[0]
            elif token["assigned"] and not depth:
                text, end = _whole(lines, at)
                command_text = text[token.start("assigned") :]
                found += [line[: token.start("assigned")] + _as_call(command_text, value=True)]
                found += ["\n"] * (end - at - 1)
                at, line = end, ""
                break
            else:
                depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
                joined = token[0] == "\\\n"
        if line:
            found.append(line)
            at += 1
    return found


def _whole(lines: list[str], at: int) -> tuple[str, int]:
    """A command with its further lines, as one; and the line after it."""
    text, end = lines[at].rstrip("\n"), at + 1
    while text.endswith("\\") and end < len(lines):
        text = text[:-1] + " " + lines[end].rstrip("\n")
        end += 1
    return text, end


def _as_call(text: str, value: bool = False) -> str:
    """The call for one command, behind the space before it."""
    body = text.strip()
    space = "" if value else text[: len(text) - len(text.lstrip())]
    asked = HELP.match(text)
    if asked and not body.startswith("!"):
        call = f"run_line_magic({'pinfo2' if len(asked[2]) == 2 else 'pinfo'!r}, {asked[1]!r})"
    elif body.startswith("!!"):
        call = f"getoutput({body[2:].strip()!r})"
    elif body.startswith("!"):
        call = f"{'getoutput' if value else 'system'}({body[1:].strip()!r})"
    elif body.startswith("?"):
        name = body.lstrip("?").strip()
        call = f"run_line_magic({'pinfo2' if body.startswith('??') else 'pinfo'!r}, {name!r})"
    else:
        name, _, argument = body[1:].partition(" ")
        call = f"run_line_magic({name!r}, {argument.strip()!r})"
    return f"{space}get_ipython().{call}\n"
