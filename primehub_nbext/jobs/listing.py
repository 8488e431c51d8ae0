"""Notebook jobs: PrimeHub's jobs in; jobs as the REST API answers them out. Also cancel and rerun."""

from __future__ import annotations

import contextlib
import math
import os
import re
from collections.abc import Iterator

from . import errors, queries
from .claims import CANCELLED, WITHDRAWN, Claims, open_claims
from .notebook_job import NotebookJob, is_job_id
from .progress import read_progress
from .volumes import GroupVolume
from .workspace import Workspace

OVER = ("Succeeded", "Failed", "Cancelled", "Unknown")
# The reasons of jobs that ended by themselves, and the phase that PrimeHub gave them (its phjob_controller.go).
ENDED = {
    "PodSucceeded": "Succeeded",
    "PodFailed": "Failed",
    "PodUnknown": "Unknown",
    "OverActivateDeadline": "Failed",
}


class Jobs:
    """The working group's jobs."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace

    def list(self, root_dir: str) -> list[dict]:
        """The group's notebook jobs, newest first."""
        data = self._execute(queries.JOBS, {"group": self.workspace.group.id})
        if not isinstance(data.get("phJobs"), list):
            raise errors.BadAnswer()
        found = [
            (each, NotebookJob.from_command(each.get("command")))
            for each in data["phJobs"]
            if isinstance(each, dict) and is_job_id(each.get("id"))
        ]
        views = [self.view(each, job, root_dir) for each, job in found if job]
        return sorted(views, key=lambda view: view["create_time"] or "", reverse=True)

    def get(self, job_id: str, root_dir: str) -> dict:
        """A job, with its progress. Raises errors.JobNotFound, errors.AccessDenied."""
        return self._view_with_progress(self._read(job_id), root_dir)

    def _view_with_progress(self, job: dict, root_dir: str) -> dict:
        notebook_job = NotebookJob.from_command(job.get("command"))
        view = self.view(job, notebook_job, root_dir)
        if notebook_job and notebook_job.volume == self.workspace.volume.path:
            path = os.path.join(notebook_job.folder, notebook_job.output(view["id"]))
            view["progress"] = read_progress(self.workspace.volume, path, view["phase"] in OVER)
        return view

    def cancel(self, job_id: str, root_dir: str) -> dict:
        """Cancel a job, and with it the submission; answers it, with `ended_before` if it turns out to have ended by
        itself.

        PrimeHub cancels whatever it is told to, and shows a job that had ended as Cancelled from then on. So the phase
        is looked at first; a job that ends between the two requests is relabelled all the same. Of that its reason
        tells, because PrimeHub leaves it as it was.

        Raises errors.JobAlreadyOver, errors.JobNotFound.
        """
        job = self._read(job_id)
        if job.get("phase") in OVER:
            raise errors.JobAlreadyOver(job["phase"], link=self.workspace.console_link("job", job_id))
        others = self._cancel_submission(job_id, NotebookJob.from_command(job.get("command")))
        for each in (job_id, *others):
            try:
                self._execute(queries.CANCEL_JOB, {"id": each})
            except errors.PrimeHubFault as fault:
                fault.hint = f"{fault.hint} If the job has not begun, it will not run the notebook."
                raise
        with contextlib.suppress(errors.PrimeHubError):  # it is cancelled, whatever cannot be told of it now
            job = self._read(job_id)
        view = self._view_with_progress({**job, "phase": "Cancelled"}, root_dir)
        return {**view, "ended_before": ENDED.get(view["reason"])}

    def _cancel_submission(self, job_id: str, job: NotebookJob | None) -> list[str]:
        """Keep all other jobs of the submission from running the notebook; answers which of them runs it already.

        A rerun is a job of its own, and has no others.
        """
        with claims_of(self.workspace.volume, job) as claims, contextlib.suppress(OSError):
            if claims and claims.register(job.attempt, job_id) == job_id:
                # The job may be of a round that was given up, and a person has pressed Submit again since.
                holder = claims.hold(claims.current_round(), CANCELLED)
                if holder and holder not in (job_id, CANCELLED, WITHDRAWN):
                    with contextlib.suppress(errors.JobNotFound):
                        return [holder] if self._read(holder).get("phase") not in OVER else []
        return []

    def rerun(self, job_id: str, root_dir: str) -> dict:
        """Run a job's command once more; answers the new job, and what PrimeHub did not take over from the old one.

        Raises errors.RerunUnknown, errors.JobNotFound.
        """
        old = self._read(job_id)
        notebook_job = NotebookJob.from_command(old.get("command"))
        with claims_of(self.workspace.volume, notebook_job) as claims, contextlib.suppress(OSError):
            if claims:  # or the new job, should it start before the old one, would be taken for it
                claims.register(notebook_job.attempt, job_id)
        try:
            new = self._execute(queries.RERUN_JOB, {"id": job_id}, idempotent=False).get("rerunPhJob")
        except errors.PrimeHubFault as fault:
            if not fault.sent or (fault.answered and not getattr(fault, "cut_off", False)):
                raise
            unknown = errors.RerunUnknown(link=self.workspace.console_link("job"))
            unknown.status = fault.status
            raise unknown from None
        if not isinstance(new, dict) or not is_job_id(new.get("id")):
            raise errors.RerunUnknown(link=self.workspace.console_link("job"))
        try:
            view = self.get(new["id"], root_dir)
        except errors.PrimeHubError:
            view = self.view(new, None, root_dir)  # it runs, whatever cannot be told of it
        return {**view, "time_limit_dropped": self._time_limit_dropped(old, root_dir)}

    def _time_limit_dropped(self, old: dict, root_dir: str) -> dict | None:
        """The time limit that a rerun lost, and the body of a `POST jobs` that would keep it, where there can be one.

        None where it had no limit of its own: the group's default is given to the new job, too.
        """
        seconds = old.get("activeDeadlineSeconds")
        if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
            return None
        with contextlib.suppress(errors.PrimeHubError):
            resources = self.workspace.resources.get(self.workspace.group.id, self.workspace.credentials.require())
            if seconds == resources.default_timeout_seconds:
                return None
        job = NotebookJob.from_command(old.get("command"))
        view = self.view(old, job, root_dir)
        wanted = ("notebook_path", "display_name", "instance_type", "image", "parameters")
        again = {**{name: view[name] for name in wanted}, "timeout_seconds": seconds}
        # JSON has no .inf and no .nan, so parameters that hold one cannot be sent again.
        possible = job and view["notebook_path"] and view["parameters"] == job.parameters
        return {"seconds": seconds, "submit_again": again if possible else None}

    def _read(self, job_id: str) -> dict:
        """A PhJob with `queries.JOB_FIELDS`, as Kubernetes has it now."""
        job = self._execute(queries.JOB, {"id": job_id}).get("phJob")
        if job is None:
            raise errors.JobNotFound()
        if not isinstance(job, dict):
            raise errors.BadAnswer()
        return job

    def view(self, job: dict, notebook_job: NotebookJob | None, root_dir: str) -> dict:
        """A PhJob (as `queries.JOB_FIELDS` has it) as docs/rest-api.md describes a job."""
        if not is_job_id(job.get("id")):
            raise errors.BadAnswer()
        job_id = job["id"]
        instance_type = job.get("instanceType")
        view = {
            "id": job_id,
            "display_name": _text(job.get("displayName")),
            "phase": _text(job.get("phase")) or "Unknown",
            "reason": _text(job.get("reason")),
            "message": _message(job.get("message")),
            "console_url": self.workspace.console_link("job", job_id),
            "notebook_path": None,
            "output_path": None,
            "working_directory": None,
            "parameters": {},
            "instance_type": _text(instance_type.get("name")) if isinstance(instance_type, dict) else None,
            "image": _text(job.get("image")),
            "user": _text(job.get("userName")),
            "submission_id": None,
            "create_time": _text(job.get("createTime")),
            "start_time": _text(job.get("startTime")),
            "finish_time": _text(job.get("finishTime")),
            "progress": None,
            "runs_as": None,
        }
        if notebook_job:
            view = {**view, **notebook_fields(self.workspace, notebook_job, job_id, root_dir)}
        return view

    def view_of_submission(self, record: dict, job: NotebookJob, root_dir: str) -> dict:
        """The job of a submission, from what `submissions.Submissions.submit` answers."""
        view = self.view(
            {
                "id": record["id"],
                "displayName": record.get("display_name"),
                "phase": record.get("phase"),
                "image": record.get("image"),
                "instanceType": {"name": record.get("instance_type")},
                "userName": record.get("user"),
                "createTime": record.get("create_time"),
            },
            job,
            root_dir,
        )
        return {**view, "notebook_path": record["notebook_path"]}

    def _execute(self, document: str, variables: dict, idempotent: bool = True) -> dict:
        return self.workspace.client.execute(
            document, variables, self.workspace.credentials.require(), idempotent=idempotent
        )


