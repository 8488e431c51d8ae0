"""Schedules: PhSchedule objects and a field's arguments in; GraphQL's PhSchedule out, and objects made or changed.

Nothing here looks at a cron expression: the controller tells later whether it is one.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..cluster.kubernetes import escaped_label
from . import instance_types, jobs, paging
from .permissions import check_licence, check_member, check_quotas
from .refusals import reading, writing

if TYPE_CHECKING:
    from .execution import Context

KIND = "phschedules"


def view(context: Context, schedule: dict) -> dict:
    """A PhSchedule; its instance type is asked for only when a document does."""
    spec, status = schedule["spec"], schedule.get("status") or {}
    job, recurrence = spec["jobTemplate"]["spec"], spec.get("recurrence") or {}
    kind = job.get("instanceType")
    return {
        "id": schedule["metadata"]["name"],
        "displayName": job.get("displayName"),
        "recurrence": {"type": recurrence.get("type"), "cron": recurrence.get("cron")},
        "command": job.get("command"),
        "groupId": job.get("groupId"),
        "groupName": job.get("groupName"),
        "image": job.get("image"),
        "instanceType": lambda info: instance_types.of_job(context, kind, kind),
        "userId": job.get("userId"),
        "userName": job.get("userName"),
        "createTime": schedule["metadata"]["creationTimestamp"],
        "updateTime": spec.get("updateTime"),
        "nextRunTime": status.get("nextRunTime"),
        "invalid": status.get("invalid", False),
        "message": status.get("message"),
        "activeDeadlineSeconds": job.get("activeDeadlineSeconds"),
    }


def one(context: Context, name: str) -> dict:
    """The schedule object, if its group is one of the caller's. Raises Refused."""
    schedule = reading(context.cluster.kubernetes.get, KIND, name)
    check_member(context, schedule["spec"]["jobTemplate"]["spec"]["groupId"])
    return schedule


def listed(context: Context, info, arguments: dict) -> list[dict]:
    """All that match, the one changed last first where no order is asked for."""
    where = jobs.conditions(arguments)
    if "id" in where:
        return [view(context, one(context, where["id"]))] if where["id"] else []
    found = [view(context, each) for each in reading(context.cluster.kubernetes.list, KIND)]
    found = jobs.matching(context, found, where)
    return paging.ordered(found, arguments.get("orderBy"), paging.names_of(info), ("updateTime", "desc"))


def create(context: Context, data: dict) -> dict:
    """A new schedule object of the caller's, whether or not its cron expression is one. Raises Refused."""
    check_licence(context)
    group = check_quotas(context, data.get("groupId"), data.get("instanceType"))
    check_member(context, data.get("groupId"))
    assert group, "nobody is a member of no group"
    user, name = context.user, f"recurrence-{jobs.suffix()}"
    job = {
        "userId": user.id,
        "userName": user.username,
        "groupId": group.id,
        "groupName": group.name,
        **{field: data.get(field) for field in jobs.FIELDS},
    }
    spec = {
        "updateTime": _now(),
        "recurrence": data.get("recurrence"),
        "jobTemplate": {"metadata": {"labels": {jobs.SCHEDULED_BY: name}}, "spec": job},
    }
    labels = jobs.labels(group.name, user.username)
    return writing(context.cluster.kubernetes.create, KIND, name, spec, labels)


def update(context: Context, name: str, data: dict) -> dict:
    """Merge what is given; a null takes a field away, and is refused by Kubernetes where the field is required.

    The owner stays. Quotas are looked at first, then who may change it, then who may have it in another group.
    """
    job = reading(context.cluster.kubernetes.get, KIND, name)["spec"]["jobTemplate"]["spec"]
    group_id = data.get("groupId") or job["groupId"]
    group = check_quotas(context, group_id, data.get("instanceType") or job["instanceType"])
    check_member(context, job["groupId"])
    if data.get("groupId"):
        check_member(context, data["groupId"])
    assert group, "nobody is a member of no group"
    changed = {field: data[field] for field in jobs.FIELDS if field in data}
    if "groupId" in data:
        changed.update(groupId=data["groupId"], groupName=group.name if data["groupId"] else None)
    patch: dict = {"spec": {"updateTime": _now(), "jobTemplate": {"spec": changed}}}
    if "recurrence" in data:
        patch["spec"]["recurrence"] = data["recurrence"]
    if data.get("groupId"):
        patch["metadata"] = {"labels": {"primehub.io/group": escaped_label(group.name)}}
    return writing(context.cluster.kubernetes.change, KIND, name, patch)


def remove(context: Context, name: str) -> None:
    """Remove a schedule; the jobs that it made stay. Raises Refused."""
    one(context, name)
    writing(context.cluster.kubernetes.remove, KIND, name)


def run(context: Context, name: str) -> dict:
    """A job of the caller's, with no sign of the schedule on it. The answer tells its id and name only."""
    job = jobs.run(context, one(context, name)["spec"]["jobTemplate"]["spec"])
    return {"id": job["metadata"]["name"], "displayName": job["spec"]["displayName"]}


def _now() -> str:
    moment = datetime.now(timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
