"""Heads by job id: of each job that was listed before, so that its command is read once; at most so many of them."""

from __future__ import annotations

import threading
from collections import OrderedDict

from .head import WrittenHead

MAX_JOBS = 4096  # PrimeHub itself keeps 4000
MAX_CHARACTERS = 8 * 1024 * 1024  # of parameters, all together


class KnownHeads:
    """What is known of jobs by their commands, which PrimeHub never changes; for any thread."""

    def __init__(self) -> None:
        self._heads: OrderedDict[str, WrittenHead | None] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def __contains__(self, job_id: str) -> bool:
        return job_id in self._heads

    def get(self, job_id: str) -> WrittenHead | None:
        """The head; None for a job that is not ours or not known (`in` tells)."""
        with self._lock:
            if job_id in self._heads:
                self._heads.move_to_end(job_id)
            return self._heads.get(job_id)

    def add(self, job_id: str, command: object) -> WrittenHead | None:
        """Read a job's command, and keep its head; None for a job that is not ours."""
        head = WrittenHead.of(command)
        with self._lock:
            self._forget(job_id)
            self._heads[job_id] = head
            self._characters += len(head.word) if head else 0
            while len(self._heads) > MAX_JOBS or self._characters > MAX_CHARACTERS:
                self._forget(next(iter(self._heads)))
        return head

    def _forget(self, job_id: str) -> None:
        head = self._heads.pop(job_id, None)
        self._characters -= len(head.word) if head else 0
