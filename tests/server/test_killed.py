"""A notebook server killed (SIGKILL) at any point of a submission, started again and asked again: still one job."""

from __future__ import annotations

import threading
import uuid

import pytest

from kit import misbehaving as told
from kit.crash_points import STEPS
from kit.crashing_servers import STATES, at_random_moments, crashing_servers, share
from kit.killing import WRONG
from kit.servers import main_hosts

# The second step lies in the recovery from the first.
TWICE = [
    ("half copied", "half copied"),
    ("'sent' renamed", "createPhJob half sent"),
    ("createPhJob sent", "job list answered"),
    ("createPhJob half answered", "'created' not yet renamed"),
]
RANDOM_RUNS = 8  # bench/bench_kill.py does 200


@pytest.fixture(scope="module", params=main_hosts())
def host(request):
    return request.param


@pytest.fixture(scope="module")
def servers(host, tmp_path_factory):
    """Two, because there is nothing to do while one starts."""
    source = "x = '''" + "0123456789" * 120_000 + "'''"  # more than 1 MB: a process of its own reads it
    with crashing_servers(host, tmp_path_factory.mktemp(f"killed-{host}"), 2, source) as servers:
        yield servers


def left(server, steps: tuple) -> list[str]:
    submission_id = uuid.uuid4().hex
    for step in steps:
        server.submit_and_die(submission_id, step)
    return server.outcome(submission_id).wrong


def test_killed_at_every_step(servers):
    steps = [(step,) for step in STEPS]
    assert dict(zip(steps, share(servers, left, steps))) == {each: [] for each in steps}


def test_killed_again_while_it_recovers(servers):
    assert dict(zip(TWICE, share(servers, left, TWICE))) == {each: [] for each in TWICE}


def test_primehub_makes_the_job_after_the_restart(host, tmp_path):
    """It still worked on what the dead server had sent; the first look at its list finds nothing: two jobs, one run."""
    with crashing_servers(host, tmp_path, 1, "print(1)") as [server]:
        looked = threading.Event()

        def nothing_yet(exchange):
            told.behave(exchange)
            looked.set()

        def when_looked_for(exchange):
            looked.wait(60)
            told.behave(exchange)

        server.primehub.on("NewestCommands", nothing_yet, nth=1)
        server.primehub.on("CreateJob", when_looked_for, nth=1)
        assert left(server, ("createPhJob sent",)) == []
        assert looked.is_set()


def test_killed_at_any_moment(servers):
    totals = at_random_moments(servers, RANDOM_RUNS, seed=20261122)
    assert {name: totals[name] for name in WRONG} == dict.fromkeys(WRONG, 0)
    assert totals[f"killed: {STATES[-1]}"] < RANDOM_RUNS / 2, "most submissions were over before they were killed"
