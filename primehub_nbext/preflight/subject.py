"""What is looked at before a job is submitted: what is known of a notebook and of where it is, in one place."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..errors import filled
from ..notebooks.file import NotebookFile


@dataclass(frozen=True)
class Subject:
    """A notebook, with what is in the form. What is not known is None.

    name : the notebook's file name
    parameters : `[{"name", "value", "cell", "line"}]`, the notebook's own and those that are typed, `value` as JSON has
        it; the last two are None, or missing, where the parameter is not the notebook's own
    kernels : names of the kernels that this notebook server has
    folder_writable : whether this server may write where the notebook is, and the output notebook will be
    """

    name: str = ""
    notebook: NotebookFile | None = None
    parameters: list[dict[str, Any]] = field(default_factory=list)
    kernels: Collection[str] | None = None
    folder_writable: bool | None = None


def finding(severity: str, code: str, message: str, hint: str, **values: object) -> dict[str, Any]:
    """A finding about the notebook as a whole (findings.py), with the values that fill `{name}` in message and hint."""
    message, hint = filled(message, values), filled(hint, values)
    whole = {"cell": None, "line": None, "values": values}
    return {"severity": severity, "code": code, "message": message, "hint": hint, **whole}
