"""Values of parameters in; the cell that papermill will put into the notebook out, in the notebook's language.

As papermill 2 writes it for Python (papermill/translators.py), before black, which not every image has, lays it out.
"""

from __future__ import annotations

from typing import Any


def injected_cell(language: str, parameters: dict[str, Any]) -> str | None:
    """The source of the cell; "" where there is nothing to inject, None for a language that is not known here."""
    if not parameters:
        return ""
    if language != "python":
        return None
    return "# Parameters\n" + "".join(f"{name} = {_python(value)}\n" for name, value in parameters.items())


def _python(value: object) -> str:
    if isinstance(value, str):
        escaped = value.encode("unicode_escape").decode("ascii")
        return '"' + escaped.replace('"', r"\"") + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_python, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_python(key)}: {_python(item)}" for key, item in value.items()) + "}"
    return str(value)
