"""The way to PrimeHub: names, addresses and ports that do not answer have one deadline."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from kit import misbehaving as told
from kit import silent_resolver
from kit.clients import IN_TIME, SECRET, TIMEOUT, me
from kit.processes import wait_for
from primehub_nbext.primehub.errors import (
    NameNotFound,
    Timeout,
    Unreachable,
)

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("nothing_left_behind")]


def test_nobody_listens(connect):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        endpoint = f"http://127.0.0.1:{gone.getsockname()[1]}/api/graphql"
    with pytest.raises(Unreachable) as caught:
        me(connect(endpoint), SECRET)
    assert not caught.value.sent


def test_no_such_host(connect):
    with pytest.raises(NameNotFound) as caught:
        me(connect("http://primehub.invalid/api/graphql"), SECRET)
    assert not caught.value.sent
    assert "invalid" not in caught.value.message


@pytest.mark.parametrize("endpoint", ["http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "http://a..b/", "x"])
def test_an_address_that_is_none(connect, endpoint):
    with pytest.raises(Unreachable) as caught:
        me(connect(endpoint), SECRET)
    assert not caught.value.sent
    assert SECRET not in caught.value.message + caught.value.hint


@contextlib.contextmanager
def unanswering_address():
    """As many connections as the backlog takes; the next one's handshake is never answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as others:
        for _ in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        yield full.getsockname()


def test_a_port_that_never_accepts(connect):
    with unanswering_address() as (host, port):
        started = time.monotonic()
        with pytest.raises(Timeout) as caught:
            me(connect(f"http://{host}:{port}/", connect_timeout=0.3), SECRET)
    assert not caught.value.sent
    assert time.monotonic() - started < TIMEOUT


@pytest.fixture
def name_of(monkeypatch):
    """Gives a name several addresses."""

    def name_of(*addresses) -> str:
        found = [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
        return "http://primehub.example/"

    return name_of


@pytest.mark.parametrize(("connect_timeout", "limit"), [(0.3, 0.3), (5.0, TIMEOUT)])
def test_many_addresses_have_one_deadline(connect, name_of, connect_timeout, limit):
    with unanswering_address() as address:
        client = connect(name_of(*[address] * 10), connect_timeout=connect_timeout)
        started = time.monotonic()
        with pytest.raises(Timeout) as caught:
            me(client, SECRET)
    assert not caught.value.sent
    assert limit * 0.9 < time.monotonic() - started < limit + TIMEOUT / 2


def test_addresses_after_one_that_never_answers_are_tried(connect, primehub, name_of):
    with unanswering_address() as unanswering, socket.create_server(("127.0.0.1", 0)) as gone:
        refusing = gone.getsockname()
        gone.close()
        client = connect(name_of(refusing, unanswering, ("127.0.0.1", primehub.port)))
        assert me(client, primehub.token)["me"]["username"] == "alice"
        assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.connections == 1


def test_a_name_lookup_that_hangs(connect, primehub, monkeypatch):
    """Nobody waits longer than the deadline, all wait for the same lookup, and what it finds in the end is not kept."""
    answered, asked = threading.Event(), []

    def getaddrinfo(*args, **options):
        asked.append(args)
        answered.wait(told.STOP_SECONDS)
        return found

    found = socket.getaddrinfo("127.0.0.1", primehub.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    client = connect("http://primehub.example/api/graphql")

    def ask(_) -> bool:
        with pytest.raises(Timeout) as caught:
            me(client, SECRET)
        return caught.value.sent

    started = time.monotonic()
    with ThreadPoolExecutor(5) as people:
        sent = list(people.map(ask, range(5)))
    assert time.monotonic() - started < IN_TIME
    assert (sent, len(asked)) == ([False] * 5, 1)
    answered.set()
    wait_for("the lookup to end", lambda: silent_resolver.lookups() == 0, seconds=10)
    assert me(client, primehub.token)["me"]["username"] == "alice"
    assert len(asked) == 2


def test_a_name_server_that_never_answers(tmp_path):
    """The system's own resolver, in a network of its own where nobody answers it."""
    unshare = ["unshare", "--map-root-user", "--mount", "--net"]
    possible = subprocess.run([*unshare, "true"], capture_output=True, text=True)
    if possible.returncode:
        pytest.skip("cannot have a network of one's own here: " + possible.stderr.strip())
    command = [*unshare, sys.executable, silent_resolver.__file__, str(tmp_path), str(TIMEOUT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["asked"], "the name server was never asked"
    assert set(result["codes"]) == {"primehub_timeout"}
    assert result["slowest"] < IN_TIME < silent_resolver.RESOLVER_SECONDS
    assert (result["lookups"], result["lookups after the resolver gave up"]) == (1, 0)
