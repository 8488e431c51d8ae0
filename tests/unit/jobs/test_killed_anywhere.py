"""A submission whose process is killed (SIGKILL) at any line and that is then asked for again is still one job."""

from __future__ import annotations

import contextlib

import pytest

from kit.killing import WRONG, Submitter, at_random_lines
from kit.misbehaving import MisbehavingPrimeHub

RANDOM_RUNS = 40  # bench/bench_kill.py does 200
STEPS = 24


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


def test_killed_at_random_lines(primehub, tmp_path):
    primehub.list_lag = 0.1
    totals = at_random_lines(primehub, tmp_path, RANDOM_RUNS, seed=20261122)
    assert {name: totals[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert totals["kills"] >= RANDOM_RUNS


def test_killed_at_every_step(primehub, tmp_path):
    """At evenly spaced lines, so that no phase of a submission is left to chance."""
    with contextlib.closing(Submitter(primehub, tmp_path)) as submitter:
        # Not of the first, which makes the folder of all submissions as well.
        length = [submitter.submit(name)["lines"] for name in ("first-one", "second-one")][-1]
        for step in range(1, STEPS + 1):
            name = f"submission-{step}"
            assert "killed" in submitter.submit(name, kill_at=length * step // STEPS)
            assert submitter.outcome(name).wrong == [], step
