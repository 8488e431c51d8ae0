"""Somebody whose submissions are killed in; what is left of one that is asked for again out.

Killed at any line of the package, in forked processes: here. In real servers: crashing_servers.py.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from kit.job_runs import JobRuns
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from primehub_nbext.jobs.claims import MADE_HERE
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.head import SNAPSHOTS
from primehub_nbext.jobs.snapshot import LOCK, RECORD

SETTINGS = {"settle_timeout": 0.3, "request_timeout": 5.0}
NOTEBOOK = "phusers/experiment-1/train.ipynb"
TRIES = 50
PASSING = ("submission_unknown", "submission_not_created")  # what a person may be told before there is a job
# What must not be left of a submission.
TWICE, NO_JOB, OTHER_JOB = "run more than once", "never run", "answered with another job"
NO_SNAPSHOT, TEMPORARY, OTHER_ERROR = "without their snapshot", "with a temporary file left", "told another error"
WRONG = (TWICE, NO_JOB, OTHER_JOB, NO_SNAPSHOT, TEMPORARY, OTHER_ERROR)


@dataclass(frozen=True)
class Outcome:
    """What is left of a submission: which of WRONG, whether its job had to be looked up, how many ended at once."""

    wrong: list[str]
    looked_up: bool
    superfluous: int


class Victim(ABC):
    """Somebody with a notebook in the group volume, whose submissions are killed; each subclass knows how."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path, source: str):
        self.primehub = primehub
        self.home = home
        self.notebook = write_notebook(home / NOTEBOOK, source)
        self.runs = JobRuns(home)
        self.chance = random.Random(str(home))

    @abstractmethod
    def submit(self, submission_id: str) -> dict:
        """Ask for a submission, undisturbed; answers {"job": its id} or {"error": a code}."""

    def body(self, submission_id: str) -> dict:
        return {
            "notebook_path": NOTEBOOK,
            "display_name": "killed",
            "instance_type": "cpu-1",
            "image": "base-notebook",
            "parameters": "start=1",
            "submission_id": submission_id,
        }

    def folder(self, submission_id: str) -> Path:
        return self.home / "phusers" / SNAPSHOTS / submission_id

    def outcome(self, submission_id: str) -> Outcome:
        """Ask until there is a job, and once more; then let PrimeHub run all its jobs, and look at what has run."""
        lookups = self.primehub.count("NewestCommands")
        for _ in range(TRIES):
            said = self.submit(submission_id)
            if said.get("error") not in PASSING:
                break
        looked_up = self.primehub.count("NewestCommands") > lookups
        jobs = self.primehub.jobs_of(submission_id)
        self.chance.shuffle(jobs)
        already = len(self.runs.ran)
        for job in jobs:
            self.runs.start(job)
        ran = self.runs.ran[already:]
        again = self.submit(submission_id)
        folder = self.folder(submission_id)
        snapshots = [Path(NotebookJob.from_command(job["command"]).snapshot) for job in jobs]
        left = {each.name for each in folder.glob("*") if not MADE_HERE.match(each.name)}
        wrong = {
            TWICE: len(ran) > 1,
            NO_JOB: not ran,
            # Before any job has begun the answer is one of them; afterwards it is the one that runs.
            OTHER_JOB: "job" in said and (said["job"] not in {job["id"] for job in jobs} or [again.get("job")] != ran),
            NO_SNAPSHOT: not all(path.parent == folder and self._is_copy(path) for path in snapshots),
            TEMPORARY: not left <= {LOCK, RECORD, self.notebook.name},
            OTHER_ERROR: "error" in said,
        }
        return Outcome([name for name, holds in wrong.items() if holds], looked_up, len(jobs) - 1)

    def _is_copy(self, path: Path) -> bool:
        return path.is_file() and path.read_bytes() == self.notebook.read_bytes()


class Submitter(Victim):
    """Their process, which forks submissions that can be killed at any line."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path):
        super().__init__(primehub, home, "print(1)")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("submitter.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def submit(self, submission_id: str, kill_at: int | None = None) -> dict:
        """... answers {"killed": True} as well, and {"lines"} that were run."""
        order = {
            "settings": self.settings(),
            "root": str(self.home),
            "token": self.primehub.token,
            "body": self.body(submission_id),
            "kill_at": kill_at,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def settings(self) -> dict:
        """The traits of PrimeHub that a server of theirs has."""
        return {
            **SETTINGS,
            "api_endpoint": self.primehub.endpoint,
            "home_dir": str(self.home),
            "group_id": self.primehub.group["id"],
            "group_name": self.primehub.group["name"],
            "token_file": str(self.home / "no-token.json"),
        }

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def at_random_lines(primehub: MisbehavingPrimeHub, home: Path, runs: int, seed: int) -> Counter:
    """`runs` submissions, each killed once or twice at a random line; counts of what is left of them."""
    chance = random.Random(seed)
    totals: Counter = Counter()
    with contextlib.closing(Submitter(primehub, home)) as submitter:
        length = submitter.submit(f"measured-{seed}")["lines"]
        for number in range(runs):
            submission_id = f"run-{seed}-{number:04}"
            for _ in range(chance.choice((1, 1, 2))):
                said = submitter.submit(submission_id, kill_at=chance.randint(1, length))
                totals["kills"] += "killed" in said
            count(totals, submitter.outcome(submission_id))
    return totals


def count(totals: Counter, outcome: Outcome) -> None:
    totals.update({"runs": 1, **{name: name in outcome.wrong for name in WRONG}})
    totals["resolved by looking it up"] += outcome.looked_up
    totals["jobs that ended at once"] += outcome.superfluous
