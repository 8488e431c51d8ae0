"""Images: objects in; GraphQL's Image out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.people import EVERYONE
from . import paging
from .refusals import Refused, reading

if TYPE_CHECKING:
    from .execution import Context

KIND = "images"
EMPTY = {"metadata": {"name": "empty"}, "spec": {"displayName": "empty"}}
SEARCHED = ("name", "displayName", "description", "type", "groupName")
PACKAGERS = ("apt", "pip", "conda")


def view(context: Context, found: dict, group_view) -> dict:
    """`group_view(context, group)` makes a Group."""
    name, spec = found["metadata"]["name"], dict(found["spec"])
    build, status = spec.get("imageSpec"), (found.get("status") or {}).get("jobCondition")
    if build:
        packages = {each: build.get("packages", {}).get(each, []) for each in PACKAGERS}
        build = spec["imageSpec"] = {**build, "packages": packages}
    owners = [group for group in context.cluster.people.groups.values() if f"img:{name}" in group.roles]
    return {
        "id": name,
        "name": name,
        "displayName": spec.get("displayName") or name,
        "description": spec.get("description"),
        "type": spec.get("type"),
        "url": spec.get("url"),
        "urlForGpu": spec.get("urlForGpu"),
        "groupName": spec.get("groupName"),
        "global": any(group.name == EVERYONE for group in owners),
        "spec": spec,
        "useImagePullSecret": spec.get("pullSecret"),
        "groups": [group_view(context, group) for group in owners if group.name != EVERYONE],
        "isReady": bool(spec.get("url")),
        "logEndpoint": f"{context.cluster.public_url}/api/logs/images/{name}/job",
        "imageSpec": build,
        "jobStatus": {"image": status.get("image"), "phase": status.get("phase")} if status else None,
    }


def chosen(images: list[dict], mode: str | None) -> list[dict]:
    """Of the system, of groups, or all."""
    if mode == "SYSTEM_ONLY":
        return [each for each in images if not each["groupName"]]
    return [each for each in images if each["groupName"]] if mode == "GROUP_ONLY" else images


def listed(context: Context, info, arguments: dict, group_view) -> list[dict]:
    """Every group's, for everybody."""
    images = [view(context, each, group_view) for each in reading(context.cluster.kubernetes.list, KIND)]
    where = arguments.get("where") or {}
    images = [each for each in chosen(images, arguments.get("mode")) if _fits(each, where)]
    return paging.ordered(images, arguments.get("orderBy"), paging.names_of(info))


def one(context: Context, name: str, group_view) -> dict | None:
    """Null for one that is not there, and for a Kubernetes that fails."""
    try:
        return view(context, reading(context.cluster.kubernetes.get, KIND, name), group_view)
    except Refused:
        return None


def _fits(image: dict, where: dict) -> bool:
    if where.get("id") is not None and image["id"] != where["id"]:
        return False
    for name, text in where.items():
        if name.endswith("_contains") and (text or "") not in (image[name[: -len("_contains")]] or ""):
            return False
    if where.get("_or") and not any(_fits(image, each) for each in where["_or"]):
        return False
    search = (where.get("search") or "").lower()
    return any(search in (image[name] or "").lower() for name in SEARCHED)
