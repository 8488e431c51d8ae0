"""PrimeHub jobs of notebooks, from Python: paths, ids and values in; jobs as dicts, as docs/rest-api.md has them, out.

    from primehub_nbext import api

    job = api.submit("train.ipynb", parameters={"lr": 0.1})
    job = api.wait(job["id"])
    print(job["phase"], job["output_path"])

The same code as behind the dropdown and `jupyter primehub`, with the same settings, API token and rules: a submission
runs its notebook once. Functions block; those that wait for PrimeHub do so for `request_timeout` + `settle_timeout`
seconds at most (30 s as it comes), but for `wait`, `watch` and `follow_log`, which end when the job does. What goes
wrong is a `PrimeHubError`, with `code`, `message` (what happened) and `hint` (what to do). Paths are absolute, or
relative to the current folder; in answers they are absolute. Where several settings are needed in one process, each
function takes a `Session`.
"""

from __future__ import annotations

from ..errors import PrimeHubError
from .api_token import forget_token, set_token, whoami
from .job_artifacts import artifacts, download
from .job_logs import follow_log, log
from .kinds import Artifact, Artifacts, Check, Fault, Finding, Job, JobPage, Report
from .mending import fix
from .notebook_jobs import cancel, job, jobs, outputs, rerun
from .report import doctor
from .session import Session
from .submitting import check, resources, submit
from .waiting import wait, watch

__all__ = [
    "Artifact",
    "Artifacts",
    "Check",
    "Fault",
    "Finding",
    "Job",
    "JobPage",
    "PrimeHubError",
    "Report",
    "Session",
    "artifacts",
    "cancel",
    "check",
    "doctor",
    "download",
    "fix",
    "follow_log",
    "forget_token",
    "job",
    "jobs",
    "log",
    "outputs",
    "rerun",
    "resources",
    "set_token",
    "submit",
    "wait",
    "watch",
    "whoami",
]
