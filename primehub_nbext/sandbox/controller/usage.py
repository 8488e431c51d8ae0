"""Pods and quotas in; whether one more pod fits out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..runner.pods import Pod, Resources

NAMES = ("cpu", "gpu", "memory")
# The controller of PrimeHub loses the memory quota on the way, so that its scheduler looks at these only.
SCHEDULED = ("cpu", "gpu")


@dataclass(frozen=True)
class Asked:
    """What the pod of a job that may start would take, and whose: the names of group and user."""

    group: str
    user: str
    limits: Resources


def used(pods: Iterable[Pod | Asked], group: str, user: str | None = None) -> Resources:
    """What pods of a group, or of one member of it, take together."""
    counted = [pod.limits for pod in pods if pod.group == group and user in (None, pod.user)]
    return Resources(*(sum(getattr(each, name) or 0 for each in counted) for name in NAMES))


def fits(asked: Resources, taken: Resources, quota: Resources, names: tuple[str, ...] = NAMES) -> bool:
    """Whether what is asked for is within the quota, beside what is taken already."""
    for name in names:
        allowed = getattr(quota, name)
        if allowed is not None and (getattr(asked, name) or 0) + (getattr(taken, name) or 0) > allowed:
            return False
    return True
