"""What a person asks for: the body of `POST jobs` in; a checked JobRequest out, or the field that is at fault."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidField
from ..notebooks.parameters.text import read_parameters
from .head import SUBMISSION_ID

MAX_DISPLAY_NAME = 200
MAX_NAME = 253  # of a Kubernetes object
MAX_TIMEOUT_SECONDS = 365 * 86400


@dataclass(frozen=True)
class JobRequest:
    """`timeout_seconds`: None for the group's default, 0 for none. `parameters`: names and typed values."""

    notebook_path: str
    display_name: str
    instance_type: str
    image: str
    parameters: dict[str, Any]
    timeout_seconds: int | None
    submission_id: str

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> JobRequest:
        """The request in a JSON object, with a submission id if it has none. Raises InvalidField, InvalidParameters."""
        return cls(**{field: read(body, field) for field, read in READERS.items()})


def validate(body: dict[str, Any]) -> list[InvalidField]:
    """What is wrong with those fields of a request that are there, in the order of the form."""
    faults = []
    for field, read in READERS.items():
        try:
            if field in body:
                read(body, field)
        except InvalidField as fault:
            faults.append(fault)
    return faults


def propose_display_name(notebook_name: str) -> str:
    """A job name that is accepted, from the file name of a notebook."""
    stem = notebook_name[: -len(".ipynb")]
    shown = "".join(character if is_shown(character) else " " for character in stem)
    return " ".join(shown.split())[:MAX_DISPLAY_NAME].strip() or "notebook"


def is_shown(character: str) -> bool:
    """Whether a character can be seen, is a space, or joins others; not one that breaks or turns lines."""
    return character in "\u200c\u200d" or unicodedata.category(character)[0] != "C" and character not in "\u2028\u2029"


def _text(label: str, longest: int, strip: bool = True) -> Callable[[dict[str, Any], str], str]:
    """Reads a field that has to be there and to be text."""

    def read(body: dict[str, Any], field: str) -> str:
        value = body.get(field)
        if value is None or (isinstance(value, str) and not value.strip()):
            raise InvalidField("{label} is missing.", "Fill it in.", field=field, values={"label": label})
        if not isinstance(value, str):
            raise InvalidField("{label} is not text.", "Send it as a string.", field=field, values={"label": label})
        value = value.strip() if strip else value
        if len(value) > longest:
            raise InvalidField(
                "{label} is longer than {longest} characters.",
                "Make it shorter.",
                field=field,
                values={"label": label, "longest": longest},
            )
        if strip and not all(map(is_shown, value)):
            raise InvalidField(
                "{label} has characters that cannot be shown.", "Type it again.", field=field, values={"label": label}
            )
        return value

    return read


def _parameters(body: dict[str, Any], field: str) -> dict[str, Any]:
    return read_parameters(body.get(field))


def _timeout(body: dict[str, Any], field: str) -> int | None:
    value = body.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value // 1:
        raise InvalidField("The time limit is not a whole number of seconds.", "Enter a number.", field=field)
    if not 0 <= value <= MAX_TIMEOUT_SECONDS:
        raise InvalidField(
            "The time limit is not between 0 and 365 days.", "Enter a smaller number; 0 means none.", field=field
        )
    return int(value)


def _submission_id(body: dict[str, Any], field: str) -> str:
    value = body.get(field)
    if value is None:
        return secrets.token_hex(16)
    if not isinstance(value, str) or not SUBMISSION_ID.match(value):
        raise InvalidField(
            "The submission id is not 8 to 64 letters, digits, - and _.", "Send another one, or none.", field=field
        )
    return value


READERS: dict[str, Callable[[dict[str, Any], str], Any]] = {
    "notebook_path": _text("The notebook", 8192, strip=False),
    "instance_type": _text("The instance type", MAX_NAME),
    "image": _text("The image", MAX_NAME),
    "display_name": _text("The job name", MAX_DISPLAY_NAME),
    "parameters": _parameters,
    "timeout_seconds": _timeout,
    "submission_id": _submission_id,
}
