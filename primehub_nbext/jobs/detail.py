"""One job: its id in; all that is told of it out, as PrimeHub knows it now."""

from __future__ import annotations

from typing import Any

from ..context import Context
from ..errors import InvalidField
from ..primehub import documents
from .asking import ask_about
from .head import WrittenHead
from .view import JobView, view_of_job


def get_job(context: Context, job_id: str, root_dir: str) -> JobView:
    """A job, as docs/rest-api.md describes it, without its progress. Raises JobNotFound, AccessDenied."""
    return view_in_full(context, read_job(context, job_id), root_dir)


def view_in_full(context: Context, job: dict[str, Any], root_dir: str) -> JobView:
    """A PhJob as docs/rest-api.md describes a job, parameters and all. Raises BadAnswer."""
    try:
        return view_of_job(context, job, WrittenHead.of(job.get("command")), root_dir)
    except InvalidField:  # no version wrote such parameters
        return view_of_job(context, job, None, root_dir)


def read_job(context: Context, job_id: str) -> dict[str, Any]:
    """A PhJob with `documents.JOB_FIELDS`, as Kubernetes has it now. Raises JobNotFound, AccessDenied, BadAnswer."""
    return ask_about(context, documents.JOB, job_id)
