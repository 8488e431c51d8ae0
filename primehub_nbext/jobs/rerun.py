"""Rerunning: a job's id in; the new job, and what PrimeHub did not take over from the old one, out."""

from __future__ import annotations

import contextlib
from typing import Any

from ..context import Context
from ..errors import PrimeHubError
from ..notebooks.errors import InvalidParameters
from ..notebooks.parameters.text import read_parameters, to_text
from ..primehub import documents
from ..primehub.errors import PrimeHubFault
from .claims import claims_of
from .command import is_job_id
from .detail import get_job, read_job, view_in_full
from .errors import RerunUnknown
from .head import WrittenHead
from .view import JobView, view_of_job


def rerun_job(context: Context, job_id: str, root_dir: str) -> JobView:
    """Run a job's command once more; answers the new job, and what PrimeHub did not take over from the old one.

    Raises RerunUnknown, JobNotFound.
    """
    old = read_job(context, job_id)
    notebook_job = WrittenHead.of(old.get("command"))
    with claims_of(context.volume, notebook_job) as claims, contextlib.suppress(OSError):
        if claims and notebook_job and notebook_job.attempt:
            # or the new job, should it start before the old one, would be taken for it
            claims.register(notebook_job.attempt, job_id)
    try:
        new = context.execute(documents.RERUN_JOB, {"id": job_id}, idempotent=False).get("rerunPhJob")
    except PrimeHubFault as fault:
        if not fault.sent or (fault.answered and not getattr(fault, "cut_off", False)):
            raise
        unknown = RerunUnknown(link=context.console_link("job"))
        unknown.status = fault.status
        raise unknown from None
    if not isinstance(new, dict) or not is_job_id(new.get("id")):
        raise RerunUnknown(link=context.console_link("job"))
    try:
        view = get_job(context, new["id"], root_dir)
    except PrimeHubError:
        view = view_of_job(context, new, None, root_dir)  # it runs, whatever cannot be told of it
    view["time_limit_dropped"] = _time_limit_dropped(context, old, root_dir)
    return view


def _time_limit_dropped(context: Context, old: dict[str, Any], root_dir: str) -> dict[str, Any] | None:
    """The time limit that a rerun lost, and the body of a `POST jobs` that would keep it, where there can be one.

    None where it had no limit of its own: the group's default is given to the new job, too.
    """
    seconds = old.get("activeDeadlineSeconds")
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return None
    with contextlib.suppress(PrimeHubError):
        resources = context.resources.get(context.group.id, context.credentials.require())
        if seconds == resources.default_timeout_seconds:
            return None
    view = view_in_full(context, old, root_dir)
    wanted = ("notebook_path", "display_name", "instance_type", "image")
    head, again = WrittenHead.of(old.get("command")), None
    with contextlib.suppress(InvalidParameters):  # infinity, for example, which no job is given any more
        # As text: in a browser's JSON 1.0 would become 1, and a large number another.
        parameters = to_text(head.parameters if head else {})
        read_parameters(parameters)
        again = {**{name: view[name] for name in wanted}, "parameters": parameters, "timeout_seconds": seconds}
    return {"seconds": seconds, "submit_again": again if head and view["notebook_path"] else None}
