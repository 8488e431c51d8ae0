"""What can go wrong when the sandbox starts: a code for programs, a sentence for people."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot start or go on; a person reads this."""

    def __init__(self, code: str, message: str, hint: str):
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint

    def __str__(self) -> str:
        return f"{self.code}: {self.message} {self.hint}"
