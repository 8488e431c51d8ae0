"""Watching jobs: ids in; what has changed of them since a moment, the same for all tabs of a notebook server, out.

PrimeHub's lists can be stale without bound, one job asked for by its id never is: so all jobs that are watched are
asked for by id, in one document. One that is gone makes all of the answer null; then it is halved until that is found.
Nothing runs by itself: a look at PrimeHub is due so many seconds after the one before, and is begun by whoever asks for
changes then. So where nobody asks, or nothing is left that could change, PrimeHub is asked nothing.
"""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..context import Context
from ..errors import PrimeHubError
from ..primehub import documents
from ..primehub.errors import AccessDenied, AnswerTooLarge, BadAnswer, JobNotFound
from .command import is_job_id
from .detail import view_in_full
from .outputs import OutputNotebooks
from .query import OVER, refused
from .view import JobView, now_text, state_of

RUNNING_SECONDS, WAITING_SECONDS = 4.0, 10.0  # between two looks while something runs, or only waits
FIRST_BACK_OFF, LONGEST_BACK_OFF = 8.0, 60.0  # seconds between two looks while PrimeHub does not answer
FORGET_SECONDS = 300.0  # after which a job is not asked for that no tab has named
PROGRESS_SECONDS = 1.0  # between two looks at the output notebooks
SETTLE_SECONDS = 15.0  # after its end, in which a job's output notebook may still be seen to change (NFS)
MAX_JOBS = 200  # that are watched, and asked for in one document


@dataclass
class Watched:
    """One job.

    view : what is known of it, None before PrimeHub has been asked
    version : that of the watch when this last changed
    named_at : when a tab last asked for it by its id; jobs that were made here are asked for as long as they live
    heard_at : when PrimeHub last told of it
    over_at : when it was first known to be over
    gone : whether PrimeHub has no such job for us
    """

    view: JobView | None
    version: int
    named_at: float
    heard_at: float = float("-inf")
    over_at: float | None = None
    gone: bool = False

    @property
    def over(self) -> bool:
        """Whether nothing of it can change any more."""
        return self.gone or (self.view is not None and self.view["phase"] in OVER)


