"""What JavaScript makes of texts: numbers out of their beginnings, JSON, and its complaints about what is none.

PrimeHub's server is written in it, and clients meet the results; the messages are those of Node 14.
"""

from __future__ import annotations

import json
import re
from typing import Any

NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")


class SyntaxFault(ValueError):
    """JSON.parse's SyntaxError."""


def parse_float(text: str | None) -> float | None:
    """The number that a text begins with; None for NaN."""
    found = NUMBER.match(text or "")
    return float(found[1]) if found else None


def parse_int(text: str | None) -> int | None:
    """The whole number that a text begins with ("4.5" is 4); None for NaN."""
    found = re.match(r"\s*([-+]?\d+)", text or "")
    return int(found[1]) if found else None


def less_unit(text: str | None) -> float | None:
    """PrimeHub's size in GB: the text less its last character, whatever that is ("512M" is 512, "8" is NaN)."""
    return parse_float(text[:-1]) if text else None


def parse_json(text: str) -> Any:
    """What a text of JSON holds. Raises SyntaxFault, with the message of JSON.parse."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.pos >= len(text):
            raise SyntaxFault("Unexpected end of JSON input") from None
        raise SyntaxFault(f"Unexpected token {text[error.pos]} in JSON at position {error.pos}") from None
    except RecursionError:
        raise SyntaxFault("Maximum call stack size exceeded") from None
