"""A seed in; one random history of a submission, and which promises it broke, out.

What happens in a history: Submit is pressed, in one tab or in two at once, by servers that may be killed (SIGKILL) at
any line; answers of PrimeHub get lost, come late or are errors, with and without a job made; its lists are stale or
empty; jobs of the submission start, in any order; people cancel and rerun them, here or in PrimeHub's console.
"""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kit import misbehaving as told
from kit.killing import Submitter
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs.cancel import cancel_job
from primehub_nbext.jobs.claims import open_claims
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.rerun import rerun_job
from primehub_nbext.jobs.submissions import Submissions
from primehub_nbext.primehub.errors import PrimeHubFault

TWICE, LOST = "the notebook ran more than once", "the notebook never ran"
AFTER_CANCEL, NO_RERUN = "something ran after a cancel", "a rerun did not run"
UNTRUE, UNRESOLVED = "somebody was told what is not so", "pressing again did not resolve it"
PROMISES = (TWICE, LOST, AFTER_CANCEL, NO_RERUN, UNTRUE, UNRESOLVED)
PRESSES = 6  # that must be enough once PrimeHub behaves
ERROR = {"errors": [{"message": "socket hang up", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}], "data": None}
REFUSAL = {"errors": [{"message": "User Gpu Quota exceeded", "extensions": {"code": "EXCEED_QUOTA"}}], "data": None}
# What may happen to a createPhJob that does not go well, and how often.
FATES = {
    told.reset(executed=True): 2,
    told.page(502, executed=True): 1,
    told.truncated("length"): 1,
    told.reset(executed=False): 2,
    told.answering(ERROR, executed=True): 2,
    told.answering(ERROR): 1,
    told.answering(REFUSAL): 1,
    "late": 2,
}
EVENTS = {"press": 6, "kill": 4, "both tabs": 2, "lists": 3, "start": 5, "cancel": 1, "rerun": 2, "late work": 1}


