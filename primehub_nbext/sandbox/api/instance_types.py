"""Instance types: objects in; GraphQL's InstanceType out, and what quotas count of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.people import EVERYONE
from .javascript import less_unit
from .refusals import NotFound, Refused, Unavailable, reading

if TYPE_CHECKING:
    from .execution import Context

KIND = "instancetypes"
NVIDIA = "nvidia.com/gpu"
# What the console's cache says of a type that is not there.
EMPTY = {"metadata": {"name": "empty"}, "spec": {"displayName": "empty", "limits.cpu": 0}}


def view(found: dict) -> dict:
    """An instance type as a job shows it: whose it is is not told."""
    name, spec = found["metadata"]["name"], found["spec"]
    old_way = f"limits.{NVIDIA}" in spec
    resource = NVIDIA if old_way else spec.get("gpuResourceName", "")
    tolerations = [{"effect": "None", **each} for each in spec.get("tolerations", [])]
    return {
        "id": name,
        "name": name,
        "displayName": spec.get("displayName") or name,
        "description": spec.get("description"),
        "cpuLimit": spec.get("limits.cpu"),
        "memoryLimit": less_unit(spec.get("limits.memory")),
        "gpuLimit": spec[f"limits.{NVIDIA}"] if old_way else spec.get("limits.gpu", 0) if resource else 0,
        "gpuResourceName": resource,
        "cpuRequest": spec.get("requests.cpu"),
        "memoryRequest": less_unit(spec.get("requests.memory")),
        "spec": spec,
        "tolerations": tolerations,
        "nodeSelector": spec.get("nodeSelector"),
    }


def full_view(context: Context, found: dict, group_view) -> dict:
    """As a group shows it. `group_view(context, group)` makes a Group."""
    role, people = f"it:{found['metadata']['name']}", context.cluster.people
    owners = [group for group in people.groups.values() if role in group.roles]
    return {
        **view(found),
        "global": any(group.name == EVERYONE for group in owners),
        "groups": [group_view(context, group) for group in owners if group.name != EVERYONE],
    }


def get(context: Context, name: str | None) -> dict:
    """The object. Raises Refused; who uses the cache is told of an empty one instead."""
    if name is None:
        raise Unavailable
    try:
        return reading(context.cluster.kubernetes.get, KIND, name)
    except NotFound:
        if context.uses_cache:
            return EMPTY
        raise


def of_job(context: Context, name: str | None, id_if_gone: str) -> dict:
    """For a job's or schedule's field; one that is gone is told by its name alone."""
    try:
        return view(get(context, name))
    except Refused:
        return {"id": id_if_gone, "name": name, "tolerations": []}


def limits(found: dict) -> dict[str, float | None]:
    """What quotas compare: cpu, gpu (named or not) and memory (the number before the unit, whatever that is)."""
    spec = found["spec"]
    return {
        "Gpu": spec.get(f"limits.{NVIDIA}") or spec.get("limits.gpu") or 0,
        "Cpu": spec.get("limits.cpu") or 0,
        "Memory": less_unit(spec.get("limits.memory")),
    }
