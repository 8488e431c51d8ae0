"""Asking about one job: a document with `phJob` and the job's id in; the PhJob out."""

from __future__ import annotations

from typing import Any

from ..context import Context
from ..primehub.errors import BadAnswer, JobNotFound


def ask_about(context: Context, document: str, job_id: str, **options: Any) -> dict[str, Any]:
    """The job as Kubernetes has it now, with the document's fields; for `options` see client.Client.execute.

    Raises JobNotFound, AccessDenied, BadAnswer.
    """
    job = context.execute(document, {"id": job_id}, **options).get("phJob")
    if job is None:
        raise JobNotFound()
    if not isinstance(job, dict):
        raise BadAnswer()
    return job
