"""Before a job: a notebook, from the disk or an editor, in; how a job would run it, and findings, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..context import Context
from ..errors import InvalidField, PrimeHubError
from ..notebooks.errors import InvalidNotebook, InvalidOpenNotebook, NoKernel
from ..notebooks.file import NotebookFile, examine_notebook
from ..notebooks.opening import inspect
from ..notebooks.parameters.candidates import find_candidates, tagged
from ..notebooks.parameters.declared import type_of
from ..notebooks.parameters.flow import to_yaml
from ..notebooks.parameters.injected import injected_cell
from ..notebooks.parameters.text import read_parameters
from ..notebooks.volume import NotebookPlace
from ..preflight.findings import find
from ..preflight.script.collector import rarer
from ..preflight.subject import Subject
from .circumstances import Known, circumstances, find_modules
from .command import NotebookJob
from .request import propose_display_name, validate


def describe_notebook(context: Context, root_dir: str, path: str, known: Known) -> dict[str, Any]:
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
        "parameters": [{"name": each["name"], "value": each["default"]} for each in file.parameters if each["literal"]],
        "findings": _findings(context, place, file, known, None, parameters=file.parameters),
    }


def check_notebook(context: Context, root_dir: str, path: str, body: dict[str, Any], known: Known) -> dict[str, Any]:
    """What `POST notebooks/<path>/check` answers; asks PrimeHub nothing, and starts no kernel (circumstances.py)."""
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
        "preview": injected_cell(file.language, given, file.kernel),
        "tagged": tagged(file.cells),
        "candidates": find_candidates(file.cells, file.language, given),
        "findings": _findings(context, place, file, known, body, parameters=parameters, given=given),
        "faults": [fault.to_dict() for fault in faults],
    }


def _findings(
    context: Context,
    place: NotebookPlace,
    file: NotebookFile,
    known: Known,
    form: Mapping[str, Any] | None,
    **more: Any,
) -> list[dict[str, Any]]:
    """What there is to say of it; without a `form` the interpreter of its kernel is not asked, which takes time."""
    with rarer():  # once for all, since each end of it is a search
        subject = Subject(name=place.name, notebook=file, **circumstances(context, known, place, file, form), **more)
        if form is not None:
            subject.modules.update(find_modules(subject, known.kernelspec(file.kernel)))
        return find(subject)


def _merged(declared: list[dict[str, Any]], given: dict[str, Any]) -> list[dict[str, Any]]:
    """The notebook's parameters with what was typed for them, then those that the notebook does not have."""
    rows = {each["name"]: _row(**each) for each in declared}
    for name, value in given.items():
        row = rows.setdefault(name, _row(name, type_of(value)))
        row.update(value=value, text=to_yaml(value), changed=True)
    return list(rows.values())


def _row(
    name: str,
    type: str | None,
    default: str | None = None,
    value: Any = None,
    literal: bool = True,
    types: list[str] | None = None,
    choices: list[Any] | None = None,
    help: str | None = None,
    cell: int | None = None,
    line: int | None = None,
) -> dict[str, Any]:
    """A parameter as the notebook declares it, before anything is typed."""
    return {
        "name": name,
        "type": type,
        "default": default,
        "default_value": value if literal else None,
        "expression": not literal,
        "nullable": "null" in (types or []),
        "choices": None if choices is None else [{"text": to_yaml(each), "value": each} for each in choices],
        "help": help,
        "cell": cell,
        "line": line,
        "value": None,
        "text": None,
        "changed": False,
    }
