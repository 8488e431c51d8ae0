"""Notebook jobs: which of them, or an id, in; the jobs as PrimeHub knows them now, or what was done to one, out."""

from __future__ import annotations

import json
import os
from typing import Any, cast

from ..jobs.cancel import cancel_job
from ..jobs.command import is_job_id
from ..jobs.detail import get_job
from ..jobs.fresh import freshened
from ..jobs.query import LIMIT, JobQuery
from ..jobs.rerun import rerun_job
from ..jobs.taking_over import output_of
from ..primehub.errors import JobNotFound
from .kinds import Job, JobPage
from .session import ROOT, Session, default_session


def jobs(
    *,
    notebook: str | os.PathLike[str] | None = None,
    mine: bool = False,
    search: str = "",
    phase: str = "",
    before: str = "",
    limit: int = LIMIT,
    session: Session | None = None,
) -> JobPage:
    """A page of the group's notebook jobs, newest first.

    notebook : only those that run it
    mine : only those of the token's user
    search : words, each in a job's name, its id, its user's name or its parameters (`lr=0.1`), in any case of letters
    phase : one or more of Pending, Preparing, Running, Succeeded, Failed, Cancelled, Unknown, with commas between
    before : `next` of an earlier page
    limit : how many at most, from 1 to 100

    Raises BadRequest, TokenRequired, OutsideGroupVolume, and what PrimeHub answers.
    """
    session = session or default_session()
    path = "" if notebook is None else session.notebook(notebook)
    arguments = {"mine": "1" if mine else "", "search": search, "phase": phase, "before": before, "limit": str(limit)}
    query = JobQuery.of({**arguments, "notebook": path})
    page = session.ask(session.listing.page, query, ROOT)
    page = freshened(page, query, session.watch.views(), session.context.credentials.describe()["user"])
    return cast(JobPage, {**page, "jobs": [session.job_of(view, brief=True) for view in page["jobs"]]})


def job(job_id: str, *, session: Session | None = None) -> Job:
    """A job: how far it is, and what failed. Raises JobNotFound, AccessDenied, and what PrimeHub answers."""
    session = session or default_session()
    return session.job_of(session.ask(get_job, session.context, checked(job_id), ROOT))


def cancel(job_id: str, *, session: Session | None = None) -> Job:
    """Cancel a job, and with it its whole submission; `ended_before` is how it had ended, if it did in between.

    Raises JobAlreadyOver, JobNotFound, and what PrimeHub answers.
    """
    session = session or default_session()
    view = session.ask(cancel_job, session.context, checked(job_id), ROOT)
    session.watch.add(view)
    return session.job_of(view)


def rerun(job_id: str, *, session: Session | None = None) -> Job:
    """Run a job once more, with the same copy of the notebook and the same parameters; answers the new job.

    PrimeHub does not take a time limit over: `time_limit_dropped` tells, where that makes a difference.

    Raises RerunUnknown, after which it may run; JobNotFound, and what PrimeHub answers.
    """
    session = session or default_session()
    view = session.ask(rerun_job, session.context, checked(job_id), ROOT)
    session.watch.add(view)
    return session.job_of(view)


def outputs(job_id: str, *, session: Session | None = None) -> dict[str, Any]:
    """What the code cells of a job have put out so far, as `GET jobs/<id>/output` answers it.

    Raises OutputNotFound, OutputTooLarge, JobNotFound.
    """
    session = session or default_session()
    view = session.ask(get_job, session.context, checked(job_id), ROOT)
    answer: dict[str, Any] = json.loads(output_of(session.context, view))
    return {**answer, "output_path": with_root(answer["output_path"])}


def checked(job_id: str) -> str:
    """The id, if it can be one: it becomes part of addresses. Raises JobNotFound."""
    if not is_job_id(job_id):
        raise JobNotFound()
    return job_id


def with_root(path: str | None) -> str | None:
    """The absolute path behind Jupyter's."""
    return None if path is None else ROOT + path.lstrip(ROOT)
