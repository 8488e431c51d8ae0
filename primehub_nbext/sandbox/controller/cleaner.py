"""What is removed: finished jobs in; those older than the chart's limit, and those above its number, out of the way."""

from __future__ import annotations

import contextlib

from ..cluster.objects import NoSuchObject, Objects
from .chart import Chart, Clock
from .informer import Informer
from .jobs import FINAL

ROUND_SECONDS = 30


class Cleaner:
    """One `round` is what PrimeHub's cleaner does every 30 s; of a job that is removed the controller takes the pod."""

    def __init__(self, objects: Objects, jobs: Informer, chart: Chart, clock: Clock):
        self.objects, self.jobs, self.chart, self.clock = objects, jobs, chart, clock

    def round(self) -> None:
        """Remove finished jobs above the chart's age and number, of the latter the oldest."""
        finished = [job for job in self.jobs.all() if (job.get("status") or {}).get("phase") in FINAL]
        kept = [job for job in finished if not self._expired(job)]
        if self.chart.job_limit and len(kept) > self.chart.job_limit:
            kept.sort(key=lambda job: job["metadata"]["creationTimestamp"])
            for job in kept[: len(kept) - self.chart.job_limit]:
                self._remove(job)

    def _expired(self, job: dict) -> bool:
        """Remove a job that finished too long ago; without that moment it stays, and does not count."""
        finished = job["status"].get("finishTime")
        if self.chart.job_ttl and finished and self.clock.since(finished) > self.chart.job_ttl:
            self._remove(job)
            return True
        return bool(self.chart.job_ttl and not finished)

    def _remove(self, job: dict) -> None:
        with contextlib.suppress(NoSuchObject):  # somebody was quicker
            self.objects.remove("phjobs", job["metadata"]["name"])
