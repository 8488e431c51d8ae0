"""Names of recorded exchanges, and whether the sandbox does the same, in; "N of M agree" for the test run's end out."""

from __future__ import annotations

_KEPT: dict[str, dict[str, str]] = {}


def record(kind: str, name: str, agreed: bool, reason: str = "") -> None:
    """Remember one comparison; `reason`: why it differs, in a line."""
    _KEPT.setdefault(kind, {})[name] = "" if agreed else reason or "not known"


def kept() -> dict[str, dict[str, str]]:
    """All that was remembered: by kind and name why it differs, "" where it agrees."""
    return _KEPT


def add(other: dict[str, dict[str, str]]) -> None:
    """Take over what another process has kept."""
    for kind, results in other.items():
        _KEPT.setdefault(kind, {}).update(results)


def lines() -> list[str]:
    """One line for each kind, then one for each difference."""
    said = []
    for kind, results in _KEPT.items():
        differing = {name: reason for name, reason in results.items() if reason}
        said.append(f"{kind}: {len(results) - len(differing)} of {len(results)} agree")
        said += [f"  {name}: {reason}" for name, reason in sorted(differing.items())]
    return said
