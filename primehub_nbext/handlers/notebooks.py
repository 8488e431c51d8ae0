"""`notebooks/<path>`: how a job would run a notebook; and what there is to say of it before."""

from __future__ import annotations

from typing import ClassVar

from tornado import web

from ..jobs.check import check_notebook, describe_notebook
from .base import PrimeHubHandler

MAX_NOTEBOOK_BYTES = 4 * 1024 * 1024  # of an open notebook without its outputs


class NotebookHandler(PrimeHubHandler):
    """A notebook as it is on the disk."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """GET notebooks/<path> tells how a job would run this notebook."""
        kernels = await self.kernels()
        self.answer(await self.run_local(describe_notebook, self.context, self.root_dir, path, kernels))


class NotebookCheckHandler(PrimeHubHandler):
    """A notebook as it is in somebody's browser, with what is in the form."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "read"}

    @web.authenticated
    async def post(self, path: str) -> None:
        """POST notebooks/<path>/check tells what there is to say of the open notebook and of what is in the form."""
        body = await self.run_local(self.body, MAX_NOTEBOOK_BYTES) if self.request.body else {}
        kernels = await self.kernels()
        self.answer(await self.run_local(check_notebook, self.context, self.root_dir, path, body, kernels))
