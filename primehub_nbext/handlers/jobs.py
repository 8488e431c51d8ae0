"""`jobs`: list, submit, look at, cancel and rerun."""

from __future__ import annotations

from typing import Any, ClassVar

from tornado import web

from ..jobs.cancel import cancel_job
from ..jobs.listing import get_job, list_jobs
from ..jobs.request import JobRequest
from ..jobs.rerun import rerun_job
from ..jobs.submissions import Submissions
from ..jobs.view import view_of_submission
from .base import PrimeHubHandler


class JobCollectionHandler(PrimeHubHandler):
    """The notebook jobs of the working group, whoever submitted them."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def get(self) -> None:
        """GET jobs lists the group's notebook jobs."""
        self.answer({"jobs": await self.run(list_jobs, self.context, self.root_dir)})

    @web.authenticated
    async def post(self) -> None:
        """POST jobs submits a notebook."""
        body = self.body()
        view, created = await self.run(submit, self.submissions, body, self.root_dir)
        self.answer(view, 201 if created else 200)
        await self.run(self.submissions.prune)


class JobHandler(PrimeHubHandler):
    """One job, by PrimeHub's id of it."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id> tells how far a job is."""
        self.answer(await self.run(get_job, self.context, job_id, self.root_dir))


class JobCancelHandler(PrimeHubHandler):
    """Cancelling a job, and the submission that it is of."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def post(self, job_id: str) -> None:
        """POST jobs/<id>/cancel stops a job."""
        self.no_body()
        self.answer(await self.run(cancel_job, self.context, job_id, self.root_dir))


class JobRerunHandler(PrimeHubHandler):
    """Another job with the command of one that there was."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def post(self, job_id: str) -> None:
        """POST jobs/<id>/rerun runs a job's command once more."""
        self.no_body()
        self.answer(await self.run(rerun_job, self.context, job_id, self.root_dir))


def submit(submissions: Submissions, body: dict[str, Any], root_dir: str) -> tuple[dict[str, Any], bool]:
    """Submit what the body of a `POST jobs` asks for; the job's view, and whether it was made by this request.

    Raises as `Submissions.submit`, and InvalidField.
    """
    record, job, created = submissions.submit(JobRequest.from_body(body), root_dir)
    return view_of_submission(submissions.context, record, job, root_dir), created
