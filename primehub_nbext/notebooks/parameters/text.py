"""The text that a person types (or an object) in; names and typed values out, and the way back.

Text: `name=value` entries separated by `;` or a new line. A value is

- a number: `10`, `-2.5`, `1e-05`
- `true`, `false`, `null` (or Python's `True`, `False`, `None`)
- a quoted string, `"…"` or `'…'`, with Python's escapes; it may hold `;`, `=` and new lines
- a list `[1, "two", three]` or a dict `{"a": 1, b: two}` of values
- anything else is a string as it stands, without the spaces around it: `New York`, `007`, `2026-11-22`, `yes`, `nan`
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import InvalidParameters
from .flow import to_yaml
from .literals import read_literal, read_word
from .values import check_name, check_parameters, refused, shown, too_long

MAX_LENGTH = 65536

BEFORE_NAME, NAME = re.compile(r"[ \t\r\n;]*"), re.compile(r"[^=;\n]*")
BEFORE_VALUE, BARE, AFTER_VALUE = re.compile(r"[ \t]*"), re.compile(r"[^;\n]*"), re.compile(r"[ \t\r]*(?=[;\n]|\Z)")

# Text that nobody reads as anything else without quotes; the rest is quoted, whether it has to be or not.
PLAIN = re.compile(r"[A-Za-z][A-Za-z_./:-]*( [A-Za-z][A-Za-z_./:-]*)*")

# In a value without quotes this is a mistake more often than not: a=1 b=2, a==1.
ANOTHER = re.compile(r"\A=|\s[^\W\d]\w*\s*=(?!=|\Z)")


def read_parameters(given: object) -> dict[str, Any]:
    """Parameters from the text of the form, or from an object.

    Raises InvalidParameters.
    """
    if given is None:
        return {}
    if isinstance(given, str):
        if len(given) > MAX_LENGTH:
            raise too_long()
        return check_parameters(_read_entries(given))
    if not isinstance(given, dict):
        raise InvalidParameters("The notebook parameters are neither text nor an object.")
    if len(json.dumps(check_parameters(given))) > MAX_LENGTH:
        raise too_long()
    return given


def typed(value: Any) -> str:
    """A value as one types it after `name=`: `read_parameters` makes just this of it, 1.0 of 1.0 and "007" of "007".

    Infinity and nan, which earlier versions passed on, become what it refuses.
    """
    plain = isinstance(value, str) and PLAIN.fullmatch(value) and read_word("", value) == value
    return value if plain else to_yaml(value)


def to_text(parameters: dict[str, Any]) -> str:
    """What one would type in the form for just these parameters."""
    return "; ".join(f"{name}={typed(value)}" for name, value in parameters.items())


def read_value(name: str, text: str) -> Any:
    """The value of a parameter that is given alone, where `;` and a new line are text. Raises InvalidParameters."""
    check_name(name)
    text = text.strip()
    if text[:1] and text[0] in "\"'[{":
        value, at = read_literal(name, text, 0)
        if at < len(text):
            raise _goes_on(name, text[at:])
        return value
    return read_word(name, text)


def _read_entries(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    at = _match(BEFORE_NAME, text, 0).end()
    while at < len(text):
        name, at = _read_name(text, at)
        if name in found:
            raise refused(name, "The parameter {name} is given twice.", "Keep one of the two.")
        found[name], at = _read_value(name, text, _match(BEFORE_VALUE, text, at).end())
        at = _match(BEFORE_NAME, text, at).end()
    return found


def _match(pattern: re.Pattern[str], text: str, at: int) -> re.Match[str]:
    """The match at `at` of a pattern that matches everywhere, for it may match nothing."""
    found = pattern.match(text, at)
    assert found, pattern.pattern
    return found


def _read_name(text: str, at: int) -> tuple[str, int]:
    typed = _match(NAME, text, at)
    name, at = typed.group().strip(), typed.end()
    if text[at : at + 1] != "=":
        raise refused(
            name,
            "{name} has no value: there is no = after it.",
            'Write name=value. Text that contains ";" or a new line needs quotes.',
        )
    check_name(name)
    return name, at + 1


def _read_value(name: str, text: str, at: int) -> tuple[Any, int]:
    first = text[at : at + 1]
    if first in ("", ";", "\n", "\r"):
        raise refused(name, "The parameter {name} has no value.", 'For an empty text write {given}="".', given=name)
    if first not in "\"'[{":
        typed = _match(BARE, text, at)
        word = typed.group().strip()
        if another := ANOTHER.search(word):
            raise refused(
                name,
                "The value of {name} goes on like another parameter: {rest}.",
                'Separate parameters with ";" or a new line, or put quotes around the whole value.',
                rest=shown(word[another.start() :].strip()),
            )
        return read_word(name, word), typed.end()
    value, at = read_literal(name, text, at)
    after = AFTER_VALUE.match(text, at)
    if not after:
        raise _goes_on(name, text[at:])
    return value, after.end()


def _goes_on(name: str, rest: str) -> InvalidParameters:
    return refused(
        name,
        "There is something after the value of {name}: {rest}.",
        'Separate parameters with ";" or a new line; put quotes around the whole value.',
        rest=shown(rest[:20].strip()),
    )
