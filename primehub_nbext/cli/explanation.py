"""Why a job is as it is: a job, and the group's resources where they are known, in; its state, and one sentence, out.

The sentences are the dialogs' (static/jobs/explain.js).
PrimeHub's reasons and messages are its controller's: phjob_controller.go of primehub-controller 3.1 to 4.1.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..api import Job
from ..preflight.amounts import number
from .words import duration, text

STATES = {
    "Pending": "waiting",
    "Preparing": "starting",
    "Running": "running",
    "Succeeded": "succeeded",
    "Failed": "failed",
    "Cancelled": "cancelled",
}
MARKS = {
    "waiting": "◌",
    "starting": "○",
    "running": "●",
    "succeeded": "✓",
    "failed": "✕",
    "cancelled": "⊘",
    "unknown": "?",
}
QUOTA_TOLD_AFTER = 15.0  # seconds: every new job is first "over quota", the controller looks once a second
AGAIN = re.compile(r"^Back to pending due to:\s*")
FAILED = re.compile(r"^Job failed due to (?:(\w+): ?|System Error: ?)?")
SCRIPT = re.compile(r"^Artifacts?: ")  # of run-job.sh, after the command
OUT_OF_MEMORY = "Job failed due to OOMKilled"
LONGEST = 300
Resources = Mapping[str, Any]  # as `api.resources` answers them


def state(job: Job) -> str:
    """One of the keys of MARKS."""
    return STATES.get(job["phase"], "unknown")


def needs_resources(job: Job) -> bool:
    """Whether quotas and sizes make its sentence a better one."""
    return state(job) in ("waiting", "failed") and (
        job["reason"] == "OverQuota" or (job["message"] or "").startswith(OUT_OF_MEMORY)
    )


def sentence(job: Job, resources: Resources | None = None) -> str:
    """What the job's state means."""
    now, known = state(job), resources or {}
    if now == "waiting":
        return _waiting(job, known)
    if now == "failed":
        return _failed(job, known)
    tell = {"starting": _starting, "running": _running, "succeeded": _succeeded, "cancelled": _cancelled}.get(now)
    if tell:
        return tell(job)
    return text("why_lost") if job["reason"] == "PodUnknown" else text("why_unknown", phase=job["phase"])


def short_failure(job: Job) -> str:
    """The failing cell and its error, for one cell of a table; "" where none is known."""
    failure, at = job["failure"] or {}, (job["progress"] or {}).get("failed")
    if not at:
        return ""
    return (
        text("failed_cell_error", cell=at, error=_error(failure))
        if failure.get("name")
        else text("failed_cell", cell=at)
    )


def moment(written: str | None) -> datetime | None:
    """A time as PrimeHub writes it, in the reader's zone."""
    try:
        read = datetime.strptime(written or "", "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    return read.replace(tzinfo=timezone.utc).astimezone()


def seconds(job: Job) -> float | None:
    """How long it ran, or has run by now; None where it did not start."""
    began, ended = moment(job["start_time"]), moment(job["finish_time"])
    if began is None or (ended is None and state(job) in ("succeeded", "failed", "cancelled")):
        return None
    return max(0.0, (ended.timestamp() if ended else time.time()) - began.timestamp())


def _waiting(job: Job, resources: Resources) -> str:
    message = job["message"] or ""
    if AGAIN.search(message) and not re.search("quota", message, re.IGNORECASE):
        return text("why_requeued", message=_shortened(AGAIN.sub("", message)))
    made = moment(job["create_time"])
    since = time.time() - made.timestamp() if made else 0.0
    if job["reason"] == "OverQuota" and (AGAIN.search(message) or since > QUOTA_TOLD_AFTER):
        full = _full_quota(job, resources)
        return text("why_quota_of", **full) if full else text("why_quota")
    return text("why_new")


def _full_quota(job: Job, resources: Resources) -> dict[str, str] | None:
    """Which quota of the group leaves no room for the job's instance type, as far as one can see."""
    instance = _instance(job, resources) or {}
    for kind in ("gpu", "cpu", "memory_gb"):
        needed, quota, used = (
            of.get(kind) for of in (instance, resources.get("quota", {}), resources.get("usage", {}))
        )
        if needed and quota is not None and used is not None and used + needed > quota:
            amounts = {"used": number(used), "quota": number(quota), "needed": number(needed)}
            return {"resource": text(f"resource_{kind.replace('_gb', '')}"), **amounts}
    return None


def _instance(job: Job, resources: Resources) -> dict[str, Any] | None:
    return next((each for each in resources.get("instance_types", ()) if each["name"] == job["instance_type"]), None)


def _starting(job: Job) -> str:
    if job["reason"] != "PodPending":
        return text("why_preparing")
    full = re.search("nodes are available|unschedulable|insufficient", job["message"] or "", re.IGNORECASE)
    return text("why_no_node", message=_shortened(job["message"] or "")) if full else text("why_container")


def _running(job: Job) -> str:
    progress = job["progress"]
    if not progress or not progress["total"]:
        return text("why_running")
    if not progress["running"]:
        return text("why_running") if progress["done"] else text("why_kernel")
    return text("why_running_cell", cell=progress["running"], total=progress["total"])


def _succeeded(job: Job) -> str:
    progress = job["progress"]
    if job["runs_as"]:
        return text("why_other", id=job["runs_as"])
    if progress and progress["total"] and progress["done"] == progress["total"]:
        return text("why_succeeded_cells", total=progress["total"])
    return text("why_succeeded")


def _failed(job: Job, resources: Resources) -> str:
    message, failure, at = job["message"] or "", job["failure"] or {}, (job["progress"] or {}).get("failed")
    if job["reason"] == "OverActivateDeadline":
        limit = job["timeout_seconds"]
        return text("why_time_of", limit=duration(limit)) if limit else text("why_time")
    if job["reason"] == "OverRequeueLimit":
        return text("why_given_up")
    if message.startswith(OUT_OF_MEMORY):
        instance = _instance(job, resources)
        if instance and instance["memory_gb"]:
            return text("why_memory_of", memory=number(instance["memory_gb"]), instance=instance["display_name"])
        return text("why_memory", instance=job["instance_type"] or "")
    if at and failure.get("name"):
        return text("why_cell", cell=at, error=_error(failure))
    lines = [line.strip() for line in FAILED.sub("", message).split("\n")]
    line = _shortened(next((each for each in reversed(lines) if each and not SCRIPT.match(each)), ""))
    if line.startswith("The kernel died"):
        return text("why_kernel_died")
    said = re.match("The notebook failed: (.+)", line)
    if said and at:
        return text("why_cell", cell=at, error=said[1])
    if job["reason"] == "PodCreationFailed":
        return text("why_not_started", message=line)
    return text("why_failed", message=line) if line else text("why_failed_plain")


def _cancelled(job: Job) -> str:
    progress = job["progress"]
    if not progress or not progress["total"] or not job["start_time"]:
        return text("why_cancelled")
    at = progress["running"] or (progress["done"] < progress["total"] and progress["done"] + 1)
    return text("why_cancelled_cell", cell=at, total=progress["total"]) if at else text("why_cancelled")


def _error(failure: dict[str, object]) -> str:
    name, value = failure.get("name") or "", str(failure.get("value") or "")
    return _shortened(text("error_named", name=name, value=value.split("\n")[0]) if value else str(name))


def _shortened(said: str) -> str:
    return said[: LONGEST - 1] + "…" if len(said) > LONGEST else said
