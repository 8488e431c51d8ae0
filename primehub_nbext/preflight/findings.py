"""All findings of a notebook: its parameters in; what a person should know before a job is submitted out."""

from __future__ import annotations

from .secrets import find_secrets

# One function for each family of findings; each answers `[{"severity", "code", "message", "hint"}]`.
FAMILIES = (find_secrets,)


def find(parameters: list) -> list[dict]:
    """Findings about a notebook whose own parameters (`[{"name", "value"}]`) these are."""
    return [finding for family in FAMILIES for finding in family(parameters)]
