"""Parameters on the command line, as papermill takes them: the options' words in; names and typed values out."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InvalidField
from ..notebooks.errors import InvalidParameters
from ..notebooks.parameters.flow import from_yaml
from ..notebooks.parameters.text import read_value
from ..notebooks.parameters.values import check_name

LONGEST_FILE = 1024 * 1024  # bytes; far more than a job can be given


def read_parameters(arguments: argparse.Namespace) -> dict[str, Any] | None:
    """What `-f`, `-y`, `-p` and `-r` give, the later of which goes before, as in papermill; None for none.

    Raises InvalidParameters, InvalidField.
    """
    found: dict[str, Any] = {}
    for file in arguments.parameters_file:
        found.update(_yaml(_contents(file), file))
    for given in arguments.parameters_yaml:
        found.update(_yaml(given, "-y"))
    for given in arguments.parameters:
        name, value = _split(given)
        found[name] = read_value(name, value)
    for given in arguments.parameters_raw:
        name, value = _split(given)
        check_name(name)
        found[name] = value
    return found or None


def _split(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals:
        raise InvalidParameters(
            "The parameter `{given}` has no value.", "Write name=value, without spaces.", values={"given": given[:40]}
        )
    return name.strip(), value


def _yaml(text: str, source: str) -> dict[str, Any]:
    try:
        return from_yaml(text)
    except ValueError:
        raise InvalidParameters(
            "The parameters in {source} are no YAML mapping of names to values.",
            "Write for example {start: 1, end: 10}; without anchors and tags.",
            values={"source": source},
        ) from None


def _contents(file: str) -> str:
    try:
        with Path(file).open("rb") as opened:
            return opened.read(LONGEST_FILE).decode("utf-8")
    except (OSError, ValueError):
        raise InvalidField(
            "The file of parameters cannot be read: {file}",
            "Check the path.",
            field="parameters",
            values={"file": file},
        ) from None
