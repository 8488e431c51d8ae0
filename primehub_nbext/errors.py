"""What can go wrong, as a person meets it: every error has a stable code, an HTTP status, what happened and what to do.

Here are what they have in common and what is wrong with a request itself; each room has its own in its errors.py.
Raised deep inside, shaped into JSON once, in handlers/base.py. Messages never hold a token or a path outside the group
volume.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

PLACE = re.compile(r"\{([a-z_]+)\}")


def filled(text: str, values: Mapping[str, object]) -> str:
    """A sentence with these values in the places that are named `{name}`.

    Not str.format: a sentence may show a dict, and what fills one place must not be read as another.
    """
    return PLACE.sub(lambda place: str(values.get(place[1], place[0])), text)


class PrimeHubError(Exception):
    """Base of all errors that are shown to a person.

    Subclasses declare `code`, `status`, `message` and `hint`; an instance may replace message and hint, name the
    `field` of the request that is at fault and add a `link` that helps. `values` fill the places in message and hint
    (`{volume}`), and go to the client beside them, so that it can say the same in another language.
    """

    code = "internal_error"
    status = 500
    message = "Something went wrong in the PrimeHub extension."
    hint = "Try again. If it stays, show your administrator the notebook server's log."
    field: str | None = None

    def __init__(
        self,
        message: str | None = None,
        hint: str | None = None,
        *,
        field: str | None = None,
        link: str | None = None,
        values: Mapping[str, object] | None = None,
    ):
        self.values: Mapping[str, object] = values or {}
        self.message = filled(message or self.message, self.values)
        self.hint = filled(hint or self.hint, self.values)
        self.field = field or self.field
        self.link = link
        super().__init__(self.message)

    def to_dict(self) -> dict[str, Any]:
        """The error as the REST API answers it."""
        answer: dict[str, Any] = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.field:
            answer["field"] = self.field
        if self.link:
            answer["link"] = self.link
        if self.values:
            answer["values"] = self.values
        return answer


class BadRequest(PrimeHubError):
    code, status = "bad_request", 400
    message = "The request could not be read."
    hint = "Send a JSON object, as docs/rest-api.md describes."


class InvalidField(PrimeHubError):
    code, status = "invalid_field", 400
    message = "One of the values is missing or not valid."
    hint = "Correct the marked field."


class NotFound(PrimeHubError):
    code, status = "not_found", 404
    message = "There is nothing at this address."
    hint = "See docs/rest-api.md for the addresses there are."


class MethodNotAllowed(PrimeHubError):
    code, status = "method_not_allowed", 405
    message = "This address does not take that HTTP method."
    hint = "See docs/rest-api.md for the methods there are."


class NotAllowed(PrimeHubError):
    code, status = "not_allowed", 403
    message = "You have no permission to do this on this notebook server."
    hint = "Ask whoever shares it with you, or your administrator, for the permission."


class HubUnreachable(PrimeHubError):
    code, status = "hub_unreachable", 503
    message = "JupyterHub could not be asked whether you are logged in."
    hint = "Try again in a minute. If it stays, stop and start your notebook server from JupyterHub."


class BodyTooLarge(PrimeHubError):
    code, status = "body_too_large", 413
    message = "The request is too large."
    hint = "Put large values in a file in the group volume and pass the file's path as a parameter."


class UnsupportedMediaType(PrimeHubError):
    code, status = "unsupported_media_type", 415
    message = "The request is not JSON."
    hint = "Send it with Content-Type: application/json."


class Refused(PrimeHubError):
    status = 422
