"""`check` and `submit`: a notebook and options in; what there is to say of it, and its job, on the terminal, out."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from .. import api
from ..api import Check, Finding, Job, Session
from ..api.submitting import CHOICES, preferred
from ..errors import InvalidField, PrimeHubError
from ..jobs.errors import SubmissionUnknown
from . import exits
from .commands import await_job
from .parameters import read_parameters
from .pending import Pending, pending
from .plain import clean
from .terminal import Terminal
from .views import fault_of, link, show_check, show_faults, show_findings
from .words import text

NO_PARAMETERS: dict[str, list[str]] = {
    "parameters": [],
    "parameters_raw": [],
    "parameters_yaml": [],
    "parameters_file": [],
}


class SubmissionInterrupted(Exception):
    """Somebody pressed Ctrl-C while a notebook was submitted."""


def check(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`check NOTEBOOK`: what is wrong with the parameters is told beside all else, as in the dialog."""
    faults = []
    try:
        choices = chosen(arguments)
    except InvalidField as error:
        faults, arguments = [error], argparse.Namespace(**{**vars(arguments), **NO_PARAMETERS})
        choices = chosen(arguments)
    if arguments.fix:

        def wanted(each: Finding) -> bool:
            if terminal.interactive and not arguments.yes:
                show_findings(terminal.note, [each])
                return terminal.ask("Mend this?", otherwise=True)
            return True

        fixed, found = api.fix(arguments.notebook, wanted=wanted, **choices, session=session)
        for each in fixed:
            terminal.note(f"Mended: {each['message']}", "good")
        more = {"fixed": fixed}
    else:
        found, more = api.check(arguments.notebook, **choices, session=session), {}
    found["faults"] = [*map(fault_of, faults), *found["faults"]]
    terminal.answer({**found, **more})
    show_check(terminal, found)
    if found["faults"]:
        return fault_code(found)
    return exits.FINDINGS if has_errors(found) else exits.WELL


def submit(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`submit NOTEBOOK`."""
    session.context.credentials.require()  # what cannot work is said before anything is asked
    choices = chosen(arguments)
    for name in CHOICES:
        choices[name] = choices[name] or preferred(name, session=session)
    found = api.check(arguments.notebook, **choices, session=session)
    if found["faults"]:
        terminal.answer({"error": found["faults"][0], "findings": found["findings"]})
        if not terminal.json:
            show_faults(terminal.note, found["faults"])
            show_findings(terminal.note, found["findings"])
        return fault_code(found)
    if not terminal.json:
        show_findings(terminal.note, found["findings"])
    if not arguments.yes and has_errors(found):
        message, hint = "Nothing was submitted: there are errors.", "Mend them, or submit all the same with --yes."
        error = {"code": "findings", "message": message, "hint": hint}
        terminal.answer({"error": error, "findings": found["findings"]})
        terminal.note(f"{message} {hint}", "bad")
        return exits.FINDINGS
    if (
        found["findings"]
        and not arguments.yes
        and terminal.interactive
        and not terminal.ask("Submit it?", otherwise=True)
    ):
        terminal.note("Nothing was submitted.")
        return exits.REFUSED
    job = _send(arguments.notebook, choices, session, terminal)
    if not job["created"]:
        terminal.note(
            "That submission had reached PrimeHub already: this is its job, and no second one was made. Run the same "
            "command again for another job."
        )
    terminal.say(f"Submitted “{clean(job['display_name'])}” as {job['id']}", "good")
    if link(job):
        terminal.say(f"  {link(job)}")
    if arguments.wait or arguments.follow:
        more = {"created": job["created"], "findings": found["findings"]}
        return await_job(job["id"], arguments, session, terminal, **more)
    terminal.answer({**job, "findings": found["findings"]})
    terminal.say(f"  {text('fact_output')}: {clean(job['output_path'])}")
    terminal.say(f"  How far it is: jupyter primehub job {job['id']}")
    return exits.WELL


def chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the options choose, as the api's functions take it. Raises InvalidParameters, InvalidField."""
    return {
        "parameters": read_parameters(arguments),
        "instance_type": arguments.instance_type,
        "image": arguments.image,
        "display_name": arguments.name,
        "timeout_seconds": arguments.time_limit,
    }


def fault_code(found: Check) -> int:
    """The exit code for what is wrong with the form; or with the notebook itself."""
    return exits.REFUSED if found["faults"][0].get("field") == "notebook_path" else exits.USAGE


def has_errors(found: Check) -> bool:
    """Whether a finding is an error."""
    return any(each["severity"] == "error" for each in found["findings"])


def _send(notebook: str, choices: dict[str, Any], session: Session, terminal: Terminal) -> Job:
    """Submit it, under the id of an earlier command that did not hear what became of it. Raises as `api.submit`."""
    context = session.context
    values = {
        "endpoint": context.endpoint,
        "group": context.group.id,
        "notebook": session.notebook(notebook),
        **choices,
    }
    with pending(values) as submission:
        if submission.begun_at is not None:
            at = datetime.fromtimestamp(submission.begun_at)
            terminal.note(f"Going on with the submission of {at:%H:%M}, of which it is not known what became.")
        return _sent(notebook, choices, session, submission)


def _sent(notebook: str, choices: dict[str, Any], session: Session, submission: Pending) -> Job:
    try:
        job = api.submit(notebook, **choices, submission_id=submission.submission_id, session=session)
    except KeyboardInterrupt:
        raise SubmissionInterrupted from None
    except SubmissionUnknown:
        raise
    except PrimeHubError:  # and nothing was submitted
        submission.outcome_is_known()
        raise
    submission.outcome_is_known()
    return job
