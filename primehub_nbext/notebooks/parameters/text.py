"""The text that a person types (or an object) in; names and typed values out, and back.

Text: `name=value` entries separated by `;` or a new line. A value is

- a number: `10`, `-2.5`, `1e-05`, `.inf`, `-.inf`, `.nan`
- `true`, `false`, `null` (or Python's `True`, `False`, `None`)
- a quoted string, `"…"` or `'…'`, with Python's escapes; it may hold `;`, `=` and new lines
- a list `[1, "two", three]` or a dict `{"a": 1, b: two}` of values
- anything else is a string as it stands, without the spaces around it: `New York`, `007`, `2026-11-22`, `yes`, `nan`
"""

from __future__ import annotations

import json
import math
import re

from ..errors import InvalidParameters
from .values import MAX_DEPTH, MAX_DIGITS, check_name, check_parameters, refused, shown, too_long

MAX_LENGTH = 65536

INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?\Z")
WORDS = {
    "true": True, "True": True, "false": False, "False": False, "null": None, "None": None,
    ".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan,
}  # fmt: skip
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r\n|[^xuU]|.)", re.DOTALL)
ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0",
    "\\": "\\", '"': '"', "'": "'", "\n": "", "\r\n": "",
}  # fmt: skip
SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


def read_parameters(given) -> dict:
    """Parameters from the text of the form, or from an object.

    Raises InvalidParameters.
    """
    if given is None:
        return {}
    if isinstance(given, str):
        if len(given) > MAX_LENGTH:
            raise too_long()
        given = _Reader(given).parameters()
        return check_parameters(given)
    if not isinstance(given, dict):
        raise InvalidParameters("The notebook parameters are neither text nor an object.")
    if len(json.dumps(check_parameters(given))) > MAX_LENGTH:
        raise too_long()
    return given


def write_value(value) -> str:
    """A value as text that `read_parameters` reads as that value."""
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    if isinstance(value, float):
        if math.isnan(value):
            return ".nan"
        return repr(value) if math.isfinite(value) else ("-.inf" if value < 0 else ".inf")
    if isinstance(value, list):
        return "[" + ", ".join(map(write_value, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)}: {write_value(item)}" for key, item in value.items()) + "}"
    return _quoted(value)


def write_parameters(parameters: dict) -> str:
    """The text of the form for given parameters; strings that need no quotes get none."""
    entries = []
    for name, value in parameters.items():
        text = write_value(value)
        if isinstance(value, str) and _is_bare(value):
            text = value
        entries.append(f"{name}={text}")
    return "; ".join(entries)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _is_bare(text: str) -> bool:
    try:
        return _Reader(f"x={text}").parameters() == {"x": text}
    except InvalidParameters:
        return False


