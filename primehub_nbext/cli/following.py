"""Following a job: its id in; how far it is, on the terminal, and the job as it ended, out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..api import Job, Session, follow_log
from ..api.session import SOON
from ..api.waiting import ticks
from ..errors import PrimeHubError
from ..jobs.errors import NoLog
from ..primehub.patience import patience
from .explanation import Resources, needs_resources, sentence
from .plain import LogText, clean, shortened, width
from .terminal import Terminal

BAR = "{desc} {bar:24} {n_fmt}/{total_fmt} [{elapsed}]"
SHORT_BAR = "{desc} {n_fmt}/{total_fmt} [{elapsed}]"
NO_BAR = "{desc} [{elapsed}]"
LONGEST = 60  # characters of what is beside the bar
BESIDE, BAR_COLUMNS = 16, 24  # columns that a sentence leaves to how far it is, and to the bar if they are there


class Left(Exception):
    """A job is not waited for any longer, and goes on: because of an error, or because somebody pressed Ctrl-C."""

    def __init__(self, job_id: str, error: PrimeHubError | None):
        super().__init__(job_id)
        self.job_id, self.error = job_id, error


def follow(job_id: str, session: Session, terminal: Terminal, log: bool) -> Job:
    """Wait until the job has ended, and say meanwhile how far it is; with `log`, print what it writes instead.

    Raises Left, with the error if there is one.
    """
    latest: Job | None = None
    try:
        if log:
            try:
                print_log(follow_log(job_id, session=session), terminal)
            except NoLog as error:
                terminal.note(f"{error.message} {error.hint}")
        with showing(terminal, session, quiet=log) as show:
            for latest, problem in ticks(job_id, session):
                show(latest, problem)
    except (KeyboardInterrupt, PrimeHubError) as left:
        raise Left(latest["id"] if latest else job_id, left if isinstance(left, PrimeHubError) else None) from None
    assert latest, "the last one has ended"
    return latest


def print_log(parts: Iterator[bytes], terminal: Terminal) -> None:
    """Print a log as it comes."""
    stream = terminal.err if terminal.json else terminal.out
    safe = LogText(terminal.coloured(stream))
    try:
        for part in parts:
            terminal.write(safe.feed(part))
    finally:
        terminal.write(safe.feed(b"", final=True))


def resources_for(job: Job, session: Session) -> Resources | None:
    """What the group may use, where that makes the job's sentence a better one, and PrimeHub tells it soon."""
    if needs_resources(job):
        context = session.context
        with suppress(PrimeHubError), patience(SOON):
            return context.resources.get(context.group.id, context.credentials.require()).to_dict()
    return None


@contextmanager
def showing(terminal: Terminal, session: Session, quiet: bool = False) -> Iterator[Any]:
    """What shows a job and what keeps PrimeHub from telling of it: a bar on a terminal, else lines; or nothing."""
    bar = None if quiet else _bar(terminal, bar_format=NO_BAR, desc="Asking PrimeHub.")
    said, known = "", None

    def show(job: Job | None, problem: PrimeHubError | None) -> None:
        nonlocal said, known
        if job and not problem and not quiet:
            known = known or resources_for(job, session)  # asked for once
        words = problem.message if problem else sentence(job, known) if job else ""
        if bar is not None:
            progress = (job["progress"] if job else None) or {}
            bar.total, bar.n = progress.get("total"), progress.get("done", 0)
            room = (bar.ncols or LONGEST + BESIDE) - BESIDE
            words = shortened(clean(words), min(LONGEST, room))
            bar.bar_format = (BAR if width(words) + BAR_COLUMNS <= room else SHORT_BAR) if bar.total else NO_BAR
            bar.set_description_str(words, refresh=False)
            bar.refresh()
        elif words and words != said and not (quiet and problem is None):
            terminal.note(clean(words))
        said = words

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def _bar(terminal: Terminal, **options: Any) -> Any:
    """tqdm's bar, which papermill brings along; None where it is not installed, or where there is no terminal."""
    if not terminal.err.isatty():
        return None
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    tqdm.monitor_interval = 0  # no thread for a bar that is drawn each second
    return tqdm(file=terminal.err, leave=False, dynamic_ncols=True, **options)


@contextmanager
def bytes_shown(terminal: Terminal, total: int) -> Iterator[Any]:
    """What is told of the bytes of a download, as `api.download` wants it: a bar on a terminal, else nothing."""
    bar = _bar(terminal, total=total, unit="B", unit_scale=True) if total else None
    try:
        yield lambda name, came, size: bar.update(came) if bar is not None else None
    finally:
        if bar is not None:
            bar.close()
