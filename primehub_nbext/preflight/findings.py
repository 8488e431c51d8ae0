"""All findings of a notebook: parameters in; what a person should know before a job is submitted out."""

from __future__ import annotations

from typing import Any

from .secrets import find_secrets

# One function for each family of findings; each answers `[{"severity", "code", "message", "hint", "cell", "line",
# "values"}]`: `cell` is an index in the notebook from 0 and `line` one in the cell from 1, or None; `values` are what
# the message was filled with.
FAMILIES = (find_secrets,)


def find(parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings about a notebook with these parameters.

    parameters : `[{"name", "value", "cell", "line"}]`, `value` as JSON has it; the last two are None, or missing, where
        the parameter is not the notebook's own
    """
    return [finding for family in FAMILIES for finding in family(parameters)]
