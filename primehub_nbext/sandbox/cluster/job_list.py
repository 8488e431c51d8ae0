"""The console's cached list of jobs: what a watch of Kubernetes tells in; the jobs as the list has them out.

PrimeHub's console lists jobs from a cache that a watch keeps up to date. A watch that broke is not opened again: every
five minutes from its start the console compares the *number* of jobs, and where that differs it empties the cache and
reads it anew. So a new job may be missing from every list for minutes, a changed phase for ever, and all jobs for a
moment, while reading one by its id is always true (recorded from PrimeHub's server; its `phJobCacheList`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from .objects import Objects

COMPARE_SECONDS = 300.0
KIND = "phjobs"


class JobList:
    """A list that can be stale. Everything happens under the objects' lock, when somebody reads or a job changes.

    clock : seconds that only grow, from any start
    """

    def __init__(self, objects: Objects, clock: Callable[[], float] = time.monotonic):
        self.objects, self.clock = objects, clock
        self.always_broken = False
        self.reading_seconds = 0.0
        self._watching = True
        self._every = COMPARE_SECONDS
        self._compared = clock()
        self._empty_until: float | None = None
        self._known: dict[str, dict] = {}
        self._count = 0
        self._read()
        objects.listen(self._heard)

    def all(self) -> list[dict]:
        """The jobs in order of arrival. They are the list's own: do not change them."""
        with self.objects.lock:
            self._advance()
            return [] if self._empty_until is not None else list(self._known.values())

    def break_watch(self) -> None:
        """The connection of the watch is reset, refused or failed."""
        with self.objects.lock:
            self._advance()
            self._watching = False

    def stale(self, seconds: float | None) -> None:
        """Break the watch now and after each reading, and compare every so many seconds; None: all is well again."""
        with self.objects.lock:
            self.always_broken = seconds is not None
            self._every = COMPARE_SECONDS if seconds is None else seconds
            self._compared = self.clock()
            self._empty_until = None
            self._read()

    def restart(self, seconds: float) -> None:
        """Empty the list and read it anew, which takes Kubernetes so many seconds."""
        with self.objects.lock:
            self._empty_until = self.clock() + seconds
            self._advance()

    def _heard(self, event: str, kind: str, job: dict) -> None:
        if kind != KIND:
            return
        self._advance()
        self._count += {"ADDED": 1, "DELETED": -1}.get(event, 0)
        if not self._watching:
            return
        if event == "DELETED":
            self._known.pop(job["metadata"]["name"], None)
        else:
            self._known[job["metadata"]["name"]] = job

    def _advance(self) -> None:
        """Catch up with the clock: comparisons that were due, a reading that has come to its end."""
        now = self.clock()
        while self._compared + self._every <= now:
            self._compared += self._every
            if self._empty_until is None and self._count != len(self._known):
                self._empty_until = self._compared + self.reading_seconds
        if self._empty_until is not None and self._empty_until <= now:
            self._empty_until = None
            self._read()

    def _read(self) -> None:
        self._known = {job["metadata"]["name"]: job for job in self.objects.list(KIND)}
        self._count = len(self._known)
        self._watching = not self.always_broken
