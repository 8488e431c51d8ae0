"""Numbers in; what a sentence says of them out."""

from __future__ import annotations

UNITS = {"cpu": ("core", "cores"), "memory_gb": ("GB", "GB"), "gpu": ("GPU", "GPUs")}


def number(value: float) -> str:
    """At most two digits after the point."""
    return f"{round(value, 2):g}" if abs(value) < 1e5 else f"{value:.0f}"


def amount(what: str, value: float) -> str:
    """So much of a resource, by the name that quota.py has for it: `4 cores`, `1 GPU`."""
    one, many = UNITS[what]
    return f"{number(value)} {one if value == 1 else many}"


def gigabytes(value: float) -> str:
    """Memory, `0.5 GB`."""
    return amount("memory_gb", value if value < 0.1 else round(value, 1))


def duration(seconds: float) -> str:
    """A length of time in its largest unit, `90 seconds`, `52 minutes`, `1.5 hours`."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= 2 * size or size == 1 or seconds == size:
            count = round(seconds / size, 1 if size > 60 else 0)
            return f"{count:g} {name}{'' if count == 1 else 's'}"
    raise AssertionError("1 is the last size")
