"""The four names of urllib3's inside that connection.py relies on: each is there, and urllib3 still goes by it."""

from __future__ import annotations

import socket

import pytest
import requests
from urllib3 import PoolManager, ProxyManager
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.primehub.connection import Deadline, watched_adapter

POOLS = {"http": HTTPConnectionPool, "https": HTTPSConnectionPool}
scheme = pytest.mark.parametrize("scheme", POOLS)


class AskedForIt(Exception):
    """urllib3 came by where we wait for it; no error that it would catch or make itself."""


@pytest.fixture
def port():
    """Somebody who listens: urllib3 gets a connection where it does not come by ours."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@scheme
def test_a_connection_makes_its_socket_with_new_conn(scheme, port):
    class Connection(POOLS[scheme].ConnectionCls):
        def _new_conn(self):
            raise AskedForIt

    with pytest.raises(AskedForIt):
        Connection("127.0.0.1", port, timeout=1).connect()


@scheme
def test_dns_host_is_the_whole_name(scheme):
    connection = POOLS[scheme].ConnectionCls("primehub.example.", 80)
    assert connection._dns_host == "primehub.example."


@scheme
def test_a_pool_makes_its_connections_of_connection_cls(scheme, port):
    class Connection(POOLS[scheme].ConnectionCls):
        def __init__(self, *args, **kwargs):
            raise AskedForIt

    class Pool(POOLS[scheme]):
        ConnectionCls = Connection

    with pytest.raises(AskedForIt):
        Pool("127.0.0.1", port, timeout=1).urlopen("GET", "/", retries=False)


@scheme
@pytest.mark.parametrize("manager", [PoolManager, lambda: ProxyManager("http://127.0.0.1:1")], ids=["direct", "proxy"])
def test_a_manager_makes_its_pools_of_pool_classes_by_scheme(scheme, manager):
    class Pool(POOLS[scheme]):
        pass

    manager = manager()
    manager.pool_classes_by_scheme = {scheme: Pool}
    assert type(manager.connection_from_url(f"{scheme}://127.0.0.1/")) is Pool


def test_the_adapter_goes_by_all_of_them():
    """The running deadline knows that there was a connection, which only a connection of ours tells it."""
    with MisbehavingPrimeHub() as primehub, requests.Session() as session, Deadline(20) as deadline:
        session.trust_env = False
        session.mount("http://", watched_adapter(1, proxied=False))
        assert not deadline.connected
        session.post(primehub.endpoint, json={"query": "query Me { me { id } }"}, timeout=20)
        assert deadline.connected
