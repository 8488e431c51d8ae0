"""What is looked at before a job is submitted: what is known of a notebook and of where it is, in one place."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import filled
from ..notebooks.file import NotebookFile
from .paths.uses import Use, Uses
from .script.notebook import Script
from .script.run import Run
from .script.texts import HOME, Texts

if TYPE_CHECKING:
    from ..primehub.resources import Image, InstanceType
    from .earlier import LastRun
    from .interpreter import Module


@dataclass(frozen=True)
class Subject:
    """A notebook, with what is in the form. What is not known is None.

    name : the notebook's file name
    parameters : `[{"name", "value", "cell", "line"}]`, the notebook's own and those that are typed, `value` as JSON has
        it; the last two are None, or missing, where the parameter is not the notebook's own
    given : what is typed: name → value, as the job will put it in after the notebook's parameters cell
    kernels : names of the kernels that this notebook server has
    folder_writable : whether this server may write where the notebook is, and the output notebook will be
    volume : absolute path of the group volume, the same here and in the job (`/home/jovyan/phusers`)
    folder : the notebook's folder relative to the volume, "" for the volume itself; a job works there
    home : absolute path of the home folder, the same here and in the job, where it is empty but for the volume
    home_links : names in the home folder that are links, as to data sets, and those in a job too
    exists : whether there is something at a path relative to the volume; it answers None where that cannot be told
    kernel_place : where the notebook's kernel is installed, as `Module.place` has it; "" where its name is not known
    same_image : whether the job's image is the one that this server runs in, so that what is here is there, too
    papermill : where the program is that runs a notebook, as `Module.place` has it
    modules : what the notebook imports (`imports.required_imports`) → where its kernel finds that; to be filled by
        whoever can ask; what is not in it, nobody knows
    instance, image : what is chosen for the job, as PrimeHub last told of it
    free_is_fresh : whether it told just now, so that what is free still is
    timeout_seconds : the job's time limit, 0 for none
    last_run : of this notebook, as a job
    running : jobs that run this notebook now, or wait to: `[{"id", "phase", "user", "console_url"}]`
    changed_on_disk : whether the file is not any more what was opened, or saved, in the editor
    """

    name: str = ""
    notebook: NotebookFile | None = None
    parameters: list[dict[str, Any]] = field(default_factory=list)
    given: dict[str, Any] = field(default_factory=dict)
    kernels: Collection[str] | None = None
    folder_writable: bool | None = None
    volume: str | None = None
    folder: str | None = None
    home: str | None = None
    home_links: Collection[str] = ()
    exists: Callable[[str], bool | None] | None = None
    kernel_place: str | None = None
    same_image: bool | None = None
    papermill: str | None = None
    modules: dict[str, Module] = field(default_factory=dict)
    instance: InstanceType | None = None
    image: Image | None = None
    free_is_fresh: bool = False
    timeout_seconds: int | None = None
    last_run: LastRun | None = None
    running: Sequence[Mapping[str, Any]] = ()
    changed_on_disk: bool | None = None

    @cached_property
    def script(self) -> Script:
        """The notebook's code as Python, the same for all families; without cells where it is not of Python."""
        return Script.of(self.notebook)

    @cached_property
    def has_code(self) -> bool:
        """Whether there is anything to run: cells of nothing but comments hold none."""
        if not self.notebook or not self.notebook.has_code or not self.script.cells or not self.script.complete:
            return bool(self.notebook and self.notebook.has_code)
        return any(cell.tree and cell.tree.body or cell.magics or cell.shell for cell in self.script.cells)

    @cached_property
    def run(self) -> Run:
        """What happens when the script runs from top to bottom."""
        return Run(self.script)

    @cached_property
    def texts(self) -> Texts:
        """What expressions of the script stand for, in a job with these parameters."""
        return Texts(self.script, self.given, self.home or HOME)

    @cached_property
    def uses(self) -> list[Use]:
        """What the script does with files and folders, in the order in which it happens."""
        start = None if self.volume is None or self.folder is None else os.path.join(self.volume, self.folder)
        return list(Uses(self.script, self.texts, start, self.home or HOME))


def finding(
    severity: str,
    code: str,
    message: str,
    hint: str,
    cell: int | None = None,
    line: int | None = None,
    fix: dict[str, Any] | None = None,
    **values: object,
) -> dict[str, Any]:
    """A finding as findings.py has it, with the values that fill `{name}` in message and hint."""
    message, hint = filled(message, values), filled(hint, values)
    place = {"cell": cell, "line": line, "fix": fix, "values": values}
    return {"severity": severity, "code": code, "message": message, "hint": hint, **place}
