"""The source of a cell in R or Julia in; its plain assignments, `x <- 5` or `x = 5`, and their values, out.

Neither language can be read here as Python can; what is more than a name, a sign and a literal is an expression.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .values import MAX_DEPTH, MAX_DIGITS

TOKENS = (
    r"""(?P<comment>\#[^\n]*)|(?P<line>[\n;])|(?P<space>[ \t\r]+)"""
    r"""|(?P<string>\"\"\".*?\"\"\"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<number>(?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?L?(?![\w.]))"""
    r"""|(?P<name>[^\W\d][\w.!]*|\.[\w.]+)|(?P<assign><<?-|=(?![=>]))|(?P<pair>=>|->)"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>::|==|[0-9][\w.]*|.)"""
)
# Julia's types, without the digits behind `Int64`.
JULIA_TYPES = {
    "Bool": "bool", "Int": "int", "UInt": "int", "Integer": "int", "Float": "float", "AbstractFloat": "float",
    "Real": "float", "Number": "float", "String": "str", "AbstractString": "str", "Vector": "list",
    "AbstractVector": "list", "Array": "list", "Tuple": "list", "Dict": "dict", "AbstractDict": "dict",
}  # fmt: skip
JULIA_BLOCK = r"(?P<block>\#=.*?(?:=\#|\Z))|"


@dataclass(frozen=True)
class Syntax:
    """The words and signs of a language.

    words : names that are values
    calls : of what makes lists or dicts
    blocks : what opens a block that `end` closes
    defining : in a line that has one of them, any name may be given a meaning
    loading : what begins a line that loads a package
    integers : whether 5 is a whole number
    """

    token: re.Pattern[str]
    words: dict[str, Any]
    calls: tuple[str, ...]
    blocks: frozenset[str]
    signs: tuple[str, ...]
    defining: frozenset[str]
    loading: tuple[str, ...]
    integers: bool


SYNTAXES = {
    "R": Syntax(
        re.compile(TOKENS, re.DOTALL),
        {"TRUE": True, "FALSE": False, "T": True, "F": False, "NULL": None},
        ("c", "list"),
        frozenset(),
        ("<-", "<<-", "="),
        frozenset({"function", "\\", "->"}),
        ("library", "require", "suppressPackageStartupMessages"),
        False,
    ),
    "julia": Syntax(
        re.compile(JULIA_BLOCK + TOKENS, re.DOTALL),
        {"true": True, "false": False, "nothing": None},
        ("Dict",),
        frozenset(
            {"for", "while", "if", "function", "begin", "let", "struct", "try", "do", "module", "macro", "quote"}
        ),
        ("=",),
        frozenset({"function", "->", "do", "macro", "struct", "let", "catch", "global", "local", "using", "import"}),
        ("using", "import"),
        True,
    ),
}


@dataclass(frozen=True)
class Assignment:
    """type is what was written beside it, or float of 5 in R, where that is any number; `expression` if no literal."""

    name: str
    value: Any
    literal: bool
    type: str | None
    expression: str
    help: str | None
    line: int


class _NoLiteral(ValueError):
    """What comes is an expression."""


def read_assignments(source: str, language: str) -> Iterator[Assignment]:
    """The assignments at the top of a cell, in their order."""
    return _Reader(source, SYNTAXES[language], julia=language == "julia").read()


def only_assigns(source: str, language: str) -> bool:
    """Whether there is nothing else in a cell than assignments, comments, and what loads packages."""
    reader = _Reader(source, SYNTAXES[language], julia=language == "julia")
    return all(each.literal for each in reader.read()) and not reader.others


