"""`notebooks/<path>`: how a job would run a notebook; and what there is to say of it before."""

from __future__ import annotations

from typing import Any, ClassVar

from tornado import web

from ..jobs.check import check_notebook, describe_notebook
from ..jobs.circumstances import Known
from .base import PrimeHubHandler

MAX_NOTEBOOK_BYTES = 4 * 1024 * 1024  # of an open notebook without its outputs


class NotebookChecks(PrimeHubHandler):
    """What tells of a notebook."""

    def known(self, kernels: dict[str, dict[str, Any]] | None) -> Known:
        """What this server knows of kernels and jobs, without asking PrimeHub."""
        return Known(kernels, self.listing.ended(), self.watch.views(), self.outputs, self.peaks)


class NotebookHandler(NotebookChecks):
    """A notebook as it is on the disk."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """GET notebooks/<path> tells how a job would run this notebook."""
        known = await self.run_local(self.known, await self.kernels())
        self.answer(await self.run_local(describe_notebook, self.context, self.root_dir, path, known))


class NotebookCheckHandler(NotebookChecks):
    """A notebook as it is in somebody's browser, with what is in the form."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "read"}

    @web.authenticated
    async def post(self, path: str) -> None:
        """POST notebooks/<path>/check tells what there is to say of the open notebook and of what is in the form."""
        body = await self.run_local(self.body, MAX_NOTEBOOK_BYTES) if self.request.body else {}
        known = await self.run_local(self.known, await self.kernels())
        self.answer(await self.run_local(check_notebook, self.context, self.root_dir, path, body, known))
