"""The installation itself: its time zone, licence and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.people import EVERYONE

if TYPE_CHECKING:
    from .execution import Context

# PrimeHub offers names with a fixed number of hours, without summer time (Berlin is 2); any other name, and none, is
# the first of the list with the hours of the server itself. Some of the zones that it offers:
ZONES = {
    "Africa/Abidjan": 0,
    "UTC": 0,
    "Africa/Cairo": 2,
    "Africa/Johannesburg": 2,
    "America/Los_Angeles": -7,
    "America/New_York": -4,
    "America/Sao_Paulo": -3,
    "Asia/Dubai": 4,
    "Asia/Hong_Kong": 8,
    "Asia/Jakarta": 7,
    "Asia/Seoul": 9,
    "Asia/Shanghai": 8,
    "Asia/Singapore": 8,
    "Asia/Taipei": 8,
    "Asia/Tokyo": 9,
    "Europe/Berlin": 2,
    "Europe/London": 1,
    "Europe/Paris": 2,
}
FIRST = next(iter(ZONES))


def time_zone(context: Context) -> dict:
    """`{"name", "offset"}` of the installation, the offset in hours from UTC."""
    everyone = context.cluster.people.group_named(EVERYONE)
    name = everyone.attribute("timezone") if everyone else None
    name = name if name in ZONES else FIRST
    return {"name": name, "offset": ZONES[name]}


def licence(context: Context) -> dict | None:
    """Null in the Community Edition."""
    cluster, found = context.cluster, context.cluster.licence
    if cluster.edition != "ee":
        return None
    return {
        "licensedTo": found.licensed_to,
        "licenseStatus": found.word,
        "startedAt": found.started_at,
        "expiredAt": found.expired_at,
        "maxUser": found.max_user,
        "maxGroup": found.max_group,
        "maxNode": found.max_node,
        "maxModelDeploy": found.max_model_deploy,
        "usage": {
            "maxUser": len(cluster.people.users),
            "maxGroup": len([group for group in cluster.people.groups.values() if group.name != EVERYONE]),
            "maxNode": cluster.nodes,
            "maxModelDeploy": 0,
        },
    }


def settings(context: Context) -> dict:
    """What `system` answers; the default volume capacity is in GB."""
    return {
        "org": {"name": "InfuseAI"},
        "smtp": {},
        "defaultUserVolumeCapacity": 20,
        "timezone": time_zone(context),
        "license": licence(context),
    }