class _Reader:
    def __init__(self, source: str, syntax: Syntax, julia: bool):
        self.source, self.syntax, self.julia = source, syntax, julia
        self.tokens = [each for each in syntax.token.finditer(source) if each.lastgroup not in ("space", "block")]
        self.at = 0
        self.others = False  # whether something else than an assignment was met

    def read(self) -> Iterator[Assignment]:
        while self.at < len(self.tokens):
            begin = self.at
            found = self._assignment()
            if found is None:
                self.at = begin
                known = self._kind() in ("line", "comment") or self._text() in self.syntax.loading
                self.others = self.others or not known
                self._skip_statement()
            else:
                yield found

    def _kind(self, ahead: int = 0) -> str | None:
        at = self.at + ahead
        return self.tokens[at].lastgroup if at < len(self.tokens) else "line"

    def _text(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.tokens[at].group() if at < len(self.tokens) else ""

    def _assignment(self) -> Assignment | None:
        if self.julia and self._text() in ("const", "global"):
            self.at += 1
        if self._kind() != "name" or self._text() in self.syntax.blocks or (self.julia and self._text() == "end"):
            return None
        name, start = self._text(), self.tokens[self.at].start()
        above = self._above(self.at)
        self.at += 1
        annotated = self._annotation() if self.julia and self._text() == "::" else None
        if self._kind() != "assign" or self._text() not in self.syntax.signs:
            return None
        self.at += 1
        value_at = self.at
        if self._text() in ("function", "\\"):  # R's; nobody gives a function as a parameter
            return None
        try:
            value, kind = self._value(0)
            if self._kind() not in ("line", "comment"):
                raise _NoLiteral
            literal = True
        except _NoLiteral:
            self.at = value_at
            self._skip_expression()
            value, kind, literal = None, None, False
        end = self.tokens[self.at].start() if self.at < len(self.tokens) else len(self.source)
        first = self.tokens[value_at].start() if value_at < len(self.tokens) else end
        said = _said(self._text()) if self._kind() == "comment" else "" if self._kind(1) == "name" else above
        line = self.source.count("\n", 0, start) + 1
        return Assignment(name, value, literal, annotated or kind, self.source[first:end], said or None, line)

    def _above(self, at: int) -> str:
        """The comments on the lines right above a statement, but for those that put something aside."""
        found: list[str] = []
        while at >= 2 and self._kind_at(at - 1) == "line" and self._kind_at(at - 2) == "comment":
            said = _said(self.tokens[at - 2].group())
            if self._kind_at(at - 3) != "line" or next(_Reader(said, self.syntax, self.julia).read(), None):
                break
            found.insert(0, said)
            at -= 2
        return " ".join(found)

    def _kind_at(self, at: int) -> str | None:
        return self.tokens[at].lastgroup if at >= 0 else "line"

    def _annotation(self) -> str | None:
        """The type after `::`, with all that is in its braces."""
        self.at += 2
        name = self._text(-1)
        depth = 0
        while self._text() == "{" or (depth and self.at < len(self.tokens)):
            depth += (self._text() == "{") - (self._text() == "}")
            self.at += 1
        return JULIA_TYPES.get(name.rstrip("0123456789"))

    def _skip_expression(self) -> None:
        depth = 0
        while self.at < len(self.tokens):
            kind, text = self._kind(), self._text()
            if depth <= 0 and kind in ("line", "comment"):
                return
            depth += kind == "open" or text in self.syntax.blocks
            depth -= kind == "close" or (self.julia and text == "end")
            self.at += 1

    def _skip_statement(self) -> None:
        self._skip_expression()
        self.at += 1

    def _value(self, depth: int) -> tuple[Any, str | None]:
        """A literal, and its type where its value alone does not tell. Raises _NoLiteral."""
        if depth > MAX_DEPTH:
            raise _NoLiteral
        kind, text = self._kind(), self._text()
        self.at += 1
        if kind == "string":
            return self._string(text), None
        if kind == "number":
            return self._number(text)
        if text in ("-", "+") and self._kind() == "number":
            self.at += 1
            value, of = self._number(self._text(-1))
            return (-value if text == "-" else value), of
        if kind == "name" and text in self.syntax.words:
            return self.syntax.words[text], None
        if kind == "name" and text in self.syntax.calls and self._text() == "(":
            self.at += 1
            items = self._items(")", depth)
            return ({} if text == "Dict" and items == [] else items), None
        if self.julia and text in ("[", "("):
            return self._items("]" if text == "[" else ")", depth), None
        raise _NoLiteral

    def _items(self, close: str, depth: int) -> Any:
        items: list[Any] = []
        keys: list[str] = []
        while self._skip_lines() != close:
            if self._kind(1) in ("pair", "assign") and close != "]":
                keys.append(self._string(self._text()) if self._kind() == "string" else self._text())
                self.at += 2
            items.append(self._value(depth + 1)[0])
            if self._skip_lines() == ",":
                self.at += 1
            elif self._text() != close:
                raise _NoLiteral
        self.at += 1
        if keys and (len(keys) != len(items) or len(set(keys)) != len(keys)):
            raise _NoLiteral
        return dict(zip(keys, items)) if keys else items

    def _skip_lines(self) -> str:
        while self.at < len(self.tokens) and self._kind() in ("line", "comment"):
            self.at += 1
        if self.at >= len(self.tokens):
            raise _NoLiteral
        return self._text()

    def _number(self, text: str) -> tuple[Any, str | None]:
        digits = text.rstrip("L").replace("_", "")
        if not digits.isdigit():
            return float(digits), None
        if len(digits) > MAX_DIGITS:
            raise _NoLiteral
        return int(digits), None if self.syntax.integers or text.endswith("L") else "float"

    def _string(self, text: str) -> str:
        if self.julia and ("$" in text or text.startswith("'") or (text.startswith('"""') and "\n" in text)):
            raise _NoLiteral  # filled in when the cell runs; a character; what Julia takes the indentation from
        try:
            value = ast.literal_eval(text if text.startswith('"""') else text.replace("\n", "\\n"))
        except (SyntaxError, ValueError):
            raise _NoLiteral from None
        return str(value)


def _said(comment: str) -> str:
    return comment.lstrip("#").strip()
