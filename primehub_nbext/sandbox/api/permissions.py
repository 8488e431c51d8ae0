"""What a caller may: licence, quotas and membership, in; nothing, or PrimeHub's refusal, out.

Quotas compare one instance type with what a user and a whole group may have, never with what runs already; the group's
CPU is compared with `project-quota-memory` (both as recorded from PrimeHub's server).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.people import Group
from . import instance_types
from .javascript import less_unit, parse_float
from .refusals import Refused, asking, not_a_member, type_error

if TYPE_CHECKING:
    from .execution import Context

REFUSED_LICENCES = ("expired", "invalid")
# In the order of PrimeHub's checks: what, whose, the attribute, how it is read, the message.
QUOTAS = (
    ("Gpu", "quota-gpu", parse_float, "User Gpu Quota exceeded"),
    ("Gpu", "project-quota-gpu", parse_float, "Group Gpu Quota exceeded"),
    ("Cpu", "quota-cpu", parse_float, "User Cpu Quota exceeded"),
    ("Cpu", "project-quota-memory", parse_float, "Group Cpu Quota exceeded"),
    ("Memory", "quota-memory", less_unit, "User Memory exceeded"),
    ("Memory", "project-quota-memory", less_unit, "Group Memory exceeded"),
)


def check_licence(context: Context) -> None:
    """Raises Refused where the licence allows no new jobs."""
    word = context.cluster.licence.word
    if word in REFUSED_LICENCES:
        raise Refused(f"License {word}", "LICENSE_ERROR")


def check_quotas(context: Context, group_id: str | None, instance_type: str | None) -> Group | None:
    """The group; None without an id. Raises also where the group or the instance type is not there."""
    group = None
    if group_id:
        group = asking(context.cluster.keycloak.group, group_id)
        if group is None:
            raise type_error("attributes", "null")
    wanted = instance_types.limits(instance_types.get(context, instance_type))
    if group is None:
        return None
    for what, attribute, read, message in QUOTAS:
        allowed, asked = read(group.attribute(attribute)), wanted[what]
        if allowed is not None and asked is not None and asked > allowed:
            raise Refused(message, "EXCEED_QUOTA")
    return group


def check_member(context: Context, group_id: str | None) -> None:
    """Raises Refused where the caller is in no such group, and where there is none."""
    members = asking(context.cluster.keycloak.members, group_id)
    if members is None:
        raise type_error("map", "null")
    if context.user.id not in (user.id for user in members):
        raise not_a_member()
