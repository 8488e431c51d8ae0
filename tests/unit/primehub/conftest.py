"""What tests of the client share: clients that are closed, another host, and a look at what they leave behind."""

from __future__ import annotations

import gc
import os
import threading

import pytest

from kit.clients import TIMEOUT
from kit.misbehaving import MisbehavingPrimeHub
from kit.processes import wait_for
from primehub_nbext.config import PrimeHub
from primehub_nbext.primehub.client import Client


@pytest.fixture(scope="module")
def older_objects_set_aside():
    """Collections look only at what the tests of this file make: going through all modules would take longer."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture
def nothing_left_behind(older_objects_set_aside):
    """Whatever happened, a closed client leaves neither threads nor descriptors."""
    before, descriptors = set(threading.enumerate()), count_descriptors()
    yield
    # but for the one thread of all clients that watches over their time
    wait_for(
        "the client's threads to end",
        lambda: [each.name for each in set(threading.enumerate()) - before] in ([], ["primehub-deadlines"]),
        seconds=10,
    )
    wait_for("the client's sockets to be closed", lambda: count_descriptors() <= descriptors, seconds=10)


def count_descriptors() -> int:
    gc.collect()  # a pool of urllib3 closes its connections when it is collected
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def stranger():
    """Another host, which has no business with the token."""
    with MisbehavingPrimeHub() as stranger:
        yield stranger


@pytest.fixture
def connect():
    """Makes clients, and closes them."""
    clients = []

    def connect(endpoint: str, **settings) -> Client:
        client = Client(PrimeHub(**{"request_timeout": TIMEOUT, **settings}), endpoint)
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()
