"""The source of a cell in R or Julia in; its comments, and the names that it uses or gives a meaning, out."""

from __future__ import annotations

import re

from .assignments import SYNTAXES
from .names import Names, all_words
from .source import MAX_SOURCE


def comments_alone(source: str, language: str) -> dict[int, str]:
    """Line → the comment that begins with it, without `#`."""
    found, line, counted = {}, 1, 0
    for token in SYNTAXES[language].token.finditer(source):
        if token.lastgroup == "comment" and (token.start() == 0 or source[token.start() - 1] == "\n"):
            line, counted = line + source.count("\n", counted, token.start()), token.start()
            found[line] = token.group().lstrip("#").strip()
    return found


def names_elsewhere(source: str, language: str) -> Names:
    """The names of a cell in R or Julia; where it is not clear what a line does with a name, it binds it."""
    if len(source) > MAX_SOURCE:
        return all_words(source)
    syntax = SYNTAXES[language]
    used, bound, line = set[str](), set[str](), list[re.Match[str]]()
    for token in syntax.token.finditer(source + "\n"):
        if token.lastgroup != "line":
            line.append(token)
            continue
        binds = [at for at, each in enumerate(line) if each.lastgroup == "assign" or each.group() in ("in", "\u2208")]
        last = len(line) if any(each.group() in syntax.defining for each in line) else max(binds, default=0)
        for at, each in enumerate(line):
            if each.lastgroup == "name":
                (bound if at < last else used).add(each.group() if language == "R" else each.group().split(".")[0])
        line = []
    return Names(frozenset(used), frozenset(bound))
