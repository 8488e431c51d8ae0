"""A line for a shell in; the commands in it, each as its words, out."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

MAX_LINE = 4096  # characters; a longer one is no command that somebody typed
ENDS = frozenset({";", "&&", "||", "|", "&", "|&", "(", ")", ";;"})
BEFORE = frozenset({"sudo", "nohup", "time", "exec", "command", "then", "do", "else", "env", "!"})


@dataclass(frozen=True)
class Command:
    """One command of a line.

    words : without assignments before it, words such as `sudo` and `time`, and redirections; the first as it is called,
        without its folder
    before : the words that were left out at its beginning
    fed : its input comes from a pipe or a file
    background : the shell does not wait for it
    typed : the first word as it was typed
    """

    words: tuple[str, ...]
    before: tuple[str, ...] = ()
    fed: bool = False
    background: bool = False
    typed: str = ""

    @property
    def name(self) -> str:
        """What is called."""
        return self.words[0]

    @property
    def arguments(self) -> tuple[str, ...]:
        """All words but the first."""
        return self.words[1:]


def commands(line: str) -> list[Command]:
    """The commands of a line; none where it is not one that can be read by itself."""
    if len(line) > MAX_LINE:
        return []
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return []
    found, current, fed = list[Command](), list[str](), False
    for word in [*words, ";"]:
        if word not in ENDS:
            current.append(word)
            continue
        command = _command(current, fed, word == "&")
        if command:
            found.append(command)
        current, fed = [], word in ("|", "|&")
    return found


def _command(words: list[str], fed: bool, background: bool) -> Command | None:
    plain, skip = list[str](), False
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        if skip:
            skip = False
        elif word and set(word) <= set("<>&") or (word.isdigit() and following[:1] in ("<", ">")):
            skip = not word.isdigit()
            fed = fed or word.startswith("<")
        else:
            plain.append(word)
    before = list[str]()
    while plain and (plain[0] in BEFORE or _is_assignment(plain[0]) or (before and plain[0].startswith("-"))):
        before.append(plain.pop(0))
    if not plain:
        return None
    typed, plain[0] = plain[0], plain[0].rpartition("/")[2]
    return Command(tuple(plain), tuple(before), fed, background, typed)


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.isidentifier()
