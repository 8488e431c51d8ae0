"""One end to all the waiting of one call: however many requests it makes, and whomever it waits for."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import misbehaving as told
from kit.clients import me
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.primehub.errors import Timeout
from primehub_nbext.primehub.patience import patience, waiting
from primehub_nbext.primehub.resources import ResourceCache

LONG = 60.0  # seconds; less than half of it is another deadline, not a busy computer


def test_all_requests_of_a_call_share_its_patience(connect, primehub):
    client = connect(primehub.endpoint, request_timeout=LONG)
    primehub.on("", told.silent(executed=False))
    started = time.monotonic()
    with patience(1.0):
        for _ in range(5):
            with pytest.raises(Timeout):
                me(client, primehub.token)
    assert time.monotonic() - started < LONG / 2
    primehub.behave()
    assert me(client, primehub.token)["me"]["username"] == "alice"


def test_whoever_waits_for_the_request_of_another_has_an_end_as_well(connect, primehub):
    cache = ResourceCache(PrimeHub(), connect(primehub.endpoint, request_timeout=LONG))

    def impatient():
        with patience(0.5):
            return cache.get(primehub.group["id"], primehub.token)

    with ThreadPoolExecutor(2) as callers, primehub.holding("Resources") as gate:
        first = callers.submit(cache.get, primehub.group["id"], primehub.token)
        gate.wait_for(1)
        second = callers.submit(impatient)
        with pytest.raises(Timeout):
            second.result(LONG / 2)
        assert not first.done()
        gate.open()
        assert first.result(LONG).group["name"] == "phusers"


def test_what_is_left(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    seen = []
    with patience(10.0):
        for seconds in (3.0, 4.0, 5.0, 1.0):
            with waiting() as left:
                seen.append(left)
                now[0] += seconds
        with patience(2.0), waiting() as left:
            seen.append(left)
        with waiting() as left:
            seen.append(left)
    with waiting() as left:
        seen.append(left)
    assert seen == [10.0, 7.0, 3.0, 0.0, 2.0, 0.0, None]


def test_the_door_to_the_threads_has_one(tmp_path):
    context = Context(PrimeHub(request_timeout=3.0, settle_timeout=4.0))

    def look():
        with waiting() as left:
            return left, threading.current_thread().daemon

    assert asyncio.run(context.run(look)) == (7.0, True)
    assert asyncio.run(context.run_local(look)) == (None, True)
