"""Earlier runs: the notebook's last job, and those that run now, in; findings about what will happen again out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .amounts import duration, gigabytes
from .installs import first_install
from .subject import Subject, finding

NO_MODULE = re.compile(r"No module named '([A-Za-z_]\w{0,99})")  # Python's own words, of a missing module
# What a job says before it ends, where its image has not what it needs (jobs/body.py).
NO_PAPERMILL, NO_KERNEL = "No papermill in this image.", "Choose another image: this has no kernel '"
DEADLINE, OUT_OF_MEMORY, KERNEL_DIED = "OverActivateDeadline", "OOMKilled", "The kernel died."
CLOSE = 0.9  # of the memory that there is: a run that needs a little more is killed


@dataclass(frozen=True)
class LastRun:
    """The last job of a notebook that has ended, as far as it is known here.

    reason, message : PrimeHub's, "" where there is none
    complete : it ran all cells
    seconds : that it took, or had taken when it ended; None where that is not known
    timeout_seconds : its time limit, 0 for none
    memory_gb : of its instance type; None where that is not known
    peak_gb : of the memory that it used
    error, value : name and text of the exception that ended it
    """

    id: str
    complete: bool = False
    reason: str = ""
    message: str = ""
    seconds: float | None = None
    timeout_seconds: int | None = None
    image: str | None = None
    memory_gb: float | None = None
    peak_gb: float | None = None
    error: str | None = None
    value: str | None = None


def find_earlier(subject: Subject) -> list[dict[str, Any]]:
    """Findings about what ended the last run, or nearly did, and has not been mended; and about jobs that run now."""
    found = [
        finding(
            "note",
            "running_now",
            "A job runs this notebook right now: `{job}`.",
            "Both would write the files that the notebook names. PrimeHub > Jobs… shows how far it is.",
            job=each["id"],
            console_url=each["console_url"],
        )
        for each in subject.running[:1]
    ]
    run = subject.last_run
    if run is None:
        return found
    for family in (_image, _time, _memory):
        found += family(subject, run)
    return found


def _image(subject: Subject, run: LastRun) -> list[dict[str, Any]]:
    """The last run's image had not what it needs; said again only of that very image."""
    chosen = subject.image.name if subject.image else None
    if chosen is None or run.image != chosen:
        return []
    name = _missing_module(run)
    place = _import_place(name, subject) if name else None
    if name and place:
        return [
            finding(
                "warning",
                "last_run_module",
                "The last run failed in this image: it has no module `{module}`.",
                "Install it in the notebook itself, or choose an image that has it.",
                cell=place[0],
                line=place[1],
                module=name,
                job=run.id,
            )
        ]
    kernel = subject.notebook.kernel if subject.notebook else ""
    if NO_PAPERMILL in run.message or f"{NO_KERNEL}{kernel}'" in run.message:
        what = "papermill" if NO_PAPERMILL in run.message else f"kernel `{kernel}`"
        return [
            finding(
                "warning",
                "last_run_image",
                "The last run failed in this image: it has no {what}.",
                "Choose another image, or ask your administrator to add it to this one.",
                what=what,
                job=run.id,
            )
        ]
    return []


def _missing_module(run: LastRun) -> str | None:
    """The top-level module for want of which a run ended."""
    match = NO_MODULE.search(run.value or "") if run.error in ("ModuleNotFoundError", "ImportError") else None
    return match[1] if match else None


def _import_place(name: str, subject: Subject) -> tuple[int, int] | None:
    """Where a notebook still imports a module, without doing something about it, and no other finding says so."""
    module = subject.modules.get(name)
    if module and module.place != "image":
        return None
    places = [
        (cell.index, binding.line)
        for cell in subject.script.cells
        for binding in cell.names.bindings
        if binding.module and binding.module.partition(".")[0] == name
    ]
    first = min(places, default=None)
    return first if first and first < first_install(subject.script) else None


def _time(subject: Subject, run: LastRun) -> list[dict[str, Any]]:
    limit = subject.timeout_seconds
    if not limit:
        return []
    if run.reason == DEADLINE and run.timeout_seconds and run.timeout_seconds >= limit:
        return [
            finding(
                "warning",
                "time_limit_reached_before",
                "The last run was stopped at its time limit of {last}, and this job's is {limit}.",
                "Give it more time under Time limit, unless it has less to do this time. 0 means none.",
                last=duration(run.timeout_seconds),
                limit=duration(limit),
                job=run.id,
            )
        ]
    if run.complete and run.seconds is not None and run.seconds > limit:
        return [
            finding(
                "warning",
                "time_limit_short",
                "The last run took {last}, and this job is stopped after {limit}.",
                "Give it more time under Time limit, unless it has less to do this time. 0 means none.",
                last=duration(run.seconds),
                limit=duration(limit),
                job=run.id,
            )
        ]
    return []


def _memory(subject: Subject, run: LastRun) -> list[dict[str, Any]]:
    memory = subject.instance.memory_gb if subject.instance else 0
    if not memory:
        return []
    values: dict[str, Any] = {"limit": gigabytes(memory), "job": run.id}
    had = run.memory_gb
    if had and memory <= had and OUT_OF_MEMORY in run.message:
        return [
            finding(
                "warning",
                "out_of_memory_before",
                "The last run ran out of memory: {had} were not enough, and this instance type has {limit}.",
                "Choose an instance type with more memory, unless the notebook needs less by now.",
                had=gigabytes(had),
                **values,
            )
        ]
    if had and memory <= had and KERNEL_DIED in run.message:
        return [
            finding(
                "warning",
                "kernel_died_before",
                "The kernel of the last run died with {had} of memory, and this instance type has {limit}.",
                "Most often that is for want of memory: choose an instance type with more, unless you know better.",
                had=gigabytes(had),
                **values,
            )
        ]
    if run.peak_gb and run.peak_gb >= CLOSE * memory:
        return [
            finding(
                "warning",
                "memory_close",
                "The last run used up to {peak} of memory, and this instance type has {limit}.",
                "A job that needs more is killed: choose an instance type with more memory.",
                peak=gigabytes(run.peak_gb),
                **values,
            )
        ]
    return []
