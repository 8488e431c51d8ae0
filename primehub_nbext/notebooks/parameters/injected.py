"""Values of parameters in; the cell that papermill will put into the notebook out, in the notebook's language.

As papermill 2 writes it (papermill/translators.py), for Python before black, which not every image has, lays it out.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LARGEST_INT32 = 2147483647


class NotWritten(ValueError):
    """papermill has no way to write a value of this kind in this language."""


def _escaped(quote: str, kept_by: str) -> Callable[[str], str]:
    def write(text: str) -> str:
        escaped = text.encode("unicode_escape").decode("ascii").replace(quote, kept_by)
        return f"{quote}{escaped}{quote}"

    return write


@dataclass(frozen=True)
class Translator:
    """How papermill writes values in one language; a kind of value that has no pattern here, it cannot write."""

    comment: str = "# %s"
    assign: str = "%s = %s"
    none: str | None = "None"
    booleans: tuple[str, str] = ("false", "true")
    text: Callable[[str], str] = _escaped('"', r"\"")
    items: str | None = "[%s]"
    between: str = ", "
    mapping: str | None = None
    pair: str = ""
    between_pairs: str = ", "
    long: bool = False

    def value(self, value: object) -> str:
        """Raises NotWritten."""
        if value is None:
            return _known(self.none)
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool):
            return self.booleans[value]
        if isinstance(value, int):
            return f"{value}L" if self.long and not -LARGEST_INT32 - 1 <= value <= LARGEST_INT32 else str(value)
        if isinstance(value, list):
            return _known(self.items) % self.between.join(map(self.value, value))
        if isinstance(value, dict):
            return self.dictionary(value)
        return str(value)

    def dictionary(self, value: dict[str, Any]) -> str:
        """A value with keys. Raises NotWritten."""
        pairs = (self.pair % (self.text(key), self.value(item)) for key, item in value.items())
        return _known(self.mapping) % self.between_pairs.join(pairs)

    def name(self, name: str) -> str:
        """What the variable is called there."""
        return name


class R(Translator):
    """In which no name may begin with an underscore."""

    def name(self, name: str) -> str:
        """As papermill names it."""
        return name.lstrip("_")


class Matlab(Translator):
    """Whose maps are made of two lists."""

    def dictionary(self, value: dict[str, Any]) -> str:
        """Keys are characters, which Matlab has apart from text. Raises NotWritten."""
        keys = ", ".join(map(_escaped("'", "''"), value))
        return f"containers.Map({{{keys}}}, {{{', '.join(map(self.value, value.values()))}}})"


def _known(pattern: str | None) -> str:
    if pattern is None:
        raise NotWritten
    return pattern


PYTHON = Translator(booleans=("False", "True"), mapping="{%s}", pair="%s: %s")
IN_R = R(none="NULL", booleans=("FALSE", "TRUE"), items="list(%s)", mapping="list(%s)", pair="%s = %s")
SCALA = Translator(
    comment="// %s", assign="val %s = %s", items="Seq(%s)", mapping="Map(%s)", pair="%s -> %s", long=True
)
TRANSLATORS = {
    "python": PYTHON,
    "pysparkkernel": PYTHON,
    "R": IN_R,
    "sparkrkernel": IN_R,
    "scala": SCALA,
    "sparkkernel": SCALA,
    "julia": Translator(none="nothing", mapping="Dict(%s)", pair="%s => %s"),
    "matlab": Matlab(comment="%% %s", assign="%s = %s;", none="NaN", text=_escaped('"', '""'), items="{%s}"),
    ".net-csharp": Translator(
        comment="// %s",
        assign="var %s = %s;",
        none=None,
        items="new [] { %s }",
        mapping="new Dictionary<string,Object>{ %s }",
        pair="{ %s , %s }",
        long=True,
    ),
    ".net-fsharp": Translator(
        comment="(* %s *)",
        assign="let %s = %s",
        items="[ %s ]",
        between="; ",
        mapping="[ %s ] |> Map.ofList",
        pair="(%s, %s :> IComparable)",
        between_pairs="; ",
        long=True,
    ),
    ".net-powershell": Translator(
        assign="$%s = %s",
        none="$Null",
        booleans=("$False", "$True"),
        text=_escaped('"', '`"'),
        items="@(%s)",
        mapping="@{%s}",
        pair="%s = %s",
        between_pairs="\n ",
    ),
    "bash": Translator(assign="%s=%s", none="", text=shlex.quote, items="(%s)", between=" "),
}


def translator_of(language: str, kernel: str = "") -> Translator | None:
    """papermill looks for the kernel's name first; None where it knows neither."""
    return TRANSLATORS.get(kernel) or TRANSLATORS.get(language)


def injected_cell(language: str, parameters: dict[str, Any], kernel: str = "") -> str | None:
    """The source of the cell; "" where there is nothing to inject, None where papermill could not write it."""
    translator = translator_of(language, kernel)
    if not parameters:
        return ""
    if translator is None:
        return None
    try:
        lines = [
            translator.assign % (translator.name(name), translator.value(value)) for name, value in parameters.items()
        ]
    except NotWritten:
        return None
    return "".join(f"{line}\n" for line in [translator.comment % "Parameters", *lines])
