"""Views: a PhJob and the NotebookJob of its command in; the job as docs/rest-api.md describes it out."""

from __future__ import annotations

import math
import os
import re
from datetime import datetime, timezone
from typing import Any

from ..context import Context
from ..notebooks.parameters.text import typed
from ..notebooks.volume import GroupVolume, jupyter_path
from ..primehub.errors import BadAnswer
from .claims import claims_of
from .command import NotebookJob, is_job_id
from .head import JobHead, WrittenHead


class JobView(dict[str, Any]):
    """A job as docs/rest-api.md describes it; `output`: path of its output notebook relative to the group volume."""

    output: str | None = None

    def copy(self) -> JobView:
        """The same in an object of its own."""
        same = JobView(self)
        same.output = self.output
        return same


def now_text() -> str:
    """This moment as PrimeHub writes times: whole seconds, UTC."""
    return f"{datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}"


def state_of(job: dict[str, Any]) -> dict[str, Any]:
    """What changes while a job lives, of a PhJob."""
    return {
        "phase": _text(job.get("phase")) or "Unknown",
        "reason": _text(job.get("reason")),
        "message": _message(job.get("message")),
        "start_time": _text(job.get("startTime")),
        "finish_time": _text(job.get("finishTime")),
        "timeout_seconds": _seconds(job.get("activeDeadlineSeconds")),  # null until the controller has looked
    }


def view_of_job(
    context: Context,
    job: dict[str, Any],
    notebook_job: NotebookJob | WrittenHead | None,
    root_dir: str,
    glance: bool = False,
) -> JobView:
    """A PhJob (as `documents.JOB_FIELDS` has it) as docs/rest-api.md describes a job; `glance`: one of many.

    Raises BadAnswer, and InvalidParameters for a head whose parameters no version wrote.
    """
    if not is_job_id(job.get("id")):
        raise BadAnswer()
    job_id = job["id"]
    instance_type = job.get("instanceType")
    view = JobView(
        {
            "id": job_id,
            "display_name": _text(job.get("displayName")),
            **state_of(job),
            "console_url": context.console_link("job", job_id),
            "notebook_path": None,
            "output_path": None,
            "working_directory": None,
            "snapshot_path": None,
            "parameters": {},
            "parameters_text": {},
            "instance_type": _text(instance_type.get("name")) if isinstance(instance_type, dict) else None,
            "image": _text(job.get("image")),
            "user": _text(job.get("userName")),
            "submission_id": None,
            "create_time": _text(job.get("createTime")),
            "progress": None,
            "failure": None,
            "runs_as": None,
        }
    )
    if notebook_job:
        parameters = notebook_job.glance() if glance else notebook_job.parameters
        view.update(notebook_fields(context, notebook_job, job_id, root_dir), parameters=_plain(parameters))
        view["parameters_text"] = None if parameters is None else {name: typed(parameters[name]) for name in parameters}
        if notebook_job.volume == context.volume.path:
            view.output = os.path.join(notebook_job.folder, notebook_job.output(job_id))
    return view


def view_of_submission(context: Context, record: dict[str, Any], job: NotebookJob, root_dir: str) -> JobView:
    """The job of a submission, from what `submissions.Submissions.submit` answers."""
    view = view_of_job(
        context,
        {
            "id": record["id"],
            "displayName": record.get("display_name"),
            "phase": record.get("phase"),
            "image": record.get("image"),
            "instanceType": {"name": record.get("instance_type")},
            "activeDeadlineSeconds": record.get("timeout_seconds"),
            "userName": record.get("user"),
            "createTime": record.get("create_time"),
        },
        job,
        root_dir,
    )
    view["notebook_path"] = record["notebook_path"]
    return view


def notebook_fields(context: Context, job: JobHead, job_id: str, root_dir: str) -> dict[str, Any]:
    """What is told of a job that runs a notebook; paths outside Jupyter's root, `root_dir`, are None."""
    return {
        "notebook_path": jupyter_path(root_dir, job.notebook_path),
        "output_path": jupyter_path(root_dir, os.path.join(job.working_directory, job.output(job_id))),
        "working_directory": job.working_directory,
        "snapshot_path": job.snapshot,
        "submission_id": job.submission_id,
        "runs_as": runs_as(context.volume, job, job_id),
    }


def runs_as(volume: GroupVolume, job: JobHead, job_id: str) -> str | None:
    """The id of the job that runs the notebook of a submission in place of this one, which ends at once."""
    with claims_of(volume, job) as claims:
        return claims.runs_as(job_id, job.attempt) if claims and job.attempt else None


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: `.nan` and `.inf`, which it cannot, as one would type them."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _message(value: object) -> str | None:
    """What PrimeHub keeps of a log, without the empty lines that put a sentence where its console shows it."""
    text = _text(value, 4000)
    return re.sub(r"\n{3,}", "\n\n", text) if text else text


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _text(value: object, longest: int = 10_000) -> str | None:
    if not isinstance(value, str):
        return None
    return value[:longest]
