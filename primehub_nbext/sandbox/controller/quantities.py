"""Specs of instance types and attributes of groups in; Resources out."""

from __future__ import annotations

from ..cluster.people import Group
from ..runner.pods import Resources

_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


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
        return float(text.removesuffix("i").rstrip("KMGTkmgt")) * _UNITS.get(unit, 1)
    except ValueError:
        return None


def limits(spec: dict) -> Resources:
    """What a pod of an instance type may take, and what quotas count; GPUs only where their kind is named."""
    gpus = spec.get("limits.nvidia.com/gpu") or (spec.get("limits.gpu") if spec.get("gpuResourceName") else 0)
    return Resources(number(spec.get("limits.cpu")) or 0, number(gpus) or 0, size(spec.get("limits.memory")))


def quota(group: Group, prefix: str = "") -> Resources:
    """What a member may use at once; with prefix "project-", what the group may."""
    cpu, gpu, memory = (group.attribute(f"{prefix}quota-{name}") for name in ("cpu", "gpu", "memory"))
    return Resources(number(cpu), number(gpu), size(memory))
