"""What is said of a parameter, for people, in; the only values that it lists, if it does, out."""

from __future__ import annotations

import ast
import re
from typing import Any

MAX_SAID = 1000  # characters that are looked at
# What comes before a list of the only values: "one of: a, b", "choices are a, b or c", "choices=['a', 'b']".
ONE_OF = re.compile(
    r"\b(?:one\s+of|either|choices|options|(?:allowed|possible|valid|supported)\s+values)(?:\s+are)?(?:\s*[:=]\s*|\s+)(.+)",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\s*(?:,\s*or\s|,|\||/|\sor\s)\s*")
BETWEEN_WORDS = re.compile(r"\s*\|\s*|\s+or\s+")
QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'")
CLOSED_BY = {"[": "]", "(": ")", "{": "}"}
# Words that stand for values which are not listed, unless the default is one of them, too.
OPEN = re.compile(
    r"any|array|etc\.?|file(?:name)?|float|folder|id|int(?:eger)?|list|more|name|none|null|number|object|others?|path"
    r"|similar|str(?:ing)?|text|tuple|url|value|\.\.\.|…",
    re.IGNORECASE,
)


def choices_in(said: str | None, default: Any) -> tuple[Any, ...] | None:
    """The only values, where a comment lists them and the default is one; None where it does not.

    `one of: adam, sgd`, `adam | sgd`, `train or eval`, `choices=[16, 32]`; and Colab's `@param ["adam", "sgd"]`.
    """
    if not said or type(default) not in (str, int, float):
        return None
    if said.startswith("@param"):
        return None if "allow-input" in said else _written(said[len("@param") :].strip(), default)
    said = said[:MAX_SAID]
    found = ONE_OF.search(said)
    listed = re.sub(r"^c(?=\()", "", found[1] if found else said)  # R's c("a", "b")
    if listed[0] in CLOSED_BY:
        # numpydoc has them in braces before anything else that it says.
        whole = found or listed[0] == "{" or listed.rstrip(". ").endswith(CLOSED_BY[listed[0]])
        if not whole or CLOSED_BY[listed[0]] not in listed:
            return None
        return _written(listed, default) or _named(_inside(listed), BETWEEN, default)
    return _named(listed.rstrip(".) "), BETWEEN if found else BETWEEN_WORDS, default)


def _inside(listed: str) -> str:
    return listed[1 : listed.index(CLOSED_BY[listed[0]])]


def _written(listed: str, default: Any) -> tuple[Any, ...] | None:
    """Of a list as Python has it."""
    try:
        values = ast.literal_eval(f"[{_inside(listed)}]")
    except (KeyError, IndexError, ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None
    kinds = {type(value) for value in [*values, default]}
    plain = kinds <= {str} or kinds <= {int, float}
    return tuple(values) if plain and len(values) > 1 and default in values else None


def _named(listed: str, between: re.Pattern[str], default: Any) -> tuple[Any, ...] | None:
    """Of words; what is more than one is a choice only in quotes, or where the default is such a choice."""
    words = between.split(listed)
    values = [word.strip(" `\"'") for word in words]
    if not isinstance(default, str):
        return _written(f"[{', '.join(values)}]", default) if between is BETWEEN else None
    if len(set(values)) < 2 or default not in values or not all(values):
        return None
    loose = [value for word, value in zip(words, values) if not QUOTED.fullmatch(word.strip())]
    if any(" " in value for value in loose) and " " not in default:
        return None
    is_open = not OPEN.fullmatch(default) and any(map(OPEN.fullmatch, loose))
    return None if is_open else tuple(values)
