"""What a group's administrators change: its members and administrators, its MLflow, its own images.

It lasts as long as the sandbox runs; the next one begins with its catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.faults import ConnectionCut, HttpFailure
from ..cluster.people import Group
from . import images, people
from .refusals import NotFound, Refused, not_a_member, reading, writing

if TYPE_CHECKING:
    from .execution import Context

TEXTS = {"displayName": "displayName", "trackingUri": "mlflow-tracking-uri", "uiUrl": "mlflow-ui-url"}
VARIABLES = {"trackingEnvs": "mlflow-tracking-envs", "artifactEnvs": "mlflow-artifact-envs"}


def update(context: Context, group_id: str, data: dict) -> dict:
    """Raises Refused for who is no administrator of the group, and for what the sandbox does not change."""
    group = context.cluster.people.groups.get(group_id)
    if group is None or not _administers(context, group):
        raise not_a_member()
    members = data.get("users") or {}
    unknown = {*data, *members} - {*TEXTS, *VARIABLES, "admins", "users", "connect", "disconnect"}
    if unknown:
        raise Refused(f"The sandbox does not change {', '.join(sorted(unknown))} of a group.")
    for each in members.get("connect") or ():
        user = context.cluster.people.users.get(each["id"])
        if user and group.id not in user.groups:
            user.groups.append(group.id)
    for each in members.get("disconnect") or ():
        user = context.cluster.people.users.get(each["id"])
        if user and group.id in user.groups:
            user.groups.remove(group.id)
    if "admins" in data:
        _set(group, "admins", [name for name in (data["admins"] or "").split(",") if name])
    for field, attribute in TEXTS.items():
        if field in data:
            _set(group, attribute, [] if data[field] is None else [data[field]])
    for field, attribute in VARIABLES.items():
        if field in data:
            _set(group, attribute, [f"{each['name']}={each['value']}" for each in data[field] or ()])
    return people.group_view(context, group)


def create_image(context: Context, data: dict) -> dict:
    """A new image of a group's own. Raises Refused for who does not administer it, and for a name that is taken."""
    group = _administered(context, data.get("groupName"))
    kind, url = data.get("type") or "both", data.get("url")
    spec = {
        "displayName": data.get("displayName") or data["name"],
        "description": data.get("description"),
        "type": kind,
        "url": url,
        "urlForGpu": data.get("urlForGpu") or url if kind == "both" else url,
        "pullSecret": data.get("useImagePullSecret") or "",
        "groupName": group.name,
        "imageSpec": data.get("imageSpec"),
    }
    try:
        made = context.cluster.kubernetes.create(images.KIND, data["name"], spec, {})
    except HttpFailure as failure:
        raise Refused("Resource already exist", "RESOURCE_CONFLICT") if failure.status == 409 else NotFound() from None
    except ConnectionCut:
        raise Refused("socket hang up") from None
    group.roles.append(f"img:{data['name']}")
    return images.view(context, made, people.group_view)


def delete_image(context: Context, name: str) -> dict:
    """Remove a group's own image; answers what it was. Raises Refused for who does not administer the group."""
    image = reading(context.cluster.kubernetes.get, images.KIND, name)
    _administered(context, image["spec"].get("groupName"))
    writing(context.cluster.kubernetes.remove, images.KIND, name)
    for each in context.cluster.people.groups.values():
        each.roles = [role for role in each.roles if role != f"img:{name}"]
    return images.view(context, image, people.group_view)


def _administers(context: Context, group: Group) -> bool:
    return context.caller.manages or context.user.username in group.attributes.get("admins", [])


def _administered(context: Context, name: str | None) -> Group:
    group = context.cluster.people.group_named(name or "")
    if group is None or not _administers(context, group):
        raise Refused("Not authorise", "NOT_AUTH")
    return group


def _set(group: Group, attribute: str, texts: list[str]) -> None:
    if texts:
        group.attributes[attribute] = texts
    else:
        group.attributes.pop(attribute, None)