def notebook_fields(workspace: Workspace, job: NotebookJob, job_id: str, root_dir: str) -> dict:
    return {
        "notebook_path": workspace.jupyter_path(root_dir, job.notebook_path),
        "output_path": workspace.jupyter_path(root_dir, os.path.join(job.working_directory, job.output(job_id))),
        "working_directory": job.working_directory,
        "parameters": _plain(job.parameters),
        "submission_id": job.submission_id,
        "runs_as": runs_as(workspace.volume, job, job_id),
    }


def runs_as(volume: GroupVolume, job: NotebookJob, job_id: str) -> str | None:
    """The id of the job that runs the notebook of a submission in place of this one, which ends at once."""
    with claims_of(volume, job) as claims:
        return claims.runs_as(job_id, job.attempt) if claims else None


@contextlib.contextmanager
def claims_of(volume: GroupVolume, job: NotebookJob | None) -> Iterator[Claims | None]:
    """The claims of a job's submission; None for jobs that have none: of another volume, or of version 1."""
    if job is None or job.attempt is None or job.volume != volume.path:
        yield None
    else:
        with open_claims(volume, job.submission_id) as claims:
            yield claims


def _plain(value):
    """A value as JSON can hold it: `.nan` and `.inf`, which it cannot, as one would type them."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _message(value) -> str | None:
    """What PrimeHub keeps of a log, without the empty lines that put a sentence where its console shows it."""
    text = _text(value, 4000)
    return re.sub(r"\n{3,}", "\n\n", text) if text else text


def _text(value, longest: int = 10_000) -> str | None:
    if not isinstance(value, str):
        return None
    return value[:longest]
