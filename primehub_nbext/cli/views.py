"""Views: jobs and findings in; how a person reads them in a terminal out."""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from typing import Any

from ..api import Check, Fault, Finding, Job, JobPage
from ..errors import PrimeHubError, filled
from .explanation import MARKS, Resources, moment, seconds, sentence, short_failure, state
from .plain import clean
from .terminal import Terminal
from .words import HINTS, duration, text

STYLES = {"succeeded": "good", "failed": "bad", "running": "busy", "cancelled": "quiet"}
CELL_MARKS = {"done": "✓", "running": "◔", "failed": "✕", "stopped": "◼"}
SEVERITIES = {"error": ("✕", "bad"), "warning": ("⚠", "warning"), "note": ("·", "")}
TRACEBACK_LINES = 12
LONGEST_LIST = 60  # of cells
FILTERS = ("--mine", "--search", "--phase", "--before")  # which may leave none of the jobs that there are


def show_error(terminal: Terminal, error: PrimeHubError, **more: object) -> None:
    """What happened and what to do, as the dialogs say it; `more` is for a program."""
    fault = fault_of(error)
    if terminal.json:
        terminal.answer({"error": fault, **more})
    else:
        terminal.note(fault["message"], "bad")
        terminal.note(fault["hint"])


def fault_of(error: PrimeHubError) -> Fault:
    """An error with a hint for who types."""
    fault: dict[str, Any] = error.to_dict()
    return {**fault, "hint": HINTS.get(error.code, error.hint)}  # type: ignore[typeddict-item]


def show_faults(say: Any, faults: list[Fault]) -> None:
    """What is wrong with the form; `say` prints a line."""
    for fault in faults:
        say(f"✕ {clean(fault['message'])} [{fault['code']}]", "bad")
        say(f"  {clean(fault['hint'])}")


def show_findings(say: Any, findings: list[Finding]) -> None:
    """Findings, each with its cell; `say` prints a line."""
    for each in findings:
        mark, style = SEVERITIES.get(each["severity"], SEVERITIES["note"])
        where = (
            ""
            if each["number"] is None
            else f"Cell {each['number']}" + (f", line {each['line']}" if each["line"] else "")
        )
        say(f"{mark} {f'{where}: ' if where else ''}{clean(each['message'])} [{each['code']}]", style)
        hint = HINTS.get(each["code"])
        say(f"  {clean(filled(hint, each['values']) if hint else each['hint'])}")
        for edit in (each["fix"] or {"edits": []})["edits"]:
            show_edit(say, edit)


def show_edit(say: Any, edit: dict[str, Any]) -> None:
    """A part of a fix, as a difference."""
    for name, mark, style in (
        ("old", "-", "bad"),
        ("new", "+", "good"),
        ("insert", "+", "good"),
        ("tag", "+ tag", "good"),
    ):
        for line in str(edit[name]).split("\n") if edit.get(name) else []:
            say(f"    {mark} {clean(line)}", style)


def show_check(terminal: Terminal, check: Check) -> None:
    """The parameters as they are read, the cell that will be put in, and what there is to say."""
    if check["parameters"]:
        rows = [
            [each["name"], each["type"] or "", each["default"] or "", each["text"] if each["changed"] else ""]
            for each in check["parameters"]
        ]
        terminal.table(("Parameter", "Type", "Default", "Given"), rows, cut=(2, 3))
        terminal.say()
    show_faults(terminal.say, check["faults"])
    show_findings(terminal.say, check["findings"])
    if not check["faults"] and not check["findings"]:
        terminal.say("Nothing to say: as far as can be told from here, the notebook can be submitted.", "good")


