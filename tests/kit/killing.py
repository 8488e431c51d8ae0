"""Kills in; what is left of a submission out: behind the test and the figure "killed anywhere, still one job"."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from kit.notebooks import write_notebook

SETTINGS = {"settle_timeout": 0.3, "create_timeout": 0.3, "request_timeout": 5.0}
TRIES = 20


class Submitter:
    """The process that forks submissions of one notebook, to a PrimeHub of the kit's."""

    def __init__(self, primehub, home: Path):
        self.primehub = primehub
        self.home = home
        self.notebook = write_notebook(home / "phusers/experiment-1/train.ipynb", "print(1)")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("submitter.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def submit(self, submission_id: str, kill_at: int | None = None) -> dict:
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
                "notebook_path": "phusers/experiment-1/train.ipynb",
                "display_name": "killed",
                "instance_type": "cpu-1",
                "image": "base-notebook",
                "parameters": "start=1",
                "submission_id": submission_id,
            },
            "kill_at": kill_at,
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextlib.contextmanager
def submitter(primehub, home: Path):
    each = Submitter(primehub, home)
    try:
        yield each
    finally:
        each.close()


def kill_and_retry(each: Submitter, submission_id: str, kills: list[int]) -> dict:
    """Submit, killed at each of `kills` in turn, then again until it answers with a job."""
    outcomes = Counter()
    for kill_at in kills:
        said = each.submit(submission_id, kill_at)
        outcomes["killed" if said.get("killed") else "not reached"] += 1
    for _ in range(TRIES):
        said = each.submit(submission_id)
        if "job" in said:
            break
        outcomes[said["error"]] += 1
    jobs = each.primehub.jobs_of(submission_id)
    snapshot = each.home / "phusers/.primehub/notebook-jobs" / submission_id / each.notebook.name
    return {
        "jobs": len(jobs),
        "answered": said.get("job"),
        "the_job": bool(jobs) and said.get("job") == jobs[0]["id"],
        "snapshot": snapshot.exists() and snapshot.read_bytes() == each.notebook.read_bytes(),
        "outcomes": outcomes,
    }


def randomised(primehub, home: Path, runs: int, seed: int) -> Counter:
    """`runs` submissions, each killed once or twice at a random line; counts of what is left of them."""
    chance = random.Random(seed)
    totals: Counter = Counter()
    with submitter(primehub, home) as each:
        length = each.submit(f"measured-{seed}")["lines"]
        for number in range(runs):
            kills = [chance.randint(1, length) for _ in range(chance.choice((1, 1, 2)))]
            left = kill_and_retry(each, f"run-{seed}-{number:04}", kills)
            totals["runs"] += 1
            totals["duplicate jobs"] += max(0, left["jobs"] - 1)
            totals["without a job"] += left["jobs"] == 0
            totals["answered with another job"] += not left["the_job"]
            totals["without their snapshot"] += not left["snapshot"]
            totals["killed"] += left["outcomes"]["killed"]
            totals["resolved by looking it up"] += primehub.requests[-1].operation == "MyCommands"
    return totals
