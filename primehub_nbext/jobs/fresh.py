"""A page of the job list, and what is known of jobs by their ids, in; the page as it is now out.

PrimeHub's lists may be stale without bound: a job that has ended still runs there, one that was just made is missing.
"""

from __future__ import annotations

from typing import Any

from ..notebooks.parameters.flow import to_yaml
from .query import JobQuery
from .search import parameter_words
from .view import JobView

CHANGING = ("phase", "reason", "message", "start_time", "finish_time")


def freshened(page: dict[str, Any], query: JobQuery, known: dict[str, JobView], user: str | None) -> dict[str, Any]:
    """The page with what is known better, and on the first one with jobs that PrimeHub does not list yet.

    known : views of jobs that were asked for by id just now, or are over
    user : whose token is in use, where that is known
    """
    jobs = []
    for listed in page["jobs"]:
        view = known.get(listed["id"])
        fresh = listed.copy()
        if view:
            fresh.update({name: view[name] for name in CHANGING})
        if not query.phases or fresh["phase"] in query.phases:
            jobs.append(fresh)
    there = {job["id"] for job in jobs}
    oldest = (page["next"] or "").partition("~")[2]
    missing = [
        view.copy()
        for job_id, view in known.items()
        if job_id not in there and not query.before and _fits(view, query, user) and view["create_time"] > oldest
    ]
    jobs = sorted([*missing, *jobs], key=lambda job: job["create_time"] or "", reverse=True) if missing else jobs
    return {**page, "jobs": jobs}


def _fits(view: JobView, query: JobQuery, user: str | None) -> bool:
    """Whether a job belongs into the list; only those of which it is certain, so that nothing is there twice."""
    if view.output is None or not isinstance(view["create_time"], str):
        return False
    if query.notebook and view["notebook_path"] != query.notebook.strip("/"):
        return False
    if (query.mine and view["user"] != user) or (query.phases and view["phase"] not in query.phases):
        return False
    parameters = parameter_words(to_yaml(view["parameters"]))
    return query.matches(parameters, view["display_name"], view["id"], view["user"])
