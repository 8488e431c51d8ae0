"""Waiting: a job's id in; the job, whenever something of it changes and when it has ended, out.

As the notebook server's feed, PrimeHub is asked by id, every 4 s at most (10 s while the job waits), and how far the
job is is read from the group volume.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from ..errors import PrimeHubError
from ..jobs.query import OVER
from ..primehub.errors import JobNotFound, PrimeHubFault
from .kinds import Job
from .notebook_jobs import checked
from .session import ROOT, Session, default_session, with_absolute_paths

TICK_SECONDS = 1.0
PATIENCE_SECONDS = 600.0  # without an answer of PrimeHub, after which nobody waits any longer
REFUSED_SECONDS = 60.0  # as well, while it refuses: it refuses good tokens while its login service is down


def wait(job_id: str, *, timeout: float | None = None, session: Session | None = None) -> Job:
    """The job, once it has ended. Of two jobs of one submission that is the one that ran the notebook.

    timeout : seconds, None for as long as it takes

    Raises TimeoutError, JobNotFound, AccessDenied; what PrimeHub answers, when that goes on for ten minutes (a refusal:
    for one), or from the beginning.
    """
    until = None if timeout is None else time.monotonic() + timeout
    latest: Job | None = None
    for latest, _ in ticks(job_id, session or default_session()):
        if until is not None and time.monotonic() > until and (latest is None or not is_over(latest)):
            raise TimeoutError(f"{job_id} has not ended after {timeout} s")
    assert latest, "it ends with a job that is over, or raises"
    return latest


def watch(job_id: str, *, session: Session | None = None) -> Iterator[Job]:
    """The job now, and again whenever its state, a cell or its failure has changed; the last one has ended.

    Raises as `wait`.
    """
    told: object = None
    for latest, _ in ticks(job_id, session or default_session()):
        if latest is not None and latest is not told:
            yield latest
            told = latest


def is_over(job: Job) -> bool:
    """Whether nothing of it can change any more."""
    return job["phase"] in OVER


def ticks(job_id: str, session: Session) -> Iterator[tuple[Job | None, PrimeHubError | None]]:
    """About once a second: what is known of the job, None before PrimeHub told, and what keeps it from telling now.

    As long as nothing changes, it is the same object. It ends when the job has ended.
    """
    watched, latest, since, heard_at = session.watch, None, "", time.monotonic()
    checked(job_id)
    while True:
        watched.name([job_id])
        if watched.begin():
            session.ask(watched.look, ROOT)
        watched.read_progress()
        answer, problem = watched.changes(since), watched.problem
        since = answer["now"]
        if job_id in answer["gone"]:
            raise JobNotFound()
        latest = _latest(answer, job_id) or latest
        if problem is None:
            heard_at = time.monotonic()
        elif latest is None or time.monotonic() - heard_at > _patience(problem):
            raise problem
        if latest is not None and is_over(latest) and latest["runs_as"]:
            job_id, latest, since = checked(latest["runs_as"]), None, ""
            continue
        yield latest, problem
        if latest is not None and is_over(latest):
            return
        time.sleep(TICK_SECONDS)


def _latest(answer: dict[str, Any], job_id: str) -> Job | None:
    return next((with_absolute_paths(each) for each in answer["jobs"] if each["id"] == job_id), None)


def _patience(problem: PrimeHubError) -> float:
    return PATIENCE_SECONDS if isinstance(problem, PrimeHubFault) else REFUSED_SECONDS
