"""How PrimeHub refuses: what went wrong behind the API in; the message and the code that a client reads out.

The texts are those that PrimeHub's server was recorded with, JavaScript's own TypeErrors (of Node 14) included.
The Enterprise Edition keeps the codes of a few errors only and calls the others INTERNAL_SERVER_ERROR.
"""

from __future__ import annotations

from collections.abc import Callable

from ..cluster.faults import ConnectionCut, HttpFailure

INTERNAL = "INTERNAL_SERVER_ERROR"


class Refused(Exception):
    """One error of an answer. `code_in_ce`, `message_in_ce`: what the Community Edition says instead."""

    def __init__(self, message: str, code: str = INTERNAL, code_in_ce: str | None = None, message_in_ce: str = ""):
        super().__init__(message)
        self.message, self.code = message, code
        self.code_in_ce, self.message_in_ce = code_in_ce or code, message_in_ce or message

    def told(self, edition: str) -> tuple[str, str]:
        """Message and code."""
        return (self.message, self.code) if edition == "ee" else (self.message_in_ce, self.code_in_ce)


class NotFound(Refused):
    """Kubernetes has no such thing, or would not make or change it."""

    def __init__(self):
        super().__init__("HTTP request failed", code_in_ce="RESOURCE_NOT_FOUND")


class Unavailable(Refused):
    """Kubernetes failed while something was read."""

    def __init__(self):
        text = "An internal server error occurred"
        super().__init__("API_UNAVAILABLE", code_in_ce="API_UNAVAILABLE", message_in_ce=text)


def not_a_member() -> Refused:
    """A resolver's refusal of who is not in the group."""
    return Refused("user not auth", "NOT_AUTH")


def not_authorised() -> Refused:
    """The rules before the resolvers (graphql-shield) say no."""
    return Refused("Not Authorised!")


def type_error(member: str, of: str) -> Refused:
    """JavaScript's complaint about a member of null or undefined."""
    return Refused(f"Cannot read property '{member}' of {of}")


def reading(request: Callable, *arguments):
    """A request to Kubernetes that reads."""
    try:
        return request(*arguments)
    except HttpFailure as failure:
        raise (NotFound() if failure.status == 404 else Unavailable()) from None
    except ConnectionCut:
        raise Unavailable() from None


def writing(request: Callable, *arguments):
    """A request to Kubernetes that makes or changes something, or reads what runs."""
    try:
        return request(*arguments)
    except HttpFailure:
        raise NotFound() from None
    except ConnectionCut:
        raise Refused("socket hang up") from None


def asking(request: Callable, *arguments):
    """A request to Keycloak."""
    try:
        return request(*arguments)
    except HttpFailure as failure:
        raise Refused(f"Request failed with status code {failure.status}") from None
    except ConnectionCut:
        raise Refused("socket hang up") from None
