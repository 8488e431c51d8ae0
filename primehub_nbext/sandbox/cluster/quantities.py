"""Kubernetes' quantities as PrimeHub reads them: text in; a count or bytes out."""

from __future__ import annotations

UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def number(text: str | float | None) -> float | None:
    """A count of CPUs or GPUs; None stays None, as does what is no number."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def size(text: str | None) -> float | None:
    """Bytes of a memory quantity; G, M and K count as Gi, Mi and Ki, which is what PrimeHub makes of them."""
    if not text:
        return None
    unit = text.removesuffix("i")[-1:].upper()
    try:
        return float(text.removesuffix("i").rstrip("KMGTkmgt")) * UNITS.get(unit, 1)
    except ValueError:
        return None
