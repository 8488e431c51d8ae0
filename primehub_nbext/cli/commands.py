"""The commands: arguments, a session and a terminal in; what was asked for, on the terminal, and an exit code out."""

from __future__ import annotations

import argparse
import codecs
import getpass
import json
from typing import Any, Callable

from .. import api
from ..api import Session
from ..api.waiting import is_over
from ..errors import PrimeHubError
from ..jobs.errors import ArtifactNotFound
from ..jobs.query import LIMIT
from ..primehub.errors import GroupNotFound
from . import exits
from .following import bytes_shown, follow, print_log, resources_for
from .plain import LogText
from .terminal import Terminal
from .views import show_job, show_jobs, show_outcome, state_words, time_of
from .words import HINTS, duration, text

LONGEST_TOKEN = 64 * 1024  # characters that are read from standard input: the SDK's file is 1 kB
LINE_MARKS = {True: ("ok ", "good"), False: ("not", "bad"), None: ("-  ", "")}


def list_jobs(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`jobs`."""
    names = ("notebook", "mine", "search", "phase", "before", "limit")
    wanted = {name: getattr(arguments, name) for name in names}
    page = api.jobs(**{**wanted, "limit": int(arguments.limit)}, session=session)
    if not page["jobs"] and not page["problem"]:
        _require_group(session)  # of a group that it does not know, PrimeHub lists no jobs
    terminal.answer(page)
    if not terminal.json:
        show_jobs(terminal, page, bool(arguments.notebook), _filters(arguments))
    return exits.WELL


def _require_group(session: Session) -> None:
    """Raises GroupNotFound; whatever else keeps PrimeHub from telling of the group says nothing of it."""
    try:
        session.context.call(
            session.context.resources.get, session.context.group.id, session.context.credentials.require()
        )
    except GroupNotFound:
        raise
    except PrimeHubError:
        pass


def _filters(arguments: argparse.Namespace) -> list[str]:
    """The options of a job list, as they are typed, for the next part of it."""
    words = ["--mine"] * arguments.mine
    for name in ("notebook", "search", "phase", "limit"):
        if (given := getattr(arguments, name)) and given != str(LIMIT):
            words += [f"--{name}", given]
    return words


def tell_job(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`job ID`."""
    if arguments.wait or arguments.follow:
        return await_job(arguments.job_id, arguments, session, terminal)
    job = api.job(arguments.job_id, session=session)
    terminal.answer(job)
    if not terminal.json:
        show_job(terminal, job, resources_for(job, session))
    return exits.WELL


def await_job(job_id: str, arguments: argparse.Namespace, session: Session, terminal: Terminal, **more: Any) -> int:
    """What `--wait` and `--follow` do; `more` is for the JSON."""
    job = follow(job_id, session, terminal, log=arguments.follow)
    terminal.answer({**job, **more})
    if not terminal.json:
        show_outcome(terminal, job, resources_for(job, session))
    return exits.BY_PHASE.get(job["phase"], exits.JOB_FAILED)


def print_logs(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`logs ID`."""
    tail = {} if arguments.tail is None else {"tail": arguments.tail}
    if arguments.follow and not terminal.json:
        print_log(api.follow_log(arguments.job_id, **tail, session=session), terminal)
    elif arguments.follow:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for part in api.follow_log(arguments.job_id, **tail, session=session):
            terminal.answer_line(json.dumps({"text": decoder.decode(part)}))
    else:
        log = api.log(arguments.job_id, **tail, session=session)
        terminal.answer({"id": arguments.job_id, "text": log})
        if not terminal.json:
            terminal.write(LogText(terminal.coloured(terminal.out)).feed(log.encode(), final=True))
    return exits.WELL


def cancel_job(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`cancel ID`."""
    if terminal.interactive and not arguments.yes:
        job = api.job(arguments.job_id, session=session)
        question = text("cancel_sure", name=job["display_name"] or arguments.job_id)
        if not is_over(job) and not terminal.ask(question, otherwise=False):
            terminal.note("Nothing was changed.")
            return exits.REFUSED
    job = api.cancel(arguments.job_id, session=session)
    terminal.answer(job)
    show_outcome(terminal, job)
    return exits.WELL


def rerun_job(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`rerun ID`."""
    job = api.rerun(arguments.job_id, session=session)
    dropped = job["time_limit_dropped"]
    if dropped:
        terminal.note(text("rerun_limit", limit=duration(dropped["seconds"])), "warning")
    if arguments.wait or arguments.follow:
        terminal.say(f"{job['id']} runs it again.")
        return await_job(job["id"], arguments, session, terminal, time_limit_dropped=dropped)
    terminal.answer(job)
    terminal.say(f"{job['id']} runs it again: {state_words(job)}")
    return exits.WELL


def get_artifacts(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`artifacts ID`."""
    found = api.artifacts(arguments.job_id, session=session)
    if not set(arguments.names) <= {each["name"] for each in found["artifacts"]}:
        raise ArtifactNotFound()
    wanted = [each for each in found["artifacts"] if not arguments.names or each["name"] in arguments.names]
    if arguments.download is not None:
        with bytes_shown(terminal, sum(each["size"] for each in wanted)) as tell:
            files = api.download(
                arguments.job_id,
                arguments.download,
                names=arguments.names,
                overwrite=arguments.overwrite,
                on_bytes=tell,
                session=session,
            )
        terminal.answer({**found, "artifacts": wanted, "files": files})
        for file in files:
            terminal.say(file)
    else:
        terminal.answer({**found, "artifacts": wanted})
        rows = [[each["name"], size(each["size"]), time_of((each["modified"] or "")[:19] + "Z")] for each in wanted]
        if rows:
            terminal.table(("Name", "Size", "Modified"), rows, cut=(0,))
    if not found["artifacts"]:
        beside = found["written_beside_notebook"]
        terminal.note("The job has left no artifacts: PrimeHub keeps what a job writes to /home/jovyan/artifacts.")
        if beside:
            terminal.note(f"What it wrote beside the notebook is in {beside['path']}.")
    return exits.WELL


def size(count: int) -> str:
    """So many bytes, with a unit that one reads at a glance."""
    for unit, bytes_each in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= bytes_each:
            return f"{count / bytes_each:.1f} {unit}"
    return f"{count} B"


def enter_token(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`token`: read without an echo, or from standard input; never a word of the command, which others can see."""
    if arguments.clear:
        token = api.forget_token(session=session)
    elif arguments.show:
        token = api.whoami(session=session)
    else:
        if terminal.stdin.isatty():
            page = session.context.console_link("api-token") if session.context.config.group_name else ""
            if page.startswith("http"):
                terminal.note(f"PrimeHub gives you one here; requesting a new one revokes the old one: {page}")
            given = _typed_unseen("API token: ")
        else:
            given = terminal.stdin.read(LONGEST_TOKEN)
        token = api.set_token(given, session=session)
    terminal.answer(token)
    problem = token["problem"]
    if problem:
        terminal.note(problem["message"], "bad")
        terminal.note(HINTS.get(problem["code"], problem["hint"]))
        return exits.NO_TOKEN if problem["code"] == "token_rejected" else exits.NOT_REACHED
    if not token["configured"]:
        terminal.say("There is no API token." if not arguments.clear else "The API token was forgotten.")
        return exits.WELL if arguments.clear else exits.NO_TOKEN
    places = {"prompt": "was entered", "environment": "is in PRIMEHUB_API_TOKEN", "sdk_file": "is in the SDK's file"}
    whose = f"{token['user']}'s" if token["user"] else "the one in use"
    terminal.say(f"The API token that {places[token['source'] or 'prompt']} is {whose}.")
    return exits.WELL


def _typed_unseen(prompt: str) -> str:
    """A line that is typed without being shown; "" for Ctrl-D."""
    try:
        return getpass.getpass(prompt)
    except EOFError:
        return ""


def examine(arguments: argparse.Namespace, session: Session, terminal: Terminal) -> int:
    """`doctor`."""
    report = api.doctor(session=session)
    terminal.answer(report)
    for line in report["lines"]:
        mark, style = LINE_MARKS[line["ok"]]
        terminal.say(f"{mark} {line['message']}", style)
        if line["ok"] is False and line["hint"]:
            terminal.say(f"    {HINTS.get(line['cause'] or '', line['hint'])}")
    terminal.say(f"-   {', '.join(f'{name} {found}' for name, found in report['versions'].items() if found)}")
    return exits.WELL if report["ok"] else exits.REFUSED


COMMANDS: dict[str, Callable[[argparse.Namespace, Session, Terminal], int]] = {
    "jobs": list_jobs,
    "job": tell_job,
    "logs": print_logs,
    "cancel": cancel_job,
    "rerun": rerun_job,
    "artifacts": get_artifacts,
    "token": enter_token,
    "doctor": examine,
}