class Watch:
    """All jobs that somebody watches on a notebook server; for any thread."""

    def __init__(
        self,
        context: Context,
        outputs: OutputNotebooks,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ):
        self.context, self.outputs = context, outputs
        self._clock, self._jitter = clock, jitter
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._life = secrets.token_hex(4)
        self._jobs: dict[str, Watched] = {}
        self._version = 0
        self._token: str | None = ""  # "": not known yet
        self._as_of: str | None = None
        self._problem: PrimeHubError | None = None
        self._failures = 0
        self._looking = False
        self._looked_at = self._next_at = self._progress_at = float("-inf")

    def add(self, view: JobView, heard: bool = True) -> None:
        """Watch a job that was made or cancelled here; `heard`: whether PrimeHub told this of it just now."""
        with self._lock:
            known = self._jobs.get(view["id"])
            if known and not heard:
                return
            if known is None:
                self._make_room()
                self._next_at = min(self._next_at, self._looked_at + RUNNING_SECONDS)
            self._version += 1
            kept = view.copy()
            for told_once in ("ended_before", "time_limit_dropped"):
                kept.pop(told_once, None)
            self._jobs[view["id"]] = Watched(kept, self._version, float("inf"))
            if heard:
                self._jobs[view["id"]].heard_at = self._clock()

    def name(self, ids: list[str]) -> None:
        """A tab asks for these jobs."""
        now = self._clock()
        with self._lock:
            for job_id in ids:
                known = self._jobs.get(job_id)
                if known:
                    known.named_at = max(known.named_at, now)
                elif self._make_room():
                    self._jobs[job_id] = Watched(None, 0, now)
                    self._next_at = min(self._next_at, self._looked_at + RUNNING_SECONDS)

    def begin(self) -> bool:
        """Whether a look at PrimeHub is due; who is told so has to call `look`, and nobody else is told meanwhile."""
        with self._lock:
            due = not self._looking and self._clock() >= self._next_at and bool(self._live())
            self._looking = self._looking or due
            return due

    def look(self, root_dir: str) -> None:
        """Ask PrimeHub for the jobs that are watched and not over. Raises nothing: what is wrong is in `changes`."""
        asked, life = [0], self._life
        problem: PrimeHubError | None = PrimeHubError()  # whatever else is raised
        try:
            self._check_token()
            with self._lock:
                wanted, life = self._live(), self._life
                self._looked_at = self._clock()
            self._ask(wanted, root_dir, asked)
            problem = None
        except PrimeHubError as error:
            problem = error
        finally:
            with self._lock:
                if life == self._life:
                    self._looked(problem, asked[0])

    def _check_token(self) -> None:
        """Forget all where the token has changed: what one may see is not for another."""
        current = self.context.credentials.current()
        token = current.text if current else None
        with self._lock:
            if self._token not in ("", token):
                self._forget()
            self._token = token

    def _looked(self, problem: PrimeHubError | None, requests: int) -> None:
        self._looking = False
        self._problem = problem
        if problem is None:
            self._as_of, self._failures = now_text(), 0
            phases = {each.view["phase"] for each in self._jobs.values() if each.view and not each.over}
            wait = WAITING_SECONDS if phases <= {"Pending"} else RUNNING_SECONDS
            self._next_at = self._looked_at + wait * max(1, requests)
        else:
            wait = min(LONGEST_BACK_OFF, FIRST_BACK_OFF * 2.0**self._failures)
            self._failures = min(self._failures + 1, 10)
            self._next_at = self._clock() + wait * (0.75 + 0.5 * self._jitter())

    def _ask(self, ids: list[str], root_dir: str, asked: list[int]) -> None:
        """Ask for these jobs, and in halves where one of them is gone; `asked[0]` counts the requests."""
        if not ids:
            return
        unknown = [self._jobs[job_id].view is None for job_id in ids if job_id in self._jobs]
        if len(unknown) < len(ids):
            return  # forgotten meanwhile
        asked[0] += 1
        variables = {f"id{number}": job_id for number, job_id in enumerate(ids)}
        try:
            answer = self.context.execute(documents.watched_jobs(unknown), variables)
        except (JobNotFound, AccessDenied, AnswerTooLarge):
            if len(ids) == 1:
                self._heard(ids[0], None, root_dir)
            else:
                middle = len(ids) // 2
                self._ask(ids[:middle], root_dir, asked)
                self._ask(ids[middle:], root_dir, asked)
            return
        jobs = [answer.get(f"job{number}") for number in range(len(ids))]
        if not all(isinstance(job, dict) for job in jobs):
            raise BadAnswer()
        for job_id, job in zip(ids, jobs):
            self._heard(job_id, job, root_dir)

    def _heard(self, job_id: str, job: dict[str, Any] | None, root_dir: str) -> None:
        """What PrimeHub says of a job; None: it has none of that id for us."""
        with self._lock:
            known = self._jobs.get(job_id)
        if known is None or known.gone:
            return
        before = dict(known.view) if known.view else None
        known.heard_at = self._clock()
        if job is None:
            known.gone = True
        elif known.view is None:
            known.view = view_in_full(self.context, {**job, "id": job_id}, root_dir)
        else:
            known.view.update(state_of(job))
        with self._lock:
            if known.gone or known.view != before:
                self._version += 1
                known.version = self._version

    def read_progress(self) -> None:
        """Look at the output notebooks of what may run, or ended just now."""
        self._check_token()
        with self._lock:
            watched = [each for each in self._jobs.values() if each.view and each.view.output and not each.gone]
            # A tab asks no more about a job that it was told is over: what is told with that has to be of then.
            ended = any(each.over and each.over_at is None for each in watched)
            if self._clock() < self._progress_at + PROGRESS_SECONDS and not ended:
                return
            self._progress_at = self._clock()
        for each in watched:
            view, over = each.view, each.over
            if over and each.over_at is None:
                each.over_at = self._clock()
            if view is None or (each.over_at is not None and self._clock() > each.over_at + SETTLE_SECONDS):
                continue
            progress, failure = self.outputs.tell(self.context.volume, view.output, over)
            changed = _states(progress) != _states(view["progress"]) or failure != view["failure"]
            view["progress"], view["failure"] = progress, failure
            if changed:
                with self._lock:
                    self._version += 1
                    each.version = self._version
                    if not self._failures:  # what the volume tells is newer than what PrimeHub told
                        self._next_at = min(self._next_at, self._looked_at + RUNNING_SECONDS)

    def changes(self, since: str) -> dict[str, Any]:
        """`{"jobs", "gone", "now", "as_of", "problem", "next_seconds"}`, as docs/rest-api.md describes them.

        since : `now` of an earlier answer; all that is known, where that is of another life of the server, or ""
        """
        life, _, number = since.partition("-")
        with self._lock:
            version = int(number) if life == self._life and number.isdigit() and len(number) < 16 else 0
            changed = [(job_id, each) for job_id, each in self._jobs.items() if each.version > version]
            live = self._live()
            running = any(each.view and each.view["phase"] != "Pending" for each in map(self._jobs.__getitem__, live))
            return {
                "jobs": [dict(each.view) for _, each in changed if each.view and not each.gone],
                "gone": [job_id for job_id, each in changed if each.gone],
                "now": f"{self._life}-{self._version}",
                "as_of": self._as_of,
                "problem": self._problem.to_dict() if self._problem else None,
                "next_seconds": (2 if running else 5) if live else 30,
            }

    @property
    def problem(self) -> PrimeHubError | None:
        """What kept PrimeHub from telling of the jobs when it was last asked."""
        return self._problem

    def views(self) -> dict[str, JobView]:
        """What is known of jobs by id, and fresher than any list: they are over, or PrimeHub told of them just now."""
        self._check_token()
        with self._lock:
            since = self._clock() - WAITING_SECONDS
            return {
                job_id: each.view
                for job_id, each in self._jobs.items()
                if each.view and not each.gone and (each.over or each.heard_at >= since)
            }

    def _live(self) -> list[str]:
        """The ids of the jobs to ask for; those that no tab has named for long are left out."""
        named = self._clock() - FORGET_SECONDS
        return [job_id for job_id, each in self._jobs.items() if not each.over and each.named_at >= named]

    def _make_room(self) -> bool:
        """Forget the oldest that is over, or that nobody asks for, if there are too many; whether there is room now."""
        if len(self._jobs) >= MAX_JOBS:
            live = set(self._live())
            for job_id in [each for each in self._jobs if each not in live][:1]:
                del self._jobs[job_id]
        return len(self._jobs) < MAX_JOBS


def _states(progress: dict[str, Any] | None) -> object:
    """What counts as a change of progress: not that a second has gone by."""
    if progress is None:
        return None
    return [progress["total"], progress["done"], *((cell["state"], cell["id"]) for cell in progress["cells"])]


def read_ids(text: str) -> list[str]:
    """The ids in a text with commas between, at most MAX_JOBS. Raises BadRequest."""
    ids = [word for word in text.split(",") if word]
    if len(ids) > MAX_JOBS or not all(map(is_job_id, ids)):
        raise refused("jobs", f"at most {MAX_JOBS} ids of jobs, with commas between")
    return list(dict.fromkeys(ids))
