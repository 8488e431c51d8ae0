"""Specs of instance types and attributes of groups in; Resources out."""

from __future__ import annotations

from ..cluster.people import Group
from ..cluster.quantities import number, size
from ..runner.pods import Resources


def limits(spec: dict) -> Resources:
    """What a pod of an instance type may take, and what quotas count; GPUs only where their kind is named."""
    gpus = spec.get("limits.nvidia.com/gpu") or (spec.get("limits.gpu") if spec.get("gpuResourceName") else 0)
    return Resources(number(spec.get("limits.cpu")) or 0, number(gpus) or 0, size(spec.get("limits.memory")))


def quota(group: Group, prefix: str = "") -> Resources:
    """What a member may use at once; with prefix "project-", what the group may."""
    cpu, gpu, memory = (group.attribute(f"{prefix}quota-{name}") for name in ("cpu", "gpu", "memory"))
    return Resources(number(cpu), number(gpu), size(memory))
