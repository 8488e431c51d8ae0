"""Connections: one is used again, a dead one is replaced, and nothing is sent twice that may have been done."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import misbehaving as told
from kit.clients import TIMEOUT, create, me
from kit.processes import wait_for
from primehub_nbext.primehub.errors import (
    PrimeHubFault,
    Timeout,
    Unavailable,
    Unreachable,
)

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("nothing_left_behind")]


def test_one_connection_is_used_again(connect, primehub):
    client = connect(primehub.endpoint)
    for _ in range(5):
        assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.connections == 1


def test_forty_at_once_wait_together(connect, primehub):
    """None of them waits for another one's answer; nor does the PrimeHub of these tests."""
    client = connect(primehub.endpoint, max_workers=40, request_timeout=60.0)
    with ThreadPoolExecutor(40) as people, primehub.holding("Me") as gate:
        waiting = [people.submit(me, client, primehub.token) for _ in range(40)]
        gate.wait_for(40)
        assert not any(each.done() for each in waiting)
        gate.open()
        assert [each.result()["me"]["username"] for each in waiting] == ["alice"] * 40
    assert (gate.peak, primehub.connections) == (40, 40)


def test_a_dead_connection_is_replaced(connect, primehub):
    """PrimeHub closes connections that were idle for long: neither queries nor createPhJob may fail over that."""
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.close_connections()
    assert create(client, primehub)["createPhJob"]["id"]
    primehub.close_connections()
    me(client, primehub.token)
    assert (primehub.connections, primehub.count("CreateJob")) == (3, 1)


def test_a_connection_that_dies_under_a_query_is_tried_again(connect, primehub):
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.on("Me", told.reset(executed=False), nth=1)
    assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.count("Me") == 3


def test_a_connection_that_dies_under_create_is_not(connect, primehub):
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.on("CreateJob", told.reset(executed=False), nth=1)
    with pytest.raises(Unreachable) as caught:
        create(client, primehub)
    assert caught.value.sent
    assert primehub.count("CreateJob") == 1


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (told.reset(executed=False, executed_after=TIMEOUT), Unreachable),
        (told.page(502, executed_after=TIMEOUT), Unavailable),
    ],
)
def test_a_gateway_that_gives_up_before_primehub(connect, primehub, behaviour, expected):
    primehub.on("CreateJob", behaviour)
    with pytest.raises(expected) as caught:
        create(connect(primehub.endpoint), primehub)
    assert (caught.value.sent, len(primehub.store.jobs)) == (True, 0)
    wait_for("the job that was made later", lambda: len(primehub.store.jobs) == 1, seconds=10)


def test_both_tries_have_one_deadline(connect, primehub):
    primehub.on("Me", told.silent(executed=False))
    primehub.on("Me", told.reset(executed=False, after=0.8 * TIMEOUT), nth=1)
    started = time.monotonic()
    with pytest.raises(Timeout):
        me(connect(primehub.endpoint), primehub.token)
    assert time.monotonic() - started < 1.6 * TIMEOUT
    assert primehub.count("Me") == 2


@pytest.mark.parametrize("error", [AttributeError("'NoneType' object has no attribute 'readline'"), RuntimeError()])
def test_what_a_library_makes_of_a_socket_that_was_shut_down_is_a_time_out(connect, primehub, monkeypatch, error):
    def broken(response, deadline):
        wait_for("the end of the time", lambda: deadline.expired)
        raise error

    client = connect(primehub.endpoint)
    monkeypatch.setattr(client._transport, "_read", broken)
    with pytest.raises(Timeout):
        me(client, primehub.token)


def test_a_fault_leaves_the_client_usable(connect, primehub):
    client = connect(primehub.endpoint)
    for behaviour in (told.truncated("length"), told.huge(50_000_000), told.dripping("body"), told.silent(False)):
        primehub.on("Me", behaviour)
        with pytest.raises(PrimeHubFault):
            me(client, primehub.token)
        primehub.behave()
        assert me(client, primehub.token)["me"]["username"] == "alice"
