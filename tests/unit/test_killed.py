"""A submission whose process is killed (SIGKILL) at any line and that is then asked for again is still one job."""

from __future__ import annotations

import pytest

from kit.killing import kill_and_retry, randomised, submitter
from kit.misbehaving import MisbehavingPrimeHub

RANDOM_RUNS = 40  # bench/bench_kill.py does 200
STEPS = 24


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


def test_killed_at_random_lines(primehub, tmp_path):
    primehub.list_lag = 0.1
    totals = randomised(primehub, tmp_path, RANDOM_RUNS, seed=20261122)
    bad = ("duplicate jobs", "without a job", "answered with another job", "without their snapshot")
    assert [totals[each] for each in bad] == [0, 0, 0, 0], totals
    assert totals["killed"] >= RANDOM_RUNS


def test_killed_at_every_step(primehub, tmp_path):
    """At evenly spaced lines, so that no phase of a submission is left to chance."""
    with submitter(primehub, tmp_path) as each:
        length = each.submit("submission-0")["lines"]
        for step in range(1, STEPS + 1):
            left = kill_and_retry(each, f"submission-{step}", [max(1, length * step // STEPS)])
            assert (left["jobs"], left["the_job"], left["snapshot"]) == (1, True, True), (step, left)
