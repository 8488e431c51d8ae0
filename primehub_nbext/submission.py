"""Submissions: a JobRequest in; the one job of it out, however often it is asked for.

`createPhJob` is not idempotent and its answer may get lost. So before it is sent, `submission.json` beside the snapshot
notes that it will be ("sent"), and afterwards which job it made ("created"). A submission that was sent and not
confirmed is looked up among the caller's jobs by its id, which is part of the command, and sent again only when it is
certain that it made no job:

- PrimeHub itself answered that something failed, and `settle_timeout` seconds later its list (which may lag) has no
  such job; or
- nobody knows when PrimeHub ended: no answer came, or a gateway's, or half of one, or this server was killed. Then
  `create_timeout` + `settle_timeout` seconds after sending.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
from weakref import WeakValueDictionary

from . import errors, queries, snapshots
from .job_request import JobRequest
from .notebook_job import NotebookJob, is_job_id
from .snapshots import SubmissionFolder
from .volumes import NotebookPlace
from .workspace import Workspace

FIRST_WAIT, LONGEST_WAIT = 0.25, 2.0  # seconds between two looks at PrimeHub's job list
SWEEP_INTERVAL = 86400.0  # seconds between two sweeps of one server


class Submissions:
    """Makes jobs of requests, for one workspace."""

    def __init__(self, workspace: Workspace):
        self.workspace = workspace
        self.config = workspace.config
        self._locks: WeakValueDictionary = WeakValueDictionary()
        self._mutex = threading.Lock()
        self._swept_at: float | None = None

    def submit(self, request: JobRequest, root_dir: str) -> tuple[dict, NotebookJob, bool]:
        """Submit a notebook; blocks until PrimeHub has answered or has been asked again and again.

        Returns
        -------
        (record, job, created)
            `record` has `id`, `display_name`, `phase`, `user`, `create_time`, `instance_type`, `image`; `created` is
            False when the job is that of an earlier request with the same submission id.

        Raises
        ------
        errors.PrimeHubError
            With nothing submitted, but for errors.SubmissionUnknown.
        """
        volume = self.workspace.volume
        volume.require_mounted()
        with self._lock(request.submission_id):
            if not SubmissionFolder.exists(volume, request.submission_id):
                self._check(request, root_dir)  # what is refused leaves no file behind
            with SubmissionFolder(volume, request.submission_id) as folder:
                earlier = self._earlier(folder, request)
                if earlier:
                    return earlier, NotebookJob.from_command(earlier["command"]), False
                try:
                    job = self._prepare(folder, request, root_dir)
                    command = job.to_command()
                except BaseException:
                    folder.remove()
                    raise
                return self._create(folder, request, command), job, True

    def sweep(self) -> list[str]:
        """Remove old snapshots that no job needs, at most once a day; nothing at all when PrimeHub cannot be asked."""
        now = time.monotonic()
        with self._mutex:
            due = self._swept_at is None or now - self._swept_at > SWEEP_INTERVAL
            if not (self.config.sweep and self.config.snapshot_max_age and due):
                return []
            self._swept_at = now
        try:
            data = self.workspace.client.execute(
                queries.GROUP_COMMANDS,
                {"group": self.workspace.group.id},
                self.workspace.credentials.require(),
                partial=False,
            )
            lists = [data["phJobs"], data["phSchedules"]]
            commands = [each["command"] for part in lists for each in part]
        except (errors.PrimeHubError, KeyError, TypeError):
            return []
        if not all(isinstance(part, list) for part in lists) or not all(isinstance(each, str) for each in commands):
            return []  # a part of the answer is missing, and a snapshot that it needs must stay
        return snapshots.sweep(self.workspace.volume, commands, self.config.snapshot_max_age)

    def _check(self, request: JobRequest, root_dir: str) -> NotebookPlace:
        """What can be refused without writing anything."""
        place = self.workspace.volume.place(root_dir, request.notebook_path)
        token = self.workspace.credentials.require()
        self.workspace.resources.choose(self.workspace.group.id, token, request.instance_type, request.image)
        self._job(request, place, "unknown").to_command()  # refuses names and values that cannot be carried
        return place

    def _job(self, request: JobRequest, place: NotebookPlace, kernel: str) -> NotebookJob:
        return NotebookJob(
            self.workspace.volume.path, place.folder, place.name, request.submission_id, kernel, request.parameters
        )

    def _prepare(self, folder: SubmissionFolder, request: JobRequest, root_dir: str) -> NotebookJob:
        place = self._check(request, root_dir)
        file = folder.write_snapshot(place.source, place.name)
        folder.clear(keep=place.name)
        return self._job(request, place, file.kernel)

    def _create(self, folder: SubmissionFolder, request: JobRequest, command: str) -> dict:
        token = self.workspace.credentials.require()
        record = {
            "state": "sent",
            "sent_at": time.time(),
            "notebook_path": request.notebook_path,
            "display_name": request.display_name,
            "instance_type": request.instance_type,
            "image": request.image,
            "command": command,
        }
        data = {
            "displayName": request.display_name,
            "groupId": self.workspace.group.id,
            "instanceType": request.instance_type,
            "image": request.image,
            "command": command,
        }
        if request.timeout_seconds is not None:
            data["activeDeadlineSeconds"] = request.timeout_seconds
        try:
            folder.write_record(record)
            answer = self.workspace.client.execute(queries.CREATE_JOB, {"data": data}, token, idempotent=False)
        except errors.ApiError as fault:
            return self._after_fault(folder, record, fault, token, ended=True)
        except errors.PrimeHubFault as fault:
            if not fault.sent:
                folder.remove()
                raise
            return self._after_fault(folder, record, fault, token, ended=False)
        except errors.JobNotFound:
            # PrimeHub reads the job again that it has just made, and what it reads may lag.
            return self._after_fault(folder, record, errors.ApiError(), token, ended=True)
        except errors.PrimeHubError:
            folder.remove()
            raise
        try:
            created = _created(answer.get("createPhJob"))
        except errors.BadAnswer as fault:
            return self._after_fault(folder, record, fault, token, ended=True)
        return self._confirm(folder, record, created)

    def _after_fault(
        self, folder: SubmissionFolder, record: dict, fault: errors.PrimeHubFault, token: str, ended: bool
    ) -> dict:
        """`ended`: whether PrimeHub itself has answered, so that it no longer works on the mutation."""
        if ended:
            record["ended_at"] = time.time()
            _note(folder, record)
        try:
            found = self._look_up(folder.submission_id, record, token)
        except errors.SubmissionUnknown as unknown:
            unknown.status = fault.status
            raise
        if found:
            return self._confirm(folder, record, found)
        folder.remove()
        raise errors.SubmissionNotCreated(f"{fault.message} The job was not created.")

    def _earlier(self, folder: SubmissionFolder, request: JobRequest) -> dict | None:
        """The record of the job that this submission already made, if it did."""
        record = folder.read_record()
        # The group can write here: nothing in a record is taken for granted.
        if record.get("state") not in ("sent", "created") or not _has_submission_id(
            record.get("command"), folder.submission_id
        ):
            return None
        if record.get("notebook_path") != request.notebook_path:
            raise errors.SubmissionConflict()
        if record["state"] == "created" and is_job_id(record.get("id")):
            return record
        found = self._look_up(folder.submission_id, record, self.workspace.credentials.require())
        if not found:
            return None
        folder.clear_unfinished()
        return self._confirm(folder, record, found)

    def _look_up(self, submission_id: str, record: dict, token: str) -> dict | None:
        """The job of a submission; None when it is certain that there is none. Raises errors.SubmissionUnknown."""
        now = time.time()
        ended_at = _moment(record.get("ended_at"))
        if not ended_at:
            ended_at = (_moment(record.get("sent_at")) or now) + self.config.create_timeout
        certain_at = ended_at + self.config.settle_timeout
        give_up_at = min(now + self.config.settle_timeout, max(now, certain_at))
        wait = FIRST_WAIT
        while True:
            looked_at = time.time()
            try:
                found = self._find(submission_id, token)
                if found:
                    return found
                if looked_at >= certain_at:
                    return None
            except errors.PrimeHubFault:
                pass  # not known yet
            except errors.PrimeHubError as refusal:
                raise self._unknown(certain_at, refusal) from None
            now = time.time()
            if now >= give_up_at and looked_at >= give_up_at:
                raise self._unknown(certain_at)
            # The last look comes just after the moment from which it is certain.
            time.sleep(max(0.0, min(wait, give_up_at - now)))
            wait = min(wait * 2, LONGEST_WAIT)

    def _unknown(self, certain_at: float, refusal: errors.PrimeHubError | None = None) -> errors.SubmissionUnknown:
        certain_in = math.ceil(certain_at - time.time())
        return errors.SubmissionUnknown(certain_in, refusal, link=self.workspace.console_link("job"))

    def _find(self, submission_id: str, token: str) -> dict | None:
        """The caller's oldest job with this submission id in its command: later ones are reruns."""
        jobs = self.workspace.client.execute(queries.MY_COMMANDS, {"group": self.workspace.group.id}, token).get(
            "phJobs"
        )
        if not isinstance(jobs, list):
            raise errors.BadAnswer()
        ours = [
            each for each in jobs if isinstance(each, dict) and _has_submission_id(each.get("command"), submission_id)
        ]
        if ours:
            return _created(min(ours, key=lambda each: str(each.get("createTime"))))
        if not all(isinstance(each, dict) and isinstance(each.get("command"), str) for each in jobs):
            raise errors.BadAnswer()  # the job that is looked for may be the one whose command is missing
        return None

    @staticmethod
    def _confirm(folder: SubmissionFolder, record: dict, created: dict) -> dict:
        record = {**record, **created, "state": "created"}
        _note(folder, record)
        return record

    def _lock(self, submission_id: str):
        with self._mutex:
            lock = self._locks.get(submission_id)
            if lock is None:
                lock = self._locks[submission_id] = _Lock()
            return lock


