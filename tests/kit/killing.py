"""Kills in; what is left of a submission out: behind the test and the figure "killed anywhere, still one job"."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

SETTINGS = {"settle_timeout": 0.3, "create_timeout": 0.3, "request_timeout": 5.0}
TRIES = 20


class Submitter:
    """The process that forks submissions."""

    def __init__(self, primehub):
        self.primehub = primehub
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("submitter.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def submit(
        self, submission_id: str, kill_at: int | None = None, path: str = "phusers/experiment-1/capitalize.ipynb"
    ):
        order = {
            "settings": {
                **SETTINGS,
                "api_endpoint": self.primehub.endpoint,
                "home_dir": str(self.primehub.home),
                "group_id": self.primehub.group["id"],
                "group_name": self.primehub.group["name"],
                "token_file": str(self.primehub.home.parent / "no-token.json"),
            },
            "root": str(self.primehub.home),
            "token": self.primehub.token,
            "body": {
                "notebook_path": path,
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
def submitter(primehub):
    each = Submitter(primehub)
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
    source = each.primehub.volume / "experiment-1/capitalize.ipynb"
    snapshot = each.primehub.volume / ".primehub/notebook-jobs" / submission_id / "capitalize.ipynb"
    return {
        "jobs": len(jobs),
        "answered": said.get("job"),
        "the_job": bool(jobs) and said.get("job") == jobs[0]["id"],
        "snapshot": snapshot.exists() and snapshot.read_bytes() == source.read_bytes(),
        "outcomes": outcomes,
    }


def randomised(primehub, runs: int, seed: int) -> Counter:
    """`runs` submissions, each killed once or twice at a random line; counts of what is left of them."""
    chance = random.Random(seed)
    totals: Counter = Counter()
    with submitter(primehub) as each:
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
            totals["resolved by looking it up"] += primehub.operations()[-1] == "MyCommands"
    return totals
