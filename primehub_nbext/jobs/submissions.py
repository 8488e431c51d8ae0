"""All submissions of a notebook server: requests in, one after the other for each submission id; jobs out. And the
sweep.
"""

from __future__ import annotations

import threading
import time
from weakref import WeakValueDictionary

from . import errors, queries, snapshots
from .job_request import JobRequest
from .notebook_job import NotebookJob
from .snapshots import SubmissionFolder
from .submission import Submission, check
from .workspace import Workspace

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
        """Submit a notebook; blocks for about `request_timeout` + `settle_timeout` seconds at most, plus the copying.

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
                check(self.workspace, request, root_dir)  # what is refused leaves no file behind
            with SubmissionFolder(volume, request.submission_id) as folder:
                return Submission(self.workspace, folder, request, root_dir).run()

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