class _Lock:
    """A lock that a WeakValueDictionary can hold for as long as somebody uses it."""

    def __init__(self):
        self._lock = threading.Lock()

    def __enter__(self):
        self._lock.acquire()

    def __exit__(self, *_exc):
        self._lock.release()


def _note(folder: SubmissionFolder, record: dict) -> None:
    """Write the record where possible. Without it the job is found by its command."""
    with contextlib.suppress(errors.SnapshotError):
        folder.write_record(record)


def _moment(noted) -> float | None:
    """A time that a record notes, when it is one, and not one that is yet to come."""
    return noted if isinstance(noted, (int, float)) and 0 < noted <= time.time() else None


def _has_submission_id(command, submission_id: str) -> bool:
    # Reading a command costs far more than looking for the id in it.
    if not isinstance(command, str) or f"/{submission_id}/" not in command:
        return False
    job = NotebookJob.from_command(command)
    return job is not None and job.submission_id == submission_id


def _created(job) -> dict:
    """The part of a PhJob that is noted. Raises errors.BadAnswer."""
    if not isinstance(job, dict) or not is_job_id(job.get("id")):
        raise errors.BadAnswer()

    def text(name):
        return job[name] if isinstance(job.get(name), str) else None

    return {
        "id": job["id"],
        "phase": text("phase") or "Pending",
        "user": text("userName"),
        "create_time": text("createTime"),
    }
