"""A cell's tree, or a cell magic, in; the magics and shell commands in it out."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Collection
from dataclasses import dataclass

from ...notebooks.cells.magics import Magic

SHELL_MAGICS = frozenset({"bash", "sh", "!", "sx", "system", "script"})
SHELLS = ("bash", "sh", "zsh", "dash", "ksh")
# IPython's aliases: shell commands that are called as magics are (IPython.core.alias.default_aliases).
ALIASES = frozenset({"ls", "ll", "lf", "lk", "ldir", "lx", "mkdir", "rmdir", "cp", "mv", "rm", "cat", "less", "more"})
# IPython's line magics, which it knows without their % in a cell of one line (`%lsmagic`), and two of extensions.
LINE_MAGICS = """
    alias alias_magic autoawait autocall automagic autoreload bookmark cd code_wrap colors conda config debug dhist
    dirs doctest_mode ed edit env gui hist history killbgscripts load load_ext loadpy logoff logon logstart logstate
    logstop lsmagic macro magic mamba matplotlib micromamba notebook page pastebin pdb pdef pdoc pfile pinfo pinfo2
    pip popd pprint precision prun psearch psource pushd pwd pycat pylab quickref recall rehashx reload_ext rep
    rerun reset reset_selective run save sc set_env sql sx system tb tensorboard time timeit unalias unload_ext uv
    who who_ls whos xdel xmode
"""
AUTOMAGICS = ALIASES | frozenset(LINE_MAGICS.split())


@dataclass(frozen=True)
class Shell:
    r"""A command for a shell, further lines (`\` at the end) joined.

    line, end : its first and last line in the cell, from 1
    block : the same number for the lines of one `%%bash`, which one shell runs; each `!` has its own
    filled : IPython puts what the notebook's names stand for into it; what is below a `%%bash` it leaves as it is
    """

    text: str
    line: int
    end: int
    block: int
    filled: bool = True


def shell_of(magic: Magic, block: int) -> list[Shell]:
    """The commands that a magic gives to a shell."""
    if magic.body is None:
        if magic.name in ("sx", "system", "!"):
            return [Shell(magic.argument, magic.line, magic.line, block)]
        if magic.name in ALIASES:
            return [Shell(f"{magic.name} {magic.argument}".strip(), magic.line, magic.line, block)]
        return []
    if magic.name not in SHELL_MAGICS or (magic.name == "script" and not _is_shell(magic.argument)):
        return []
    found, begin, parts, until = [], magic.line + 1, list[str](), ""
    for number, line in enumerate(magic.body.splitlines(), magic.line + 1):
        if until:  # a text for the command above, which is no command itself
            begin, until = number + 1, "" if line.strip() == until else until
            continue
        parts.append(line[:-1] if line.endswith("\\") else line)
        if not line.endswith("\\"):
            found.append(Shell(" ".join(parts).strip(), begin, number, block, filled=False))
            begin, parts, until = number + 1, [], _end_of_text(line)
    if parts:
        found.append(Shell(" ".join(parts).strip(), begin, begin + len(parts) - 1, block, filled=False))
    return [each for each in found if each.text and not each.text.startswith("#")]


def _end_of_text(line: str) -> str:
    """The word at which the text ends that a command is given on the lines below it: `cat <<EOF`."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer) if "<<" in line else []
    except ValueError:
        return ""
    return next((after.removeprefix("-") for word, after in zip(words, words[1:]) if word == "<<"), "")


def automagic(text: str, more: Collection[str] = ()) -> Magic | None:
    """What IPython makes of a cell that is one line and not Python, such as `pip install x`.

    more : magics that are there besides its own
    """
    line = text.strip()
    if "\n" in line:
        return None
    number = text[: text.find(line)].count("\n") + 1
    name, _, argument = line.partition(" ")
    return Magic(name, argument.strip(), number) if name in AUTOMAGICS or name in more else None


def commands_in(calls: list[ast.Call], lines: list[str]) -> tuple[list[Magic], list[Shell]]:
    """Magics and shell commands among the calls of a cell of these lines, as IPython's transformer writes them."""
    magics, shell = list[Magic](), list[Shell]()
    for call in calls:
        function = call.func
        if (
            not isinstance(function, ast.Attribute)
            or not isinstance(function.value, ast.Call)
            or not isinstance(function.value.func, ast.Name)
            or function.value.func.id != "get_ipython"
        ):
            continue
        texts = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if function.attr in ("system", "getoutput", "system_raw", "system_piped") and texts:
            end = call.end_lineno or call.lineno
            while end < len(lines) and lines[end - 1].endswith("\\"):
                end += 1
            shell.append(Shell(texts[0], call.lineno, end, len(shell)))
        elif function.attr in ("run_line_magic", "magic") and texts:
            name, argument = texts[0], texts[1] if len(texts) > 1 else ""
            if function.attr == "magic":
                name, _, argument = texts[0].lstrip("%").partition(" ")
            magics.append(Magic(name, argument, call.lineno))
            shell += shell_of(magics[-1], len(shell))
        elif function.attr == "run_cell_magic" and len(texts) == 3:
            magics.append(Magic(texts[0], texts[1], call.lineno, texts[2]))
    return magics, shell


def _is_shell(argument: str) -> bool:
    """Whether `%%script` is for a shell."""
    return any(word.rpartition("/")[2] in SHELLS for word in argument.split())
