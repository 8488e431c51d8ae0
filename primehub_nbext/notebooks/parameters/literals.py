"""Quoted text, lists and dicts as people type them in; Python's values, as Python's own `ast` reads them, out.

What is typed differs from Python in little, and that is put right before Python reads it: `true`, `false` and `null`;
text without quotes; line breaks in quotes; and a backslash that escapes nothing is a backslash.
"""

from __future__ import annotations

import ast
import math
import re
from typing import Any

from ..errors import InvalidParameters
from .values import MAX_DEPTH, MAX_DIGITS, not_finite, refused, shown, too_deep

INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF|nan|NaN|NAN)\Z")  # as YAML writes them
WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
PIECES = (
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
    r"""|(?P<open>[\[{])|(?P<close>[\]}])|(?P<between>[,:])|(?P<space>\s+)"""
)
# A word without quotes; only as a key does it end at a colon.
IN_VALUE = re.compile(PIECES + r"""|(?P<word>[^\[\]{}"',;\n]+)""", re.DOTALL)
IN_KEY = re.compile(PIECES + r"""|(?P<word>[^\[\]{}"',:;\n]+)""", re.DOTALL)
IN_QUOTES = re.compile(r"\\(\r\n|.)|[\r\n\0\ud800-\udfff]", re.DOTALL)
SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def read_literal(name: str, text: str, at: int) -> tuple[Any, int]:
    """The value of the parameter `name` that begins at `at` with a quote or a bracket, and where it ends.

    Raises InvalidParameters.
    """
    python, end = _as_python(name, text, at)
    try:
        tree = ast.parse(python, mode="eval")
        value = ast.literal_eval(tree)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        raise _incomplete(name, text, end) from None
    for node in ast.walk(tree):
        _check_keys(name, node)
    return value, end


def read_word(name: str, word: str) -> Any:
    """The value of a word without quotes: a number, true, false, null, or the text itself. Raises InvalidParameters."""
    if word in WORDS:
        return WORDS[word]
    if NOT_FINITE.match(word):
        raise not_finite(name)
    if INTEGER.match(word):
        if len(word.lstrip("+-")) > MAX_DIGITS:
            raise refused(name, "The number in {name} is too long.", "Pass it as a quoted string.")
        return int(word)
    if FLOAT.match(word):
        number = float(word)
        if math.isinf(number):
            raise refused(name, "The number in {name} is too large.", "Pass it as a quoted string.")
        return number
    return word


def _as_python(name: str, text: str, at: int) -> tuple[str, int]:
    """The value that begins at `at` as Python writes it, and where it ends."""
    python: list[str] = []
    opened: list[str] = []
    is_key = after_value = False
    while True:
        token = (IN_KEY if is_key else IN_VALUE).match(text, at)
        if not token:
            quote = text[at : at + 1]
            raise _never_closed(name, quote) if quote and quote in "\"'" else _incomplete(name, text, at)
        kind, typed, at = token.lastgroup, token.group(), token.end()
        if after_value and kind in ("string", "word", "open"):  # Python would join two texts
            raise _incomplete(name, text, token.start())
        if kind == "string":
            python.append(repr(_text(name, typed)))
        elif kind == "word":
            python.append(repr(typed.strip() if is_key else read_word(name, typed.strip())))
        else:
            python.append(typed if kind != "space" else " ")
        if kind == "open":
            opened.append(typed)
        elif kind == "close" and opened:
            opened.pop()
        if len(opened) > MAX_DEPTH + 1:
            raise too_deep(name)
        if kind != "space":
            after_value = kind in ("string", "word", "close")
            is_key = typed in ("{", ",") and opened[-1:] == ["{"]
        if after_value and not opened:
            return "".join(python), at


def _text(name: str, quoted: str) -> str:
    """The text in quotes; a pair of surrogates, as JSON writes it, is one character."""
    try:
        text: str = ast.literal_eval(IN_QUOTES.sub(_put_right, quoted))
    except (SyntaxError, ValueError):
        raise refused(
            name, "The value of {name} has an escape that is no character.", "Write two backslashes for a backslash."
        ) from None
    return SURROGATE_PAIR.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)


def _put_right(match: re.Match[str]) -> str:
    escaped: str | None = match[1]
    if escaped is None:
        return repr(match[0])[1:-1]  # a line break, or what Python cannot read
    if escaped in ("\n", "\r", "\r\n"):
        return ""
    return match[0] if escaped in "\\\"'abfnrtvxNuU01234567" else "\\" + match[0]


def _check_keys(name: str, node: ast.AST) -> None:
    seen = set()
    keys = [each for each in node.keys if each] if isinstance(node, ast.Dict) else []
    for key in map(ast.literal_eval, keys):
        if key in seen:
            raise refused(name, "The dict in {name} has the key {key} twice.", "Keep one.", key=shown(key))
        seen.add(key)


def _incomplete(name: str, text: str, at: int) -> InvalidParameters:
    near = shown(text[max(0, at - 10) : at + 10])
    return refused(
        name,
        "The list or dict in {name} is not complete near {near}.",
        'Write it like [1, 2, 3] or {"a": 1}; text that contains , ] or } needs quotes.',
        near=near,
    )


def _never_closed(name: str, quote: str) -> InvalidParameters:
    return refused(
        name,
        "The quote that opens the value of {name} is never closed.",
        "Add {quote} at the end of the value.",
        quote=quote,
    )
