"""All findings of a notebook: what is known of it in; what a person should know before a job is submitted out."""

from __future__ import annotations

from typing import Any

from .contents import find_contents
from .environment import find_environment
from .secrets import find_secrets
from .subject import Subject

# One function for each family of findings; each answers `[{"severity", "code", "message", "hint", "cell", "line",
# "values"}]`: `cell` is an index in the notebook from 0 and `line` one in the cell from 1, or None; `values` are what
# the message was filled with.
FAMILIES = (find_contents, find_environment, find_secrets)


def find(subject: Subject) -> list[dict[str, Any]]:
    """Findings about a notebook, where it is, and what is in the form."""
    return [finding for family in FAMILIES for finding in family(subject)]
