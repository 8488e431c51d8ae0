"""A working group: its id and name in; the name of its volume out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Group:
    """A working group of PrimeHub."""

    id: str
    name: str


def volume_name(group_name: str) -> str:
    """PrimeHub's name of a group's volume: lower case, every `_` a `-`."""
    return group_name.lower().replace("_", "-")