class _Reader:
    """Reads the text of the form from left to right."""

    def __init__(self, text: str):
        self.text = text
        self.at = 0

    def parameters(self) -> dict:
        found: dict = {}
        while self._skip(" \t\r\n;"):
            name = self._name()
            if name in found:
                raise refused(name, "The parameter {name} is given twice.", "Keep one of the two.")
            found[name] = self._entry_value(name)
        return found

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def _skip(self, characters: str) -> str:
        while self._peek() and self._peek() in characters:
            self.at += 1
        return self._peek()

    def _name(self) -> str:
        match = re.compile(r"[^=;\n]*").match(self.text, self.at)
        name = match.group().strip()
        self.at = match.end()
        if self._peek() != "=":
            raise refused(
                name,
                "{name} has no value: there is no = after it.",
                'Write name=value. Text that contains ";" or a new line needs quotes.',
            )
        self.at += 1
        check_name(name)
        return name

    def _entry_value(self, name: str):
        first = self._skip(" \t")
        if first in ("", ";", "\n", "\r"):
            raise refused(name, "The parameter {name} has no value.", 'For an empty text write {given}="".', given=name)
        if first in "\"'[{":
            value = self._value(name, 0)
            if self._skip(" \t\r") not in ("", ";", "\n"):
                rest = shown(self.text[self.at : self.at + 20])
                raise refused(
                    name,
                    "There is something after the value of {name}: {rest}.",
                    'Separate parameters with ";" or a new line; put quotes around the whole value.',
                    rest=rest,
                )
            return value
        match = re.compile(r"[^;\n]*").match(self.text, self.at)
        self.at = match.end()
        return self._scalar(name, match.group().strip())

    def _value(self, name: str, depth: int):
        if depth > MAX_DEPTH:
            raise refused(name, "The value of {name} is nested too deeply.", "Put it in a file and pass its path.")
        first = self._peek()
        if first in ("'", '"'):
            return self._string(name)
        if first == "[":
            return self._items(name, depth)
        if first == "{":
            return dict(self._pairs(name, depth))
        return self._scalar(name, self._word(name, ",]}"))

    def _word(self, name: str, ends: str) -> str:
        start = self.at
        while self._peek() and self._peek() not in ends + "\n;":
            self.at += 1
        word = self.text[start : self.at].strip()
        if not word:
            raise self._incomplete(name)
        return word

    def _items(self, name: str, depth: int) -> list:
        items, self.at = [], self.at + 1
        while self._skip(" \t\r\n") != "]":
            items.append(self._value(name, depth + 1))
            self._comma(name, "]")
        self.at += 1
        return items

    def _pairs(self, name: str, depth: int):
        pairs, self.at = {}, self.at + 1
        while self._skip(" \t\r\n") != "}":
            key = self._string(name) if self._peek() in ("'", '"') else self._word(name, ":,}")
            if self._skip(" \t\r\n") != ":":
                raise self._incomplete(name)
            self.at += 1
            self._skip(" \t\r\n")
            if key in pairs:
                raise refused(name, "The dict in {name} has the key {key} twice.", "Keep one.", key=shown(key))
            pairs[key] = self._value(name, depth + 1)
            self._comma(name, "}")
        self.at += 1
        return pairs

    def _comma(self, name: str, closing: str) -> None:
        after = self._skip(" \t\r\n")
        if after == ",":
            self.at += 1
        elif after != closing or not after:
            raise self._incomplete(name)

    def _string(self, name: str) -> str:
        quote = self._peek()
        match = re.compile(rf"[^\\{quote}]*(?:\\.[^\\{quote}]*)*", re.DOTALL).match(self.text, self.at + 1)
        if self.text[match.end() : match.end() + 1] != quote:
            raise refused(
                name,
                "The quote that opens the value of {name} is never closed.",
                "Add {quote} at the end of the value.",
                quote=quote,
            )
        self.at = match.end() + 1
        text = ESCAPE.sub(lambda escape: self._escape(name, escape.group(1)), match.group())
        # JSON writes a character beyond U+FFFF as two escapes.
        return SURROGATE_PAIR.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)

    @staticmethod
    def _escape(name: str, code: str) -> str:
        if len(code) > 1 and code[0] in "xuU":
            number = int(code[1:], 16)
            if number > 0x10FFFF:
                raise refused(name, "The value of {name} has an escape that is no character.")
            return chr(number)
        # As in Python, a backslash before any other character is a backslash.
        return ESCAPES.get(code, "\\" + code)

    @staticmethod
    def _scalar(name: str, word: str):
        if word in WORDS:
            return WORDS[word]
        if INTEGER.match(word):
            if len(word.lstrip("+-")) > MAX_DIGITS:
                raise refused(name, "The number in {name} is too long.", "Pass it as a quoted string.")
            return int(word)
        if FLOAT.match(word):
            number = float(word)
            if math.isinf(number):
                raise refused(name, "The number in {name} is too large.", "Pass it as a quoted string, or .inf.")
            return number
        return word

    def _incomplete(self, name: str) -> InvalidParameters:
        near = shown(self.text[max(0, self.at - 10) : self.at + 10])
        return refused(
            name,
            "The list or dict in {name} is not complete near {near}.",
            'Write it like [1, 2, 3] or {"a": 1}; text that contains , ] or } needs quotes.',
            near=near,
        )
