"""Killed amid a system call or an exchange with PrimeHub, then asked again: one job, with its snapshot."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit import submit_script
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from primehub_nbext.notebook_job import SNAPSHOTS, NotebookJob

RUNS = 40
TRIES = 50
# A PrimeHub that takes its time, and whose list lags, so that kills find something to interrupt. create_timeout is
# longer than that and than what a busy computer adds.
EXECUTION_SECONDS, LAG_SECONDS = 0.03, 0.1
SETTINGS = {"settle_timeout": 0.4, "create_timeout": 2.0, "request_timeout": 20.0}


class Submitter:
    """The process that forks submissions of one notebook, all of them to one PrimeHub."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path):
        self.primehub = primehub
        self.home = home
        self.notebook = write_notebook(home / "phusers" / "train.ipynb", "x = '''" + "0123456789" * 30_000 + "'''")
        self._process = subprocess.Popen(
            [sys.executable, submit_script.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def submit(self, submission_id: str, kill_at: str | None = None, kill_after: float | None = None) -> dict:
        order = {
            "settings": {
                **SETTINGS,
                "api_endpoint": self.primehub.endpoint,
                "home_dir": str(self.home),
                "group_id": self.primehub.group["id"],
                "group_name": self.primehub.group["name"],
                "token_file": str(self.home / "no-token.json"),
            },
            "root": str(self.home),
            "token": self.primehub.token,
            "body": {
                "notebook_path": "phusers/train.ipynb",
                "display_name": "train",
                "instance_type": "cpu-1",
                "image": "base-notebook",
                "submission_id": submission_id,
            },
            "kill_at": kill_at,
            "kill_after": kill_after,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def resolve(self, submission_id: str) -> str:
        """Press Submit until there is a job; its id."""
        for _ in range(TRIES):
            said = self.submit(submission_id)
            if "job" in said:
                return said["job"]
            assert said["error"] in ("submission_unknown", "submission_not_created"), said
        raise AssertionError("this submission is never resolved")

    def must_be_one_job(self, submission_id: str) -> None:
        """One job, which was answered and will be again, and its snapshot, whole and with nothing beside it."""
        answered = self.resolve(submission_id)
        assert [job["id"] for job in self.primehub.jobs_of(submission_id)] == [answered]
        snapshot = Path(NotebookJob.from_command(self.primehub.store.jobs[answered]["command"]).snapshot)
        assert snapshot.read_bytes() == self.notebook.read_bytes()
        folder = self.home / "phusers" / SNAPSHOTS / submission_id
        assert snapshot.parent == folder
        assert self.submit(submission_id)["job"] == answered
        left = {path.name for path in folder.iterdir()} - {".lock", "submission.json", "train.ipynb"}
        assert left == set()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@pytest.fixture(scope="module")
def submitter(tmp_path_factory):
    with MisbehavingPrimeHub() as primehub:
        submitter = Submitter(primehub, tmp_path_factory.mktemp("killed"))
        yield submitter
        submitter.close()


@pytest.fixture(autouse=True)
def slow(submitter):
    primehub = submitter.primehub
    primehub.behave()
    primehub.list_lag = LAG_SECONDS
    primehub.on("CreateJob", told.late(EXECUTION_SECONDS, executed=False))


@pytest.mark.parametrize("step", submit_script.STEPS)
def test_killed_at_a_step(submitter, step):
    name = f"step-{submit_script.STEPS.index(step):03}"
    assert submitter.submit(name, kill_at=step).get("killed"), "this step was never reached"
    submitter.must_be_one_job(name)


@pytest.mark.parametrize("step", ["half copied", "'sent' renamed", "createPhJob sent", "'created' not yet renamed"])
def test_killed_again_while_it_recovers(submitter, step):
    """The second kill finds what the first one left."""
    name = f"twice-{submit_script.STEPS.index(step):03}"
    assert submitter.submit(name, kill_at=step).get("killed")
    submitter.submit(name, kill_at=step)
    submitter.must_be_one_job(name)


def test_killed_at_any_moment(submitter):
    length = max(submitter.submit(f"measured-{number}")["seconds"] for number in range(3))
    chance = random.Random(20261122)
    killed = 0
    for number in range(RUNS):
        name = f"moment-{number:04}"
        killed += bool(submitter.submit(name, kill_after=chance.uniform(0, length)).get("killed"))
        submitter.must_be_one_job(name)
    assert killed > RUNS / 4, "most submissions were over before they were killed"
