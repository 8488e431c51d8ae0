"""A group's shared files: GraphQL's `files` and `deleteFiles`, over the object store."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from ..cluster.bucket import Bucket
from ..cluster.people import volume_name
from .people import mine
from .refusals import Refused, not_a_member

if TYPE_CHECKING:
    from .execution import Context


def may_use(context: Context, group: str) -> bool:
    """Whether a group, by its name or its volume's, is one of the caller's."""
    return volume_name(group) in (each.volume for each in mine(context))


def listed(context: Context, where: dict, options: dict | None) -> dict:
    """What is under a prefix; only the first level, folders last, unless `recursive`."""
    options = options or {}
    bucket = _checked(context, where)
    recursive, limit = options.get("recursive"), options.get("limit")
    shown = "/" + where["phfsPrefix"].lstrip("/")
    if not recursive and not shown.endswith("/"):
        shown += "/"
    prefix = f"groups/{volume_name(where['groupName'])}{shown}"
    files, folders = [], {}
    for stored in bucket.list(prefix):
        name = stored.key[len(prefix) :]
        head, slash, _ = name.partition("/")
        if slash and not recursive:
            folders[head + "/"] = {"name": head + "/", "size": 0, "lastModified": None}
        else:
            files.append({"name": name, "size": stored.size, "lastModified": stored.last_modified})
    items = [*files, *folders.values()]
    return {"prefix": prefix, "phfsPrefix": shown, "items": items[:limit] if limit else items}


def delete(context: Context, where: dict, options: dict | None) -> int:
    """Remove a file, or all under a prefix with `recursive`; answers how many."""
    bucket = _checked(context, where)
    prefix = f"groups/{volume_name(where['groupName'])}/{where['phfsPrefix'].lstrip('/')}"
    found = bucket.list(prefix)
    if not (options or {}).get("recursive"):
        found = [stored for stored in found if stored.key == prefix]
    for stored in found:
        path = bucket.path(stored.key)
        if path is None:  # a link is in its way by now
            continue
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # a folder that is not empty stays; a store has no empty ones
            for parent in path.relative_to(bucket.folder / "groups").parents[:-2]:
                (bucket.folder / "groups" / parent).rmdir()
    return len(found)


def _checked(context: Context, where: dict) -> Bucket:
    if not may_use(context, where["groupName"]):
        raise not_a_member()
    if context.cluster.bucket is None:
        raise Refused("failed to list store objects", "INTERNAL_ERROR")
    return context.cluster.bucket
