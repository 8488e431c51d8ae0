"""Values of parameters: names and values in; those that a job can be given out, or which of them it cannot."""

from __future__ import annotations

import keyword
import math
from typing import Any

from ..errors import InvalidParameters

MAX_DEPTH = 20
MAX_DIGITS = 4000  # Python refuses to read longer integers from text
TOO_LARGE = 10**MAX_DIGITS
MAX_NAME = 1000  # characters of a name that are told


def check_parameters(parameters: dict[str, Any], finite: bool = True) -> dict[str, Any]:
    """The parameters, when each name and value is one that can be passed on. Raises InvalidParameters.

    finite : whether numbers have to be; earlier versions passed on infinity and nan
    """
    for name, value in parameters.items():
        check_name(name)
        _check_value(name, value, finite)
    return parameters


def too_long() -> InvalidParameters:
    """The error about all parameters together, where they are more than a request or a command can hold."""
    return InvalidParameters(
        "The notebook parameters are too long.",
        "Put large values in a file in the group volume and pass the file's path.",
    )


def check_name(name: object) -> None:
    """Raises InvalidParameters for what Python cannot have as the name of a variable."""
    if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
        raise refused(
            name,
            "{name} cannot be the name of a parameter.",
            "A name has letters, digits and _, does not begin with a digit and is no word of Python like `class`.",
        )


def _check_value(name: str, value: object, finite: bool, depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise too_deep(name)
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise refused(
                name,
                "The value of {name} has half a character (a lone surrogate), which no file can hold.",
                "Type the value again.",
            )
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= TOO_LARGE:
            raise refused(name, "The number in {name} is too long.", "Pass it as a quoted string.")
    elif isinstance(value, list):
        for item in value:
            _check_value(name, item, finite, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise refused(
                    name,
                    "The dict in {name} has a key that is not a string.",
                    'Write its keys as strings: {"1": …}.',
                )
            _check_value(name, key, finite, depth + 1)
            _check_value(name, item, finite, depth + 1)
    elif isinstance(value, float):
        if finite and not math.isfinite(value):
            raise not_finite(name)
    elif value is not None and not isinstance(value, bool):
        raise refused(name, "The value of {name} is of a kind that cannot be passed on.")


def too_deep(name: str) -> InvalidParameters:
    """The error about lists and dicts within each other, more than MAX_DEPTH of them."""
    return refused(name, "The value of {name} is nested too deeply.", "Put it in a file and pass its path.")


def not_finite(name: str) -> InvalidParameters:
    """papermill notes parameters in the output notebook, where JSON has no word for infinity and nan."""
    return refused(
        name,
        "The value of {name} is infinite or not a number; no browser could open the output notebook.",
        'Pass it as text, for example "inf", and write float(…) in the notebook.',
    )


def refused(name: object, message: str, hint: str | None = None, **values: str) -> InvalidParameters:
    """The error about the parameter of this name, which stands at `{name}` in message and hint.

    `values["parameter"]` is the name as it is, for whoever looks for it.
    """
    whole = {"parameter": name[:MAX_NAME]} if isinstance(name, str) else {}
    return InvalidParameters(message, hint, values={"name": shown(name), **whole, **values})


def shown(name: object) -> str:
    """A name, or a piece of what was typed, for a message: marked as such, 40 characters of it, all of them visible."""
    text = name if isinstance(name, str) else repr(name)
    text = "".join(c if c.isprintable() else "?" for c in text)
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"
