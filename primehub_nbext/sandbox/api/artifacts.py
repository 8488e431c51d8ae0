"""What a job left in the object store: a bucket, a group and a job in; artifact list and monitoring out."""

from __future__ import annotations

from typing import Any

from ..cluster.bucket import Bucket
from ..cluster.people import volume_name
from .javascript import SyntaxFault, parse_json
from .refusals import Refused, type_error

METADATA = ".metadata/"


def prefix_of(group_name: str | None, job_id: str) -> str:
    """Where in the store a job's artifacts are. Raises Refused for a job without a group."""
    if group_name is None:
        raise type_error("replace", "undefined")
    return f"groups/{volume_name(group_name)}/jobArtifacts/{job_id}"


def listed(bucket: Bucket | None, group_name: str | None, job_id: str) -> dict:
    """As PrimeHub lists: everything whose key begins like the job's, so a longer id that begins alike is mixed in."""
    prefix = prefix_of(group_name, job_id)
    items: list[dict[str, Any]] = [
        {"name": stored.key[len(prefix) + 1 :], "size": stored.size, "lastModified": stored.last_modified}
        for stored in (bucket.list(prefix) if bucket else ())
    ]
    return {"prefix": prefix, "items": [item for item in items if not item["name"].startswith(METADATA)]}


def monitoring(bucket: Bucket | None, group_name: str | None, job_id: str) -> Any:
    """The agent's JSON, or null."""
    if bucket is None:
        raise Refused("primehub-store is not enabled.")
    path = bucket.file(f"{prefix_of(group_name, job_id)}/{METADATA}monitoring")
    if path is None:
        return None
    try:
        return parse_json(path.read_text("utf-8", "replace"))
    except SyntaxFault as fault:
        raise Refused(str(fault)) from None
