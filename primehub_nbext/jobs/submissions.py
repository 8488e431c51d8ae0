"""All submissions of a notebook server: requests in, one after the other for each submission id; jobs out.

After them old snapshots are pruned.
"""

from __future__ import annotations

import threading
import time
from typing import Any
from weakref import WeakValueDictionary

from ..context import Context
from ..errors import PrimeHubError
from ..primehub import documents
from .command import NotebookJob
from .prune import prune
from .request import JobRequest
from .snapshot import SubmissionFolder
from .submission import Submission, check

PRUNE_INTERVAL = 86400.0  # seconds between two prunings by one server


class Submissions:
    """Makes jobs of requests, for one notebook server."""

    def __init__(self, context: Context):
        self.context = context
        self.config = context.config
        self._locks: WeakValueDictionary[str, _Lock] = WeakValueDictionary()
        self._mutex = threading.Lock()
        self._pruned_at: float | None = None

    def submit(self, request: JobRequest, root_dir: str) -> tuple[dict[str, Any], NotebookJob, bool]:
        """Submit a notebook; blocks for about `request_timeout` + `settle_timeout` seconds at most, plus the copying.

        Returns
        -------
        (record, job, created)
            `record` has `id`, `display_name`, `phase`, `user`, `create_time`, `instance_type`, `image` and
            `timeout_seconds`; `created` is False when the job is that of an earlier request with the same
            submission id.

        Raises
        ------
        PrimeHubError
            With nothing submitted, but for SubmissionUnknown.
        """
        volume = self.context.volume
        volume.require_mounted()
        with self._lock(request.submission_id):
            place = None
            if not SubmissionFolder.exists(volume, request.submission_id):
                place = check(self.context, request, root_dir)  # what is refused leaves no file behind
            with SubmissionFolder(volume, request.submission_id) as folder:
                return Submission(self.context, folder, request, root_dir).run(place)

    def prune(self) -> list[str]:
        """Remove old snapshots that no job needs, at most once a day; nothing at all when PrimeHub cannot be asked."""
        now = time.monotonic()
        with self._mutex:
            due = self._pruned_at is None or now - self._pruned_at > PRUNE_INTERVAL
            if not (self.config.prune and self.config.snapshot_max_age and due):
                return []
            self._pruned_at = now
        try:
            data = self.context.execute(
                documents.GROUP_COMMANDS,
                {"group": self.context.group.id},
                partial=False,
            )
            lists = [data["phJobs"], data["phSchedules"]]
            commands = [each["command"] for part in lists for each in part]
        except (PrimeHubError, KeyError, TypeError):
            return []
        if not all(isinstance(part, list) for part in lists) or not all(isinstance(each, str) for each in commands):
            return []  # a part of the answer is missing, and a snapshot that it needs must stay
        if not data["phJobs"]:
            return []  # PrimeHub's list of jobs is empty, without an error, while it begins it anew
        return prune(self.context.volume, self.context.group.id, commands, self.config.snapshot_max_age)

    def _lock(self, submission_id: str) -> _Lock:
        with self._mutex:
            lock = self._locks.get(submission_id)
            if lock is None:
                lock = self._locks[submission_id] = _Lock()
            return lock


class _Lock:
    """A lock that a WeakValueDictionary can hold for as long as somebody uses it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_exc: object) -> None:
        self._lock.release()
