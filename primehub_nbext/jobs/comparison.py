"""Comparing: two jobs that ran one notebook in; what differs in what they were given, and cell by cell, out."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any

from ..context import Context
from .cell_pairs import cell_pairs
from .command import is_job_id
from .compared_outputs import OutputNotebook
from .detail import get_job
from .errors import AnotherNotebook, OutputNotFound
from .outputs import OutputNotebooks
from .query import OVER, refused
from .view import JobView

MAX_VALUE = 2000  # characters of a parameter's value
MAX_PAIRS = 2000


def two_jobs(context: Context, job_id: str, other_id: str, root_dir: str) -> list[JobView]:
    """Both jobs as they are now, the earlier one first.

    Raises BadRequest, AnotherNotebook, JobNotFound, AccessDenied.
    """
    if not is_job_id(other_id) or other_id == job_id:
        raise refused("with", "the id of another job")
    views = [get_job(context, each, root_dir) for each in (job_id, other_id)]
    if _notebook(views[0]) is None or _notebook(views[0]) != _notebook(views[1]):
        raise AnotherNotebook()
    return sorted(views, key=lambda view: (view["create_time"] or "", view["id"]))


def compare(context: Context, outputs: OutputNotebooks, views: list[JobView]) -> dict[str, Any]:
    """What docs/rest-api.md describes, of two jobs of one notebook. Raises VolumeError and its kinds."""
    for view in views:
        view["progress"], view["failure"] = outputs.tell(context.volume, view.output, view["phase"] in OVER)
    problems: list[dict[str, Any] | None] = [None, None]
    notebooks = []
    with ExitStack() as stack:
        for n, view in enumerate(views):
            try:
                notebooks.append(OutputNotebook.open(context, view.output, view["phase"] in OVER, stack))
            except OutputNotFound as problem:
                problems[n] = problem.to_dict()
        pairs = list(cell_pairs(*notebooks)) if len(notebooks) == len(views) else None
    return {
        "jobs": [_brief(view) for view in views],
        "parameters": _parameters(*(view["parameters_text"] for view in views)),
        "problems": problems,
        "cells": pairs and pairs[:MAX_PAIRS],
        "cells_left": max(0, len(pairs or []) - MAX_PAIRS),
    }


def _notebook(view: JobView) -> tuple[str, str] | None:
    """Folder and name of the notebook that a job runs; None of a job of another kind."""
    return (view["working_directory"], os.path.basename(view["snapshot_path"])) if view["snapshot_path"] else None


def _brief(view: JobView) -> dict[str, Any]:
    """A job as a list tells of it."""
    progress, failure = view["progress"], view["failure"]
    return {
        **view,
        "progress": progress and {name: value for name, value in progress.items() if name != "cells"},
        "failure": failure and {**failure, "traceback": ""},
    }


def _parameters(given: dict[str, str], later: dict[str, str]) -> list[dict[str, Any]]:
    told = []
    for name in {**given, **later}:
        values = [given.get(name), later.get(name)]
        short = [value and value[:MAX_VALUE] + ("…" if len(value) > MAX_VALUE else "") for value in values]
        told.append({"name": name, "values": short, "differs": values[0] != values[1]})
    return told
