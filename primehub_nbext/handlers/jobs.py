"""`jobs`: list, submit, look at, cancel and rerun."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from tornado import web

from ..context import Context
from ..jobs.cancel import cancel_job
from ..jobs.comparison import compare, two_jobs
from ..jobs.detail import get_job
from ..jobs.fresh import freshened
from ..jobs.listing import Listing
from ..jobs.outputs import OutputNotebooks
from ..jobs.query import OVER, JobQuery
from ..jobs.request import JobRequest
from ..jobs.rerun import rerun_job
from ..jobs.submissions import Submissions
from ..jobs.taking_over import output_of
from ..jobs.view import JobView, view_of_submission
from ..jobs.watch import Watch
from .base import PrimeHubHandler
from .nbdime import nbdime_address


class JobCollectionHandler(PrimeHubHandler):
    """The notebook jobs of the working group, whoever submitted them."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def get(self) -> None:
        """GET jobs lists a page of the group's notebook jobs."""
        names = ("notebook", "mine", "search", "phase", "before", "limit")
        query = JobQuery.of({name: self.get_query_argument(name, "", strip=False) for name in names})
        page = await self.run(list_jobs, self.context, self.listing, self.watch, query, self.root_dir)
        await self.run_local(add_progress, self.context, self.outputs, page["jobs"], True)
        self.answer(page)

    @web.authenticated
    async def post(self) -> None:
        """POST jobs submits a notebook."""
        body = self.body()
        view, created = await self.run(submit, self.submissions, body, self.root_dir)
        self.watch.add(view, heard=created)
        self.answer(view, 201 if created else 200)
        await self.run(self.submissions.prune)


class JobAnswer(PrimeHubHandler):
    """What answers a job."""

    async def answer_job(self, view: JobView) -> None:
        """End the request with a job, and how far it is."""
        await self.run_local(add_progress, self.context, self.outputs, [view])
        self.answer(view)


class JobHandler(JobAnswer):
    """One job, by PrimeHub's id of it."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id> tells how far a job is."""
        await self.answer_job(await self.run(get_job, self.context, job_id, self.root_dir))


class JobOutputHandler(PrimeHubHandler):
    """What the cells of a job have put out so far."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/output gives the outputs of each code cell."""
        view = await self.run(get_job, self.context, job_id, self.root_dir)
        self.answer_json(await self.run_local(output_of, self.context, view))


class JobComparisonHandler(PrimeHubHandler):
    """A job beside another run of its notebook."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/comparison tells what differs between two jobs."""
        other_id = self.get_query_argument("with", "", strip=False)
        views = await self.run(two_jobs, self.context, job_id, other_id, self.root_dir)
        self.answer_json(await self.run_local(compared, self.context, self.outputs, views, self.application))


class JobCancelHandler(JobAnswer):
    """Cancelling a job, and the submission that it is of."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def post(self, job_id: str) -> None:
        """POST jobs/<id>/cancel stops a job."""
        self.no_body()
        view = await self.run(cancel_job, self.context, job_id, self.root_dir)
        self.watch.add(view)
        await self.answer_job(view)


class JobRerunHandler(JobAnswer):
    """Another job with the command of one that there was."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "execute"}

    @web.authenticated
    async def post(self, job_id: str) -> None:
        """POST jobs/<id>/rerun runs a job's command once more."""
        self.no_body()
        view = await self.run(rerun_job, self.context, job_id, self.root_dir)
        self.watch.add(view)
        await self.answer_job(view)


def list_jobs(context: Context, listing: Listing, watch: Watch, query: JobQuery, root_dir: str) -> dict[str, Any]:
    """A page of the job list, and in it what is known better by now. Raises as `Listing.page`."""
    page = listing.page(query, root_dir)
    return freshened(page, query, watch.views(), context.credentials.describe()["user"])


def add_progress(context: Context, outputs: OutputNotebooks, views: list[JobView], brief: bool = False) -> None:
    """Put into jobs how far their output notebooks are, and what failed; `brief`: for one of many."""
    for view in views:
        over = view["phase"] in OVER
        view["progress"], view["failure"] = outputs.tell(context.volume, view.output, over, brief)


def compared(context: Context, outputs: OutputNotebooks, views: list[JobView], application: web.Application) -> str:
    """As `compare`, with the address at which nbdime shows the same, as JSON."""
    answer = compare(context, outputs, views)
    there = answer["cells"] is not None and all(view["output_path"] for view in views)
    address = nbdime_address(application, *(view["output_path"] for view in views)) if there else None
    return json.dumps({**answer, "nbdime": address}, allow_nan=False)


def submit(submissions: Submissions, body: dict[str, Any], root_dir: str) -> tuple[JobView, bool]:
    """Submit what the body of a `POST jobs` asks for; the job's view, and whether it was made by this request.

    Raises as `Submissions.submit`, and InvalidField.
    """
    record, job, created = submissions.submit(JobRequest.from_body(body), root_dir)
    return view_of_submission(submissions.context, record, job, root_dir), created