def show_jobs(terminal: Terminal, page: JobPage, of_notebook: bool, filters: Sequence[str]) -> None:
    """A page of the job list, as a table; `filters`: the options that chose it."""
    if page["problem"]:
        terminal.note(f"{clean(page['problem']['message'])} This list is of {time_of(page['as_of'])}.", "warning")
    if not page["jobs"] and page["next"]:
        terminal.say("No job fits so far; there are older ones to look at.")
    elif not page["jobs"] and [each for each in filters if each.startswith(FILTERS)]:
        terminal.say("No job fits.")
    elif not page["jobs"]:
        terminal.say(text("jobs_none" if of_notebook else "jobs_none_group"))
        terminal.say(text("jobs_none_hint"))
    rows = []
    for job in page["jobs"]:
        progress, took = job["progress"], seconds(job)
        far = text("progress_of", done=progress["done"], total=progress["total"]) if progress else ""
        began, who = time_of(job["start_time"] or job["create_time"]), job["user"] or ""
        told = [job["id"], state_words(job), job["display_name"] or "", short_failure(job) or far, began]
        rows.append([*told, "" if took is None else duration(took), who, parameters(job)])
    if rows:
        keys = ("state", "name", "progress")
        headings = ["ID", *(text(f"column_{key}") for key in keys), text("fact_started"), text("column_duration")]
        headings += [text("column_user"), text("column_parameters")]
        terminal.table(
            headings,
            rows,
            cut=(2, 3, 6, 7),
            drop=(7, 6, 5, 4, 3, 2, 1),
            style=lambda row: STYLES.get(state(page["jobs"][row]), ""),
        )
    if page["next"]:
        words = ["jupyter", "primehub", "jobs", *filters, "--before", page["next"]]
        terminal.note(f"Older ones: {' '.join(map(shlex.quote, words))}", "quiet")


def show_job(terminal: Terminal, job: Job, resources: Resources | None) -> None:
    """All that is told of a job: state, cells, what failed, facts."""
    show_outcome(terminal, job, resources, cells=True)
    took, limit = seconds(job), job["timeout_seconds"]
    terminal.say()
    terminal.facts(
        [
            (text("fact_parameters"), parameters(job) or text("fact_no_parameters")),
            (text("fact_notebook"), job["notebook_path"]),
            (text("fact_output"), job["output_path"]),
            (text("fact_instance"), job["instance_type"]),
            (text("fact_image"), job["image"]),
            (text("fact_user"), job["user"]),
            (text("fact_created"), time_of(job["create_time"])),
            (text("fact_started"), time_of(job["start_time"])),
            (text("fact_finished"), time_of(job["finish_time"])),
            (text("fact_duration"), "" if took is None else duration(took)),
            (text("fact_limit"), duration(limit) if limit else ""),
            ("Details", link(job)),
        ]
    )


def show_outcome(terminal: Terminal, job: Job, resources: Resources | None = None, cells: bool = False) -> None:
    """How a job is, or ended: one sentence, and the end of the traceback of what failed."""
    terminal.say(f"{state_words(job)}  {clean(job['display_name'] or '')}  {job['id']}", STYLES.get(state(job), ""))
    terminal.say(clean(sentence(job, resources)))
    progress = job["progress"] or {}
    if cells and progress.get("cells"):
        terminal.say()
        for cell in progress["cells"][:LONGEST_LIST]:
            took = "" if cell["seconds"] is None else duration(cell["seconds"])
            terminal.say(f"  {CELL_MARKS.get(cell['state'], '·')} {took:>9}  {clean(cell['source'] or '')}")
        if len(progress["cells"]) > LONGEST_LIST:
            terminal.say(f"  … {len(progress['cells'])} cells", "quiet")
    failure = job["failure"]
    if failure and failure["traceback"]:
        lines = clean(failure["traceback"], lines=True).rstrip().split("\n")
        terminal.say()
        for line in lines[-TRACEBACK_LINES:]:
            terminal.say(f"  {line}")
    if not cells and job["output_path"] and progress:
        terminal.say(f"Output: {clean(job['output_path'])}")


def state_words(job: Job) -> str:
    """A job's state, with the shape that tells it apart where there are no colours."""
    return f"{MARKS[state(job)]} {text('state_' + state(job))}"


def parameters(job: Job) -> str:
    """A job's parameters on one line, as one would type them."""
    return "; ".join(f"{name}={parameter(value)}" for name, value in (job["parameters"] or {}).items())


def parameter(value: object) -> str:
    """A value as one would type it."""
    plain = isinstance(value, str) and value.strip() == value and value and ";" not in value and "\n" not in value
    return str(value) if plain else json.dumps(value, ensure_ascii=False)


def time_of(written: str | None) -> str:
    """A time in the reader's zone; "" where there is none."""
    at = moment(written)
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def link(job: Job) -> str:
    """The address of the job's page, where that is one: what begins with / is on a host that only a browser knows."""
    return job["console_url"] if job["console_url"].startswith("http") else ""
