"""Jobs: PhJob objects and a field's arguments in; GraphQL's PhJob out, and objects made or changed.

One job and all changes go to Kubernetes; lists come from the console's cache, which can be stale.
"""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..cluster.kubernetes import escaped_label
from . import artifacts, instance_types, paging
from .people import mine
from .permissions import check_licence, check_member, check_quotas
from .refusals import asking, reading, type_error, writing

if TYPE_CHECKING:
    from .execution import Context

KIND = "phjobs"
SCHEDULED_BY = "phjob.primehub.io/scheduledBy"
FIELDS = ("displayName", "command", "image", "instanceType", "activeDeadlineSeconds")


def phase_of(job: dict) -> str:
    """Cancelled as soon as somebody asked for it, whatever the controller has done yet."""
    if job["spec"].get("cancel"):
        return "Cancelled"
    return (job.get("status") or {}).get("phase") or "Pending"


def view(context: Context, job: dict) -> dict:
    """A PhJob; what costs more than reading the object (instance type, artifacts, monitoring) waits to be asked for."""
    name, spec, status = job["metadata"]["name"], job["spec"], job.get("status") or {}
    cluster, kind = context.cluster, spec.get("instanceType")
    return {
        "id": name,
        "displayName": spec.get("displayName"),
        "cancel": spec.get("cancel"),
        "command": spec.get("command"),
        "groupId": spec.get("groupId"),
        "groupName": spec.get("groupName"),
        "image": spec.get("image"),
        "instanceType": lambda info: instance_types.of_job(context, kind, f"{kind}-not-found"),
        "userId": spec.get("userId"),
        "userName": spec.get("userName"),
        "phase": phase_of(job),
        "reason": status.get("reason"),
        "message": status.get("message"),
        "schedule": job["metadata"].get("labels", {}).get(SCHEDULED_BY),
        "createTime": job["metadata"]["creationTimestamp"],
        "startTime": status.get("startTime"),
        "finishTime": status.get("finishTime"),
        "logEndpoint": f"{cluster.public_url}/api/logs/namespaces/{cluster.namespace}/phjobs/{name}",
        "activeDeadlineSeconds": spec.get("activeDeadlineSeconds"),
        "artifact": lambda info: artifacts.listed(cluster.bucket, spec.get("groupName"), name),
        "monitoring": lambda info: artifacts.monitoring(cluster.bucket, spec.get("groupName"), name),
    }


def one(context: Context, name: str) -> dict:
    """The job object, if its group is one of the caller's. Raises Refused."""
    job = reading(context.cluster.kubernetes.get, KIND, name)
    check_member(context, job["spec"]["groupId"])
    return job


def listed(context: Context, info, arguments: dict) -> list[dict]:
    """All that match, in order, before pages are cut."""
    where = conditions(arguments)
    if "id" in where:
        return [view(context, one(context, where["id"]))] if where["id"] else []
    found = [view(context, job) for job in context.cluster.job_list.all() if _visible(job["spec"], where)]
    found = matching(context, found, where)
    return paging.ordered(found, arguments.get("orderBy"), paging.names_of(info), ("createTime", "desc"))


def _visible(spec: dict, where: dict) -> bool:
    return not where.get("groupId_in") or spec.get("groupId") in where["groupId_in"]


def conditions(arguments: dict) -> dict:
    """The `where` of a list. Raises Refused for a null."""
    where = arguments.get("where", {})
    if where is None:
        raise type_error("groupId_in", "null")
    return where


def matching(context: Context, records: list[dict], where: dict) -> list[dict]:
    """Those of the caller's groups that match: ids of other groups drop out, none and null mean all."""
    allowed = {group.id for group in mine(context)}
    if where.get("groupId_in"):
        allowed &= set(where["groupId_in"])
    contains, search = where.get("displayName_contains", ""), (where.get("search") or "").lower()
    if contains is None:
        return []
    return [
        each
        for each in records
        if each["groupId"] in allowed
        and (not where.get("mine") or each["userId"] == context.user.id)
        and contains in (each["displayName"] or "")
        and (search in each["id"].lower() or search in (each["displayName"] or "").lower())
    ]


def create(context: Context, data: dict) -> dict:
    """A new job object. What image it names, and whose instance type, only the controller looks at, later."""
    check_licence(context)
    group = check_quotas(context, data.get("groupId"), data.get("instanceType"))
    check_member(context, data.get("groupId"))
    assert group, "nobody is a member of no group"
    return _create(context, data, group.id, group.name)


def rerun(context: Context, name: str) -> dict:
    """The same anew, of whoever asks; the time limit and the schedule are dropped."""
    spec = one(context, name)["spec"]
    again = {field: spec.get(field) for field in FIELDS if field != "activeDeadlineSeconds"}
    return _create(context, again, spec["groupId"], spec["groupName"])


def run(context: Context, template: dict) -> dict:
    """The job of a schedule's template, of whoever asks."""
    group = asking(context.cluster.keycloak.group, template["groupId"])
    return _create(context, template, template["groupId"], group.name if group else template["groupName"])


def cancel(context: Context, name: str) -> None:
    """Ask the controller to cancel a job, which it is told of even where it has ended. Raises Refused."""
    one(context, name)
    writing(context.cluster.kubernetes.change, KIND, name, {"spec": {"cancel": True}})


def _create(context: Context, data: dict, group_id: str, group_name: str) -> dict:
    user = context.user
    spec = {
        "cancel": False,
        "userId": user.id,
        "userName": user.username,
        "groupId": group_id,
        "groupName": group_name,
        **{field: data.get(field) for field in FIELDS},
    }
    name = f"job-{datetime.now(timezone.utc):%Y%m%d%H%M}-{suffix()}"
    return writing(context.cluster.kubernetes.create, KIND, name, spec, labels(group_name, user.username))


def labels(group_name: str, username: str) -> dict[str, str]:
    """What PrimeHub writes into the labels of a job or schedule: whose it is."""
    return {"primehub.io/group": escaped_label(group_name), "primehub.io/user": escaped_label(username)}


def suffix() -> str:
    """Six random lower-case letters and digits, the last part of a job's or schedule's name."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
