"""The circumstances of a job: a notebook, its place and the form in; what is known of where it would run out.

PrimeHub is asked nothing, and no kernel is started. What PrimeHub told last, what is on the volume and what this server
runs in are looked at; and the notebook's kernel's interpreter is asked where it would find modules.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..context import Context
from ..notebooks.file import NotebookFile
from ..notebooks.folders import links_in
from ..notebooks.volume import NotebookPlace
from ..preflight.find_modules import place_of
from ..preflight.imports import required_imports
from ..preflight.interpreter import INTERPRETERS, Module, Python, Question
from ..preflight.subject import Subject
from ..primehub.resources import Resources
from .command import NotebookJob
from .last_run import last_run_of, running_of
from .outputs import OutputNotebooks
from .peaks import Peaks
from .view import JobView

FRESH_SECONDS = 60.0  # for which what is free is taken to be so still
MARGIN_SECONDS = 0.5  # by which a file has to be younger to have changed, as in the Notebook
PROFILE = ".primehub/profile"  # on the volume: each job runs it first, and may find anything afterwards


@dataclass(frozen=True)
class Known:
    """What a notebook server knows.

    kernels : by name, `{"argv", "env", "resource_dir"}` each; None where they are not known
    views : jobs that have ended; `live`: those that PrimeHub told of just now, by their id
    """

    kernels: Mapping[str, Mapping[str, Any]] | None = None
    views: list[JobView] = field(default_factory=list)
    live: Mapping[str, JobView] = field(default_factory=dict)
    outputs: OutputNotebooks = field(default_factory=OutputNotebooks)
    peaks: Peaks = field(default_factory=Peaks)

    def kernelspec(self, name: str) -> Mapping[str, Any] | None:
        """How a kernel starts, by its name, of which Jupyter takes capitals for small letters."""
        return (self.kernels or {}).get(name.lower())


def described(specs: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Kernels as `Known.kernels` has them, of what Jupyter's `KernelSpecManager.get_all_specs` says."""
    return {
        name: {
            "argv": (each.get("spec") or {}).get("argv"),
            "env": (each.get("spec") or {}).get("env"),
            "resource_dir": each.get("resource_dir"),
        }
        for name, each in specs.items()
    }


def circumstances(
    context: Context, known: Known, place: NotebookPlace, file: NotebookFile, form: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The fields of Subject that are about where a job of this notebook would run.

    form : the body of a check, whose values may be wrong or missing; None: nobody has chosen anything yet
    """
    volume = context.volume
    found: dict[str, Any] = {
        "kernels": known.kernels,
        "folder_writable": volume.can_write(place.folder),
        "volume": volume.path,
        "folder": place.folder,
        "home": os.path.normpath(context.config.home_dir),
        "home_links": links_in(context.config.home_dir),
        "exists": volume.has,
    }
    asked, form = form is not None, form or {}
    resources, age = _resources(context)
    found.update(_chosen(resources, form), free_is_fresh=age < FRESH_SECONDS)
    found["same_image"] = _same_image(context, resources, form)
    found["changed_on_disk"] = _changed(os.path.join(volume.path, place.folder, place.name), form.get("last_modified"))
    job = NotebookJob(volume.path, place.folder, place.name, "x" * 8, file.kernel)
    views = {**{view["id"]: view for view in known.views}, **known.live}
    found["running"] = running_of(job, known.live.values())
    found["last_run"] = last_run_of(job, volume, views.values(), known.outputs, known.peaks, resources)
    kernelspec = known.kernelspec(file.kernel)
    found["kernel_place"] = _kernel_place(kernelspec, found["home"], volume.path)
    if asked and found["same_image"] is not False and not os.path.exists(os.path.join(volume.path, PROFILE)):
        found["papermill"] = papermill_place(found["home"], volume.path)
    return found


def find_modules(subject: Subject, kernelspec: Mapping[str, Any] | None) -> dict[str, Module]:
    """Where the notebook's kernel would find what it imports; nothing where nobody could be asked."""
    python = Python.of(kernelspec)
    if python is None or subject.papermill is None or subject.kernel_place == "home":
        return {}
    volume, home = subject.volume or "", subject.home or ""
    folder = os.path.join(volume, subject.folder or "")
    names = tuple(sorted(required_imports(subject.script)))
    return INTERPRETERS.find(Question(python, names, (folder,), home, volume)) or {}


def _resources(context: Context) -> tuple[Resources | None, float]:
    """What PrimeHub last told of the group, and how many seconds ago."""
    current = context.credentials.current()
    last = context.resources.last(context.group.id, current.text) if current else None
    return last or (None, float("inf"))


def _chosen(resources: Resources | None, form: Mapping[str, Any]) -> dict[str, Any]:
    """What is chosen in the form, as far as PrimeHub told of it."""
    types, images = (resources.instance_types, resources.images) if resources else ((), ())
    limit = form.get("timeout_seconds")
    if limit is None and resources and form:
        limit = resources.default_timeout_seconds
    return {
        "instance": next((each for each in types if each.name == form.get("instance_type")), None),
        "image": next((each for each in images if each.name == form.get("image")), None),
        "timeout_seconds": limit if isinstance(limit, (int, float)) and not isinstance(limit, bool) else None,
    }


def _same_image(context: Context, resources: Resources | None, form: Mapping[str, Any]) -> bool | None:
    """Whether a job would run in the image that this server runs in.

    A universal image is two: with a GPU another one is started.
    """
    here, chosen = context.config.image, form.get("image") or context.config.image
    if not here:
        return None
    if chosen != here:
        return False
    image = next((each for each in (resources.images if resources else ()) if each.name == here), None)
    gpus = {each.name: each.gpu > 0 for each in (resources.instance_types if resources else ())}
    instance = form.get("instance_type") or context.config.instance_type
    if image and image.kind == "universal" and gpus.get(instance) != gpus.get(context.config.instance_type):
        return None
    return True


def _changed(path: str, opened: object) -> bool | None:
    """Whether a file is younger than what the Notebook opened or saved, which Jupyter's contents API tells as text."""
    try:
        told = datetime.fromisoformat(opened.replace("Z", "+00:00")) if isinstance(opened, str) else None
        return None if told is None else os.stat(path).st_mtime - told.timestamp() > MARGIN_SECONDS
    except (OSError, ValueError, OverflowError):
        return None


def _kernel_place(kernelspec: Mapping[str, Any] | None, home: str, volume: str) -> str | None:
    """Where a kernel is installed: its kernelspec, and the interpreter that it names."""
    if not kernelspec or not isinstance(kernelspec.get("resource_dir"), str):
        return None
    python = Python.of(kernelspec)
    real_home, real_volume = os.path.realpath(home), os.path.realpath(volume)
    places = {
        place_of(path, real_home, real_volume)
        for path in (kernelspec["resource_dir"], python.command[0] if python else "")
        if path
    }
    return "home" if "home" in places else "image"


def papermill_place(home: str, volume: str) -> str:
    """Where a job would find papermill, as `Subject.papermill`: in the image's PATH, which is that of this server.

    Beside this Python it is in the image, too: a program that is called by its path may have another PATH.
    """
    real_home, real_volume = os.path.realpath(home), os.path.realpath(volume)
    folders = [*(os.environ.get("PATH") or os.defpath).split(os.pathsep), os.path.dirname(sys.executable)]
    folders = [each for each in folders if os.path.isabs(each)]
    found = [each for each in folders if os.access(os.path.join(each, "papermill"), os.X_OK)]
    places = [place_of(each, real_home, real_volume) for each in found]
    return next((place for place in places if place != "home"), "home" if places else "")