class Histories:
    """Somebody who lives through one history after the other, with one PrimeHub and one group volume."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path):
        self.primehub = primehub
        self.home = home
        self.submitter = Submitter(primehub, home)
        self.runs = self.submitter.runs
        self.settings = self.submitter.settings()

    def live(self, seed: int) -> tuple[list[str], Counter]:
        """The promises that the history of this seed broke, and what happened in it."""
        history = History(self, seed)
        try:
            history.live()
        finally:
            self.primehub.behave()
        return history.broken(), history.happened

    def close(self) -> None:
        self.submitter.close()


class History:
    """One submission, from the first press to the last job."""

    def __init__(self, histories: Histories, seed: int):
        self.all = histories
        self.primehub = histories.primehub
        self.id = f"history-{seed:06}"
        self.chance = random.Random(seed)
        self.happened: Counter = Counter()
        self.ran: list[str] = []  # jobs that ran the notebook, in order
        self.started: set[str] = set()
        self.reruns: dict[str, bool] = {}  # job → whether it must run
        self.before_cancel: int | None = None  # how many had run when the submission was cancelled
        self.void: set[str] = set()  # jobs that there were when somebody was told that none had been created
        self.faults: list[str] = []
        self.late = threading.Event()
        # Some days PrimeHub hardly ever does what it should.
        self.fates = {**FATES, told.behave: self.chance.choice((0, 1, 8, 20))}

    # What happens

    def live(self) -> None:
        self.primehub.on("CreateJob", self.create)
        for event in self.chance.choices(list(EVENTS), list(EVENTS.values()), k=self.chance.randint(3, 9)):
            self.happened[event] += 1
            getattr(self, f"do_{event.replace(' ', '_')}")()
        self.do_late_work()
        self.primehub.behave()
        self.primehub.stale = self.chance.random() < 0.5
        answer = self.resolve()
        jobs = self.jobs()
        self.chance.shuffle(jobs)
        for job in jobs:
            self.start(job)
        self.check_answer(answer)

    def create(self, exchange: told.Exchange) -> None:
        fate = self.chance.choices(list(self.fates), list(self.fates.values()))[0]
        if fate != "late":
            return fate(exchange)
        told.page(504)(exchange)
        late = self.late

        def execute():
            late.wait(told.STOP_SECONDS)
            exchange.execute()

        return self.primehub.start(execute)

    def do_press(self) -> None:
        self.hear(self.press())

    def do_kill(self) -> None:
        said = self.all.submitter.submit(self.id, kill_at=self.chance.randint(1, 900))
        self.happened["killed"] += "killed" in said
        self.hear(said)

    def do_both_tabs(self) -> None:
        start = threading.Barrier(2)

        def press(_tab):
            start.wait()
            return self.press()

        with ThreadPoolExecutor(2) as tabs:
            for said in list(tabs.map(press, range(2))):
                self.hear(said, alone=False)

    def do_lists(self) -> None:
        self.primehub.stale, self.primehub.empty = self.chance.choice([(True, False), (False, True), (False, False)])

    def do_start(self) -> None:
        waiting = [job for job in self.jobs() if job["id"] not in self.started and job["phase"] == "Pending"]
        if waiting:
            self.start(self.chance.choice(waiting))

    def do_cancel(self) -> None:
        jobs = [job for job in self.jobs() if job["phase"] == "Pending"]
        if not jobs:
            return
        job = self.chance.choice(jobs)
        if self.chance.random() < 0.3:  # the claim holds, whatever PrimeHub does
            self.primehub.on("CancelJob", told.page(502), nth=1)
        of_submission, told_to = not self.is_rerun(job), self.primehub.count("CancelJob")
        with contextlib.suppress(PrimeHubFault):
            cancel_job(self.context(), job["id"], str(self.all.home))
        if of_submission and self.before_cancel is None and self.primehub.count("CancelJob") > told_to:
            self.before_cancel = len(self.ran)
            self.happened["submissions cancelled"] += 1

    def do_rerun(self) -> None:
        jobs = self.jobs()
        if not jobs:
            return
        job = self.chance.choice(jobs)
        if self.chance.random() < 0.5:
            again, must = rerun_job(self.context(), job["id"], str(self.all.home))["id"], True
        else:  # in PrimeHub's console, which says nothing to us: it may be taken for a job that has yet to come
            must = self.first_job(job) is not None
            again = self.primehub.store.rerun_job(self.primehub.store.users["alice"], job["id"])["id"]
        self.reruns[again] = must

    def do_late_work(self) -> None:
        self.late.set()
        self.primehub.wait_for_late_work()
        self.late = threading.Event()

    # What people and PrimeHub do

    def press(self) -> dict:
        try:
            request = JobRequest.from_body(self.all.submitter.body(self.id))
            record, _, _ = Submissions(self.context()).submit(request, str(self.all.home))
            return {"job": record["id"]}
        except PrimeHubError as error:
            return {"error": error.code}

    def resolve(self) -> dict:
        """Press until something is known."""
        for _ in range(PRESSES):
            said = self.press()
            self.hear(said)
            if said.get("error") not in ("submission_unknown", "submission_not_created"):
                break
        if not ("job" in said or said["error"] == "submission_cancelled" and self.before_cancel is not None):
            self.faults.append(UNRESOLVED)
        return said

    def hear(self, said: dict, alone: bool = True) -> None:
        """Somebody is told something: it must be so, and stay so. `alone`: nobody else pressed meanwhile."""
        self.happened[f"told: {said.get('error', 'a job') if 'killed' not in said else 'nothing'}"] += 1
        jobs = {job["id"] for job in self.jobs()}
        if "job" in said and said["job"] not in jobs:
            self.faults.append(UNTRUE)
        if alone and said.get("error") in ("submission_not_created", "quota_exceeded"):
            self.void |= jobs - set(self.reruns)
            if set(self.ran) & self.void - set(self.reruns):
                self.faults.append(UNTRUE)
        if said.get("error") == "submission_cancelled" and self.before_cancel is None:
            self.faults.append(UNTRUE)

    def start(self, job: dict) -> None:
        """A job's turn has come, unless it was cancelled."""
        if job["phase"] != "Pending" or job["id"] in self.started:
            return
        self.started.add(job["id"])
        before = len(self.all.runs.ran)
        run = self.all.runs.start(job)
        self.ran += self.all.runs.ran[before:]
        self.primehub.end(job["id"], "Failed" if run.status else "Succeeded")

    # What there is

    def jobs(self) -> list[dict]:
        return self.primehub.jobs_of(self.id)

    def context(self) -> Context:
        return Context(PrimeHub(**self.all.settings))

    def first_job(self, job: dict) -> str | None:
        with open_claims(self.context().volume, self.id) as claims:
            return claims and claims.first_job(NotebookJob.from_command(job["command"]).attempt)

    def is_rerun(self, job: dict) -> bool:
        return self.first_job(job) not in (None, job["id"])

    # What must hold

    def check_answer(self, answer: dict) -> None:
        """Once the jobs have run, asking again names the one that ran the notebook."""
        originals = [job for job in self.ran if job not in self.reruns]
        plain = len(originals) == 1 and not set(self.reruns) & set(self.ran) and "job" in answer
        if plain and self.press() != {"job": originals[0]}:
            self.faults.append(UNTRUE)

    def broken(self) -> list[str]:
        reruns, ran = set(self.reruns), Counter(self.ran)
        must_run = {job for job, must in self.reruns.items() if must and job in self.started}
        # A rerun from the console may have taken the place of the first job of its attempt, which then runs as a rerun.
        ran_after = len(self.ran) - self.before_cancel if self.before_cancel is not None else 0
        wrong = {
            TWICE: len(self.ran) > 1 + len(reruns) or max(ran.values(), default=0) > 1,
            LOST: self.before_cancel is None and not self.ran,
            AFTER_CANCEL: ran_after > len(reruns),
            NO_RERUN: not must_run <= set(self.ran),
            UNTRUE: len(self.void & set(self.ran)) > len(reruns),
        }
        return [*dict.fromkeys([*self.faults, *(name for name, holds in wrong.items() if holds)])]


def live_through(primehub: MisbehavingPrimeHub, folder: Path, seeds: range) -> tuple[dict[int, list[str]], Counter]:
    """All histories of these seeds: those that broke a promise, and what happened in all."""
    broken, happened = {}, Counter()
    with contextlib.closing(Histories(primehub, folder)) as histories:
        for seed in seeds:
            wrong, events = histories.live(seed)
            happened += events
            if wrong:
                broken[seed] = wrong
    return broken, happened
