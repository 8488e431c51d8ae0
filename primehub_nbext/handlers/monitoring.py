"""`jobs/<id>/monitoring`: what a job used of what it may use."""

from __future__ import annotations

from tornado import web

from ..jobs.monitoring import describe_monitoring
from .base import PrimeHubHandler


class JobMonitoringHandler(PrimeHubHandler):
    """CPU, memory and GPUs of a job over time."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/monitoring has them in four spans, with the limits beside them."""
        monitoring = await self.run(describe_monitoring, self.context, job_id)
        self.peaks.note(job_id, monitoring)
        self.answer(monitoring)
