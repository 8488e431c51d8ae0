"""Quotas: what an instance type needs, quotas and what is in use in; what keeps a job of it from running out.

Amounts are `{"cpu", "memory_gb", "gpu"}` in cores, GB and devices, None where there is no limit, or none is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Amounts = Mapping[str, "float | None"]


@dataclass(frozen=True)
class Shortage:
    """Too little of one resource.

    whose : "user" or "group", the quota that is too small
    what : "cpu", "memory_gb" or "gpu"
    needs : as PrimeHub counts it
    quota : all that may be used at the same time
    free : what is left of it now, so that a job has to wait; None where the whole quota is too small for any job
    """

    whose: str
    what: str
    needs: float
    quota: float
    free: float | None


def find_shortage(
    needs: Amounts, counted_gb: float | None, user: Amounts, group: Amounts, usage: Amounts
) -> Shortage | None:
    """What keeps a job that `needs` so much from running, or from running now; None where nothing does.

    counted_gb : the memory as PrimeHub counts it when a job is made
    user, group : quotas of one user and of the whole group
    usage : what all of the group use now; what a user does, PrimeHub does not tell

    PrimeHub refuses to make a job whose instance type alone is over a quota, whatever runs, in this order, and compares
    CPUs with the group's memory quota (its console's phJob.ts); over the group's quota of CPUs its controller fails the
    job. What only others take up now has to be waited for.
    """
    asked = {**needs, "memory_gb": counted_gb}
    for whose, what, quota in (
        ("user", "gpu", user["gpu"]),
        ("group", "gpu", group["gpu"]),
        ("user", "cpu", user["cpu"]),
        ("group", "cpu", group["cpu"]),
        ("group", "cpu", group["memory_gb"]),
        ("user", "memory_gb", user["memory_gb"]),
        ("group", "memory_gb", group["memory_gb"]),
    ):
        need = asked[what]
        if need is not None and quota is not None and need > quota:
            return Shortage(whose, what, need, quota, None)
    for what in ("gpu", "cpu", "memory_gb"):
        need, quota, used = needs[what], group[what], usage[what]
        if need and quota is not None and used is not None and need > quota - used:
            return Shortage("group", what, need, quota, max(0, round(quota - used, 3)))
    return None
