"""Submitting: a notebook and what is chosen for it in; what there is to say before, or its job, out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

from ..errors import InvalidField
from ..jobs.check import check_notebook
from ..jobs.request import JobRequest, propose_display_name
from ..jobs.submissions import Submissions
from ..jobs.view import JobView, view_of_submission
from .kinds import Check, Job
from .session import ROOT, Session, default_session

Parameters = Mapping[str, Any]
CHOICES = ("instance_type", "image")


def check(
    notebook: str | os.PathLike[str],
    *,
    parameters: Parameters | str | None = None,
    instance_type: str | None = None,
    image: str | None = None,
    display_name: str | None = None,
    timeout_seconds: int | None = None,
    content: dict[str, Any] | None = None,
    session: Session | None = None,
) -> Check:
    """What a job of the notebook may stumble over, and how its parameters are read; nothing is submitted.

    PrimeHub is asked what the group may use, which jobs of the notebook there are, and what the last one used; where it
    does not answer within 5 s, nothing is said of that.

    parameters, instance_type, … : as for `submit`
    content : the notebook as JSON has it, where that is not what is on the disk

    Raises NotebookNotFound, OutsideGroupVolume, InvalidNotebook and the other errors of a notebook or its volume.
    """
    session = session or default_session()
    body = _chosen(parameters, instance_type, image, display_name, timeout_seconds)
    if content is not None:
        body["notebook"] = content
    path = session.notebook(notebook)
    known = session.known(path)
    for name in CHOICES:
        if preferred := getattr(session.context.config, name) or _only(session, name):
            body.setdefault(name, preferred)
    return cast(Check, session.ask(check_notebook, session.context, ROOT, path, body, known))


def submit(
    notebook: str | os.PathLike[str],
    *,
    parameters: Parameters | str | None = None,
    instance_type: str | None = None,
    image: str | None = None,
    display_name: str | None = None,
    timeout_seconds: int | None = None,
    submission_id: str | None = None,
    session: Session | None = None,
) -> Job:
    """Submit a notebook as a job; answers the job as soon as PrimeHub has it.

    parameters : names and values (text, numbers, true and false, None, lists, dicts), or the text of the dialog's field
    instance_type, image : names; else those that the settings prefer (those of this notebook), else the only ones
    display_name : the job's; else the notebook's name
    timeout_seconds : the time limit; 0 for none, None for the group's default
    submission_id : 8 to 64 letters, digits, - and _. Whoever may have to call again after SubmissionUnknown, or an
        interruption, gives the same again: the notebook runs once. Without it, each call is a submission of its own

    Raises InvalidField, InvalidParameters, TokenRequired, the errors of a notebook or its volume, what PrimeHub refuses
    (QuotaExceeded, ImageNotReady, …), with nothing submitted; SubmissionUnknown.
    """
    session = session or default_session()
    path = session.notebook(notebook)
    body = {
        **_chosen(parameters, instance_type, image, display_name, timeout_seconds),
        "notebook_path": path,
        "submission_id": submission_id,
    }
    body.setdefault("display_name", propose_display_name(os.path.basename(path)))
    for name in CHOICES:
        if not body.get(name):
            body[name] = preferred(name, session=session)
    view, created = session.ask(_submit, session.submissions, JobRequest.from_body(body))
    session.watch.add(view, heard=created)
    return {**session.job_of(view), "created": created}


def resources(*, refresh: bool = False, session: Session | None = None) -> dict[str, Any]:
    """The instance types, images and quota of the working group, as `GET resources` answers them.

    refresh : ask PrimeHub, however short ago it was asked

    Raises TokenRequired, GroupRequired, GroupNotFound and what PrimeHub refuses.
    """
    session = session or default_session()
    context = session.context
    found = session.ask(context.resources.get, context.group.id, context.credentials.require(), refresh)
    return found.to_dict()


def _submit(submissions: Submissions, request: JobRequest) -> tuple[JobView, bool]:
    record, job, created = submissions.submit(request, ROOT)
    return view_of_submission(submissions.context, record, job, ROOT), created


def _chosen(parameters: Parameters | str | None, *others: Any) -> dict[str, Any]:
    """The body of a request, of what is chosen."""
    names = ("instance_type", "image", "display_name", "timeout_seconds")
    given = parameters if parameters is None or isinstance(parameters, str) else dict(parameters)
    body = {"parameters": given, **dict(zip(names, others))}
    return {name: value for name, value in body.items() if value is not None}


def preferred(field: str, *, session: Session) -> str:
    """The instance type, or image, of who chooses none. Raises InvalidField, which names those that there are."""
    named = getattr(session.context.config, field)
    if named:
        return str(named)
    names = [each["name"] for each in resources(session=session)[f"{field}s"]]
    if len(names) == 1:
        return str(names[0])
    raise InvalidField(
        "The {label} is missing.",
        "Name one of these: {names}.",
        field=field,
        values={"label": field.replace("_", " "), "names": ", ".join(names)},
    )


def _only(session: Session, field: str) -> str | None:
    """The only instance type, or image, that there is, where PrimeHub told of them; it is not asked."""
    context = session.context
    token = context.credentials.current()
    last = context.resources.last(context.group.id, token.text) if token else None
    names = [each.name for each in getattr(last[0], f"{field}s")] if last else []
    return names[0] if len(names) == 1 else None
