"""Users and groups: Keycloak's in; GraphQL's User and Group out.

A group shows its own images and instance types. One of `effectiveGroups` shows everybody's after its own. Names whose
object cannot be had are left out without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.faults import ConnectionCut, HttpFailure
from ..cluster.people import EVERYONE, Group, User
from . import images, instance_types
from .javascript import less_unit, parse_float, parse_int
from .refusals import Refused, asking, reading, writing

if TYPE_CHECKING:
    from .execution import Context


def group_view(context: Context, group: Group, effective: bool = False) -> dict:
    """A Group; `effective`: with everybody's images and instance types after its own. What costs a request waits."""
    text = group.attribute
    return {
        "id": group.id,
        "name": group.name,
        "displayName": text("displayName"),
        "admins": ",".join(group.attributes.get("admins", [])),
        "quotaCpu": parse_float(text("quota-cpu")),
        "quotaGpu": parse_int(text("quota-gpu")),
        "quotaMemory": less_unit(text("quota-memory")),
        "userVolumeCapacity": parse_int(text("user-volume-capacity")),
        "projectQuotaCpu": parse_float(text("project-quota-cpu")),
        "projectQuotaGpu": parse_int(text("project-quota-gpu")),
        "projectQuotaMemory": less_unit(text("project-quota-memory")),
        "writable": None,
        "enabledSharedVolume": text("enabled-shared-volume") == "true",
        "sharedVolumeCapacity": parse_int(text("shared-volume-capacity")),
        "homeSymlink": _flag(text("home-symlink")),
        "launchGroupOnly": _flag(text("launch-group-only")),
        "enabledDeployment": _flag(text("enabled-deployment")),
        "maxDeploy": parse_int(text("max-deploy")),
        "deploymentsUsage": 0,
        "jobDefaultActiveDeadlineSeconds": parse_int(text("job-default-active-deadline-seconds")),
        "users": lambda info: _members(context, group),
        "instanceTypes": lambda info: _instance_types(context, group, effective),
        "images": lambda info, mode=None: images.chosen(_images(context, group, effective), mode),
        "groupImages": None,
        "datasets": [],
        "resourceStatus": lambda info: _resource_status(context, group),
        "resourceDetails": lambda info: {"groupId": group.id, "details": _running(context, group)},
        "mlflow": {
            "trackingUri": text("mlflow-tracking-uri"),
            "uiUrl": text("mlflow-ui-url"),
            "trackingEnvs": _variables(group, "mlflow-tracking-envs"),
            "artifactEnvs": _variables(group, "mlflow-artifact-envs"),
        },
    }


def user_view(context: Context, user: User) -> dict:
    """A User; which groups are theirs is asked for only when a document does."""
    people, profile = context.cluster.people, user.profile
    return {
        "id": user.id,
        "username": user.username,
        "email": profile.get("email"),
        "firstName": profile.get("firstName"),
        "lastName": profile.get("lastName"),
        "totp": profile.get("totp", False),
        "isAdmin": user.admin,
        "enabled": profile.get("enabled", True),
        "enableInviteUsers": False,
        "createdTimestamp": profile.get("createdTimestamp"),
        "volumeCapacity": profile.get("volumeCapacity"),
        "federated": False,
        "groups": lambda info: groups_of(context, user.id),
        "effectiveGroups": lambda info: effective_groups(context, user.id),
        "announcements": [],
        "apiTokenCount": sum(owner == user.id for owner in people.tokens.values()),
        "predefinedEnvs": None,
    }


def user(context: Context, user_id: str) -> dict | None:
    """Null for one that is not there, and for a Keycloak that fails."""
    try:
        found = context.cluster.keycloak.user(user_id)
    except (HttpFailure, ConnectionCut):
        return None
    return user_view(context, found) if found else None


def mine(context: Context) -> list[Group]:
    """The caller's groups. Raises Refused."""
    return asking(context.cluster.keycloak.groups_of, context.user.id)


def effective_groups(context: Context, user_id: str) -> list[dict]:
    """Of a user; empty where Keycloak or Kubernetes fails."""
    try:
        reading(context.cluster.kubernetes.list, "phdeployments")  # PrimeHub counts them first
        found = asking(context.cluster.keycloak.groups_of, user_id)
    except Refused:
        return []
    return [group_view(context, group, effective=True) for group in found if group.name != EVERYONE]


def groups_of(context: Context, user_id: str) -> list[dict]:
    """Of a user, with the group everyone; empty where Keycloak fails."""
    try:
        return [group_view(context, group) for group in asking(context.cluster.keycloak.groups_of, user_id)]
    except Refused:
        return []


def _members(context: Context, group: Group) -> list[dict]:
    return [user_view(context, user) for user in asking(context.cluster.keycloak.members, group.id) or []]


def _names(context: Context, group: Group, prefix: str, effective: bool) -> list[str]:
    everyone = context.cluster.people.group_named(EVERYONE)
    roles = [*group.roles, *(everyone.roles if effective and everyone else [])]
    return list(dict.fromkeys(role[len(prefix) :] for role in roles if role.startswith(prefix)))


def _instance_types(context: Context, group: Group, effective: bool) -> list[dict]:
    found = []
    for name in _names(context, group, "it:", effective):
        try:
            found.append(instance_types.full_view(context, instance_types.get(context, name), group_view))
        except Refused:
            continue
    return found


def _images(context: Context, group: Group, effective: bool) -> list[dict]:
    found = (images.one(context, name, group_view) for name in _names(context, group, "img:", effective))
    if context.uses_cache:
        return [each or images.view(context, images.EMPTY, group_view) for each in found]
    return [each for each in found if each]


def _running(context: Context, group: Group) -> list[dict]:
    return writing(context.cluster.pods.usage, group.name)


def _resource_status(context: Context, group: Group) -> dict:
    running = _running(context, group)
    cpu, memory, gpu = (f"{sum(each[name] for each in running):g}" for name in ("cpu", "mem", "gpu"))
    return {"groupId": group.id, "cpuUsage": cpu, "memUsage": memory, "gpuUsage": gpu}


def _variables(group: Group, attribute: str) -> list[dict]:
    """Kept as `name=value`; of a value with a `=` PrimeHub tells what stands before it."""
    pairs = (text.split("=") for text in group.attributes.get(attribute, []))
    return [{"name": pair[0], "value": pair[1] if len(pair) > 1 else None} for pair in pairs]


def _flag(text: str | None) -> bool | None:
    return None if text is None else text == "true"
