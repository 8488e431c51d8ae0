"""`notebooks/<path>`: how a job would run a notebook."""

from __future__ import annotations

from tornado import web

from ..context import Context
from ..jobs.command import NotebookJob
from ..jobs.request import propose_display_name
from ..notebooks.opening import inspect
from ..preflight.findings import find
from .base import PrimeHubHandler


class NotebookHandler(PrimeHubHandler):
    @web.authenticated
    async def get(self, path):
        """GET notebooks/<path> tells how a job would run this notebook."""
        self.answer(await self.run(describe_notebook, self.context, self.root_dir, path))


def describe_notebook(context: Context, root_dir: str, path: str) -> dict:
    """What `GET notebooks/<path>` answers."""
    volume = context.volume
    place = volume.place(root_dir, path)
    file = inspect(volume, place.source)
    job = NotebookJob(volume.path, place.folder, place.name, "x" * 8, file.kernel)
    return {
        "path": path.strip("/"),
        "name": place.name,
        "display_name": propose_display_name(place.name),
        "working_directory": job.working_directory,
        "output": job.output("<job id>"),
        "kernel": file.kernel,
        "parameters": file.parameters,
        "findings": find(file.parameters),
    }
