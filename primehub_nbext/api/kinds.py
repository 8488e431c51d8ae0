"""What the functions answer: the objects of docs/rest-api.md as types, with absolute paths in place of Jupyter's."""

from __future__ import annotations

from typing import Any, TypedDict


class Fault(TypedDict, total=False):
    """What went wrong: a stable `code`, what happened, what to do, and the field that is at fault, if one is."""

    code: str
    message: str
    hint: str
    field: str


class Finding(TypedDict):
    """What a job may stumble over. `severity`: error, warning or note; `cell` from 0 and `line` from 1, or None.

    number : the cell's among the code cells, from 1, as jobs count them; None where it is about none
    """

    severity: str
    code: str
    message: str
    hint: str
    cell: int | None
    number: int | None
    line: int | None
    fix: dict[str, Any] | None
    values: dict[str, Any]


class Check(TypedDict):
    """What there is to say before a job is submitted; `preview` is the cell that papermill will put in."""

    parameters: list[dict[str, Any]]
    preview: str | None
    tagged: int | None
    candidates: list[dict[str, Any]]
    findings: list[Finding]
    faults: list[Fault]


class _Told(TypedDict, total=False):
    created: bool
    ended_before: str | None
    time_limit_dropped: dict[str, Any] | None


class Job(_Told):
    """A job. Times are UTC, as PrimeHub writes them; `timeout_seconds`: 0 for no time limit, None where not known.

    created : of `submit`: whether this call made the job, or an earlier one with the same submission id
    ended_before : of `cancel`; time_limit_dropped : of `rerun`
    """

    id: str
    display_name: str | None
    phase: str
    reason: str | None
    message: str | None
    console_url: str
    notebook_path: str | None
    output_path: str | None
    working_directory: str | None
    snapshot_path: str | None
    parameters: dict[str, Any] | None
    timeout_seconds: int | None
    instance_type: str | None
    image: str | None
    user: str | None
    submission_id: str | None
    create_time: str | None
    start_time: str | None
    finish_time: str | None
    progress: dict[str, Any] | None
    failure: dict[str, Any] | None
    runs_as: str | None


class JobPage(TypedDict):
    """Jobs, newest first; where `next` is not None the list goes on with `before` that."""

    jobs: list[Job]
    next: str | None
    as_of: str
    problem: Fault | None


class Artifact(TypedDict):
    """A file that a job left in PrimeHub's store; `size` in bytes."""

    name: str
    size: int
    modified: str | None


class Artifacts(TypedDict):
    """The artifacts of a job. `retention_seconds` and `limits` are PrimeHub's defaults."""

    artifacts: list[Artifact]
    total_bytes: int
    phase: str
    retention_seconds: int
    limits: dict[str, int]
    written_beside_notebook: dict[str, Any] | None


class Line(TypedDict):
    """A line of the doctor's report. `ok` is None where it cannot be told, or says nothing; `hint`: what to do.

    cause : the code of the error behind it, if there is one
    """

    code: str
    ok: bool | None
    message: str
    hint: str | None
    cause: str | None


def line(code: str, ok: bool | None, message: str, hint: str | None = None, cause: str | None = None) -> Line:
    """A line of the report."""
    return {"code": code, "ok": ok, "message": message, "hint": hint, "cause": cause}


class Report(TypedDict):
    """What `doctor` found; `ok` is whether no line is not."""

    ok: bool
    lines: list[Line]
    versions: dict[str, str | None]


class Token(TypedDict):
    """Whose API token is in use; `source`: prompt, environment or sdk_file; `problem`: why PrimeHub did not say."""

    configured: bool
    source: str | None
    user: str | None
    problem: Fault | None
