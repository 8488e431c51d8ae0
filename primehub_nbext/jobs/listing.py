"""PrimeHub's jobs in; the working group's notebook jobs, or one of them with its progress, out."""

from __future__ import annotations

import os
from typing import Any

from ..context import Context
from ..primehub import documents
from ..primehub.errors import BadAnswer
from .asking import ask_about
from .command import NotebookJob, is_job_id
from .progress import read_progress
from .view import view_of_job

OVER = ("Succeeded", "Failed", "Cancelled", "Unknown")


def list_jobs(context: Context, root_dir: str) -> list[dict[str, Any]]:
    """The group's notebook jobs, newest first."""
    data = context.execute(documents.JOBS, {"group": context.group.id})
    if not isinstance(data.get("phJobs"), list):
        raise BadAnswer()
    found = [
        (each, NotebookJob.from_command(each.get("command")))
        for each in data["phJobs"]
        if isinstance(each, dict) and is_job_id(each.get("id"))
    ]
    views = [view_of_job(context, each, job, root_dir) for each, job in found if job]
    return sorted(views, key=lambda view: view["create_time"] or "", reverse=True)


def get_job(context: Context, job_id: str, root_dir: str) -> dict[str, Any]:
    """A job, with its progress. Raises JobNotFound, AccessDenied."""
    return view_with_progress(context, read_job(context, job_id), root_dir)


def view_with_progress(context: Context, job: dict[str, Any], root_dir: str) -> dict[str, Any]:
    """A PhJob as docs/rest-api.md describes a job, and how far its output notebook is. Raises BadAnswer."""
    notebook_job = NotebookJob.from_command(job.get("command"))
    view = view_of_job(context, job, notebook_job, root_dir)
    if notebook_job and notebook_job.volume == context.volume.path:
        path = os.path.join(notebook_job.folder, notebook_job.output(view["id"]))
        view["progress"] = read_progress(context.volume, path, view["phase"] in OVER)
    return view


def read_job(context: Context, job_id: str) -> dict[str, Any]:
    """A PhJob with `documents.JOB_FIELDS`, as Kubernetes has it now. Raises JobNotFound, AccessDenied, BadAnswer."""
    return ask_about(context, documents.JOB, job_id)
