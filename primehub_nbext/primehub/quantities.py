"""Quantities as Kubernetes writes them in ("500m", "2G", "1536Mi", 0.5); cores, gigabytes and devices out."""

from __future__ import annotations

import re

GIGABYTE = 2**30  # bytes; what PrimeHub calls GB
QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(m|[kKMGTPE]i?|)", re.ASCII)
NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
FACTORS = {"": 1.0, "m": 1e-3, **{unit: 1000.0**power for power, unit in enumerate("kMGTPE", 1)}}
FACTORS.update({f"{unit}i": 1024.0**power for power, unit in enumerate("KMGTPE", 1)})
LARGEST = 1e18


def read_number(value: object) -> float | None:
    """A number from 0 up, also one in a text; None for anything else."""
    return _read(value, FACTORS)


def read_gigabytes(value: object) -> float | None:
    """Memory in GB, from a text of Kubernetes (a number is bytes); None for anything else.

    K, M and G count as Ki, Mi and Gi, because that is what PrimeHub's controller makes of them when it starts a job
    (ConvertMemoryUnit in its spawn.go).
    """
    amount = _read(value, {**FACTORS, "K": FACTORS["Ki"], "M": FACTORS["Mi"], "G": FACTORS["Gi"]})
    return None if amount is None else amount / GIGABYTE


def read_counted(value: object) -> float | None:
    """Memory as PrimeHub compares it with quotas in GB: the number before the last character, whatever that is.

    None for what it does not compare, such as a text of one digit (recorded from its server: 512M counts as 512).
    """
    number = NUMBER.match(value[:-1]) if isinstance(value, str) else None
    return _read(float(number[0]), FACTORS) if number else None


def _read(value: object, factors: dict[str, float]) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    match = QUANTITY.fullmatch(value.strip()) if isinstance(value, str) else None
    if isinstance(value, str) and (not match or match[2] not in factors):
        return None
    try:
        number = float(match[1]) * factors[match[2]] if match else float(value)
    except OverflowError:
        return None
    return number if 0 <= number < LARGEST else None
