"""Cancelling: a job's id in; the job, which does not run any more, out. And the submission with it."""

from __future__ import annotations

import contextlib

from ..context import Context
from ..errors import PrimeHubError
from ..primehub import documents
from ..primehub.errors import JobNotFound, PrimeHubFault
from .claims import CANCELLED, WITHDRAWN, claims_of
from .detail import read_job, view_in_full
from .errors import JobAlreadyOver
from .head import WrittenHead
from .query import OVER
from .view import JobView

# The reasons of jobs that ended by themselves, and the phase that PrimeHub gave them (its phjob_controller.go).
ENDED = {
    "PodSucceeded": "Succeeded",
    "PodFailed": "Failed",
    "PodUnknown": "Unknown",
    "OverActivateDeadline": "Failed",
}


def cancel_job(context: Context, job_id: str, root_dir: str) -> JobView:
    """Cancel a job, and with it the submission; answers the job, and in `ended_before` how it had ended by itself.

    PrimeHub cancels whatever it is told to, and shows a job that had ended as Cancelled from then on. So the phase
    is looked at first; a job that ends between the two requests is relabelled all the same. Of that its reason
    tells, because PrimeHub leaves it as it was.

    Raises JobAlreadyOver, JobNotFound.
    """
    job = read_job(context, job_id)
    if job.get("phase") in OVER:
        raise JobAlreadyOver(job["phase"], link=context.console_link("job", job_id))
    held, others = _cancel_submission(context, job_id, WrittenHead.of(job.get("command")))
    for each in (job_id, *others):
        try:
            context.execute(documents.CANCEL_JOB, {"id": each})
        except PrimeHubFault as fault:
            if held:
                fault.hint = f"{fault.hint} The job has not begun, and will end without running the notebook."
            raise
    with contextlib.suppress(PrimeHubError):  # it is cancelled, whatever cannot be told of it now
        job = read_job(context, job_id)
    view = view_in_full(context, {**job, "phase": "Cancelled"}, root_dir)
    view["ended_before"] = ENDED.get(view["reason"])
    return view


def _cancel_submission(context: Context, job_id: str, job: WrittenHead | None) -> tuple[bool, list[str]]:
    """Keep all jobs of the submission from running the notebook: whether none will, and who else runs it already.

    A rerun is a job of its own, and has no others.
    """
    with claims_of(context.volume, job) as claims, contextlib.suppress(OSError):
        if claims and job and job.attempt and claims.register(job.attempt, job_id) == job_id:
            # The job may be of a round that was given up, and a person has pressed Submit again since.
            holder = claims.hold(claims.current_round(), CANCELLED)
            if holder and holder not in (job_id, CANCELLED, WITHDRAWN):
                with contextlib.suppress(JobNotFound):
                    return False, [holder] if read_job(context, holder).get("phase") not in OVER else []
            return holder == CANCELLED, []
    return False, []
