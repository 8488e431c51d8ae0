"""The last run of a notebook: what is known of its jobs, and the volume, in; how it ended, and what runs now, out.

PrimeHub is asked nothing: what it told last, the job's output notebook and what its agent measured are looked at.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..notebooks.volume import GroupVolume
from ..preflight.earlier import LastRun
from ..primehub.quantities import GIGABYTE
from ..primehub.resources import Resources
from .command import NotebookJob
from .outputs import OutputNotebooks, names_in
from .peaks import Peaks
from .query import OVER
from .view import JobView


def running_of(job: NotebookJob, views: Iterable[JobView]) -> list[dict[str, Any]]:
    """The jobs that run a notebook now or wait to, as Subject has them, the latest first."""
    running = [view for view in _own(job, views) if view["phase"] not in OVER]
    names = ("id", "phase", "user", "console_url")
    return [{name: view[name] for name in names} for view in sorted(running, key=lambda v: v["id"], reverse=True)]


def last_run_of(
    job: NotebookJob,
    volume: GroupVolume,
    views: Iterable[JobView],
    outputs: OutputNotebooks,
    peaks: Peaks,
    resources: Resources | None,
) -> LastRun | None:
    """The last job of a notebook that has ended.

    job : one of the notebook, for the names that its jobs give to their outputs
    views : of jobs of any notebook, as PrimeHub told of them
    peaks : what jobs used at most
    resources : for the memory that instance types have
    """
    known = {view["id"]: view for view in _own(job, views)}
    pattern = re.compile(re.escape(job.output("\0")).replace("\0", "(job-[0-9]{12}-[0-9a-z]{1,6})"))
    written = {match[1] for name in names_in(volume, job.folder) if (match := pattern.fullmatch(name))}
    for job_id in sorted(written | {each for each, view in known.items() if view["phase"] in OVER}, reverse=True):
        view = known.get(job_id)
        if view and view["phase"] not in OVER:
            continue
        output = os.path.join(job.folder, job.output(job_id)) if job_id in written else None
        progress, failure = outputs.tell(volume, output, over=True, brief=True)
        complete = progress is not None and progress["done"] == progress["total"] > 0
        if view is None and not (complete or failure):
            continue  # it may run still, for all that is known
        return LastRun(
            id=job_id,
            complete=complete,
            seconds=_seconds(view, progress),
            error=(failure or {}).get("name"),
            value=(failure or {}).get("value"),
            peak_gb=memory / GIGABYTE if (memory := peaks.memory(job_id)) else None,
            **_told(view, outputs.made_in(volume, output, job_id), resources),
        )
    return None


def _own(job: NotebookJob, views: Iterable[JobView]) -> list[JobView]:
    """The jobs that run this notebook, and not in another one's place."""
    return [
        view
        for view in views
        if view.output == os.path.join(job.folder, job.output(view["id"])) and not view["runs_as"]
    ]


def _told(view: JobView | None, made_in: dict[str, str], resources: Resources | None) -> dict[str, Any]:
    """What PrimeHub told of the job; where it did not, what the job noted in its output notebook."""
    told: dict[str, Any] = view or {"reason": None, "message": None, "timeout_seconds": None, **made_in}
    types = resources.instance_types if resources else ()
    instance = next((each for each in types if each.name == told.get("instance_type")), None)
    return {
        "reason": told["reason"] or "",
        "message": told["message"] or "",
        "timeout_seconds": told["timeout_seconds"],
        "image": told.get("image"),
        "memory_gb": (instance.memory_gb or None) if instance else None,
    }


def _seconds(view: JobView | None, progress: dict[str, Any] | None) -> float | None:
    """How long it ran: as PrimeHub counts, else as papermill noted."""
    times: list[Any] = [view[name] for name in ("start_time", "finish_time")] if view else [None, None]
    try:
        start, finish = (datetime.strptime(each, "%Y-%m-%dT%H:%M:%SZ") for each in times)
        return max(0.0, (finish - start).total_seconds())
    except (TypeError, ValueError):  # not known, or in another form
        return progress["seconds"] if progress else None
