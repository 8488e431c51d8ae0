"""What can go wrong: a code for programs, a sentence for people."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot start or go on; a person reads this."""

    def __init__(self, code: str, message: str, hint: str):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.hint}"


class Refused(Exception):
    """PrimeHub says no; becomes one GraphQL error with `extensions.code`."""

    def __init__(self, message: str, code: str = "INTERNAL_ERROR"):
        super().__init__(message)
        self.message, self.code = message, code


class NotAuthorized(Refused):
    """The caller is known but has no business with this group, job or schedule."""

    def __init__(self):
        super().__init__("user not auth", "NOT_AUTH")


class NotFound(Refused):
    """No such resource; the text is the one Kubernetes would give."""

    def __init__(self, kind: str, name: str):
        super().__init__(f'{kind}.primehub.io "{name}" not found')
