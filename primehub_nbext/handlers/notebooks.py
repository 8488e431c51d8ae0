"""`notebooks/<path>`: how a job would run a notebook; and what there is to say of it before."""

from __future__ import annotations

from typing import Any, ClassVar

from tornado import web

from ..context import Context
from ..errors import InvalidField, PrimeHubError
from ..jobs.command import NotebookJob
from ..jobs.request import propose_display_name, validate
from ..notebooks.errors import InvalidNotebook, InvalidOpenNotebook, NoKernel
from ..notebooks.file import NotebookFile, examine_notebook
from ..notebooks.opening import inspect
from ..notebooks.parameters.declared import type_of
from ..notebooks.parameters.injected import injected_cell
from ..notebooks.parameters.text import read_parameters
from ..preflight.findings import find
from .base import PrimeHubHandler

MAX_NOTEBOOK_BYTES = 4 * 1024 * 1024  # of an open notebook without its outputs


class NotebookHandler(PrimeHubHandler):
    """A notebook as it is on the disk."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """GET notebooks/<path> tells how a job would run this notebook."""
        self.answer(await self.run_local(describe_notebook, self.context, self.root_dir, path))


class NotebookCheckHandler(PrimeHubHandler):
    """A notebook as it is in somebody's browser, with what is in the form."""

    actions: ClassVar[dict[str, str]] = {**PrimeHubHandler.actions, "POST": "read"}

    @web.authenticated
    async def post(self, path: str) -> None:
        """POST notebooks/<path>/check tells what there is to say of the open notebook and of what is in the form."""
        body = await self.run_local(self.body, MAX_NOTEBOOK_BYTES) if self.request.body else {}
        self.answer(await self.run_local(check_notebook, self.context, self.root_dir, path, body))


def describe_notebook(context: Context, root_dir: str, path: str) -> dict[str, Any]:
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
        "parameters": [{"name": each["name"], "value": each["default"]} for each in file.parameters if each["type"]],
        "findings": find(file.parameters),
    }


def check_notebook(context: Context, root_dir: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What `POST notebooks/<path>/check` answers; asks nobody, and reads the disk only for what `body` leaves out."""
    place = context.volume.place(root_dir, path)
    faults: list[PrimeHubError] = [*validate({**body, "notebook_path": path})]
    try:
        if body.get("notebook") is None:
            file = inspect(context.volume, place.source)
        else:
            file = NotebookFile.from_answer(examine_notebook(body["notebook"]))
    except InvalidNotebook as fault:
        raise (InvalidOpenNotebook() if body.get("notebook") is not None else fault) from None
    except NoKernel as fault:
        faults.append(fault)
        file = NotebookFile("", "", [])
    given = {} if any(fault.field == "parameters" for fault in faults) else read_parameters(body.get("parameters"))
    try:
        NotebookJob(context.volume.path, place.folder, place.name, "x" * 8, file.kernel, parameters=given).to_command()
    except InvalidField as fault:  # too long for a command
        faults.append(fault)
    typed = [{"name": name, "value": value} for name, value in given.items()]
    return {
        "parameters": _merged(file.parameters, given),
        "preview": injected_cell(file.language, given),
        "findings": find([*(each for each in file.parameters if each["name"] not in given), *typed]),
        "faults": [fault.to_dict() for fault in faults],
    }


def _merged(declared: list[dict[str, Any]], given: dict[str, Any]) -> list[dict[str, Any]]:
    """The notebook's parameters with what was typed for them, then those that the notebook does not have."""
    rows = {
        each["name"]: {name: each[name] for name in ("name", "type", "default", "help")} | {"value": None}
        for each in declared
    }
    for name, value in given.items():
        rows.setdefault(name, {"name": name, "type": type_of(value), "default": None, "help": None})["value"] = value
    return [{**row, "changed": name in given} for name, row in rows.items()]
