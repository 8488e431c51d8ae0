"""Before a job: a notebook, from the disk or an editor, in; how a job would run it, and findings, out."""

from __future__ import annotations

import os
from collections.abc import Collection
from itertools import islice
from typing import Any

from ..context import Context
from ..errors import InvalidField, PrimeHubError
from ..notebooks.errors import InvalidNotebook, InvalidOpenNotebook, NoKernel
from ..notebooks.file import NotebookFile, examine_notebook
from ..notebooks.opening import inspect
from ..notebooks.parameters.declared import type_of
from ..notebooks.parameters.injected import injected_cell
from ..notebooks.parameters.text import read_parameters
from ..notebooks.volume import NotebookPlace
from ..preflight.findings import find
from ..preflight.subject import Subject
from .command import NotebookJob
from .request import propose_display_name, validate

MOST_ENTRIES = 1000  # of the home folder that are looked at


def describe_notebook(context: Context, root_dir: str, path: str, kernels: Collection[str] | None) -> dict[str, Any]:
    """What `GET notebooks/<path>` answers; `kernels` are those of this server, None where they are not known."""
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
        "findings": find(_subject(context, place, file, kernels, parameters=file.parameters)),
    }


def check_notebook(
    context: Context, root_dir: str, path: str, body: dict[str, Any], kernels: Collection[str] | None
) -> dict[str, Any]:
    """What `POST notebooks/<path>/check` answers; asks nobody, and reads the file only where `body` leaves it out."""
    volume = context.volume
    place = volume.place(root_dir, path)
    faults: list[PrimeHubError] = [*validate({**body, "notebook_path": path})]
    try:
        if body.get("notebook") is None:
            file = inspect(volume, place.source)
        else:
            file = NotebookFile.from_answer(examine_notebook(body["notebook"]))
    except InvalidNotebook as fault:
        raise (InvalidOpenNotebook() if body.get("notebook") is not None else fault) from None
    except NoKernel as fault:
        faults.append(fault)
        file = NotebookFile("", "", [], has_code=True, by_papermill=False)
    given = {} if any(fault.field == "parameters" for fault in faults) else read_parameters(body.get("parameters"))
    try:
        job = NotebookJob(volume.path, place.folder, place.name, "x" * 8, file.kernel, parameters=given)
        job.to_command()
    except InvalidField as fault:  # too long for a command
        faults.append(fault)
    parameters = [
        *(each for each in file.parameters if each["name"] not in given),
        *({"name": name, "value": value} for name, value in given.items()),
    ]
    return {
        "parameters": _merged(file.parameters, given),
        "preview": injected_cell(file.language, given),
        "findings": find(_subject(context, place, file, kernels, parameters=parameters, given=given)),
        "faults": [fault.to_dict() for fault in faults],
    }


def _subject(
    context: Context, place: NotebookPlace, file: NotebookFile, kernels: Collection[str] | None, **form: Any
) -> Subject:
    volume = context.volume
    home = os.path.normpath(context.config.home_dir)
    return Subject(
        name=place.name,
        notebook=file,
        kernels=kernels,
        folder_writable=volume.can_write(place.folder),
        volume=volume.path,
        folder=place.folder,
        home=home,
        home_links=_links_in(home),
        exists=volume.has,
        **form,
    )


def _links_in(folder: str) -> list[str]:
    """The names of links in a folder, as many as anybody needs."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in islice(entries, MOST_ENTRIES) if entry.is_symlink()]
    except OSError:
        return []


def _merged(declared: list[dict[str, Any]], given: dict[str, Any]) -> list[dict[str, Any]]:
    """The notebook's parameters with what was typed for them, then those that the notebook does not have."""
    rows = {
        each["name"]: {name: each[name] for name in ("name", "type", "default", "help")} | {"value": None}
        for each in declared
    }
    for name, value in given.items():
        rows.setdefault(name, {"name": name, "type": type_of(value), "default": None, "help": None})["value"] = value
    return [{**row, "changed": name in given} for name, row in rows.items()]
