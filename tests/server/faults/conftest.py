"""Servers that meet PrimeHub's faults: they survive them, do not say the token and talk to no stranger."""

from __future__ import annotations

import uuid

import pytest

from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.server_faults import SETTLE, TIMEOUT, TYPED
from kit.servers import main_hosts, start_server


@pytest.fixture(scope="module", params=main_hosts())
def host(request):
    return request.param


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="module")
def stranger():
    """Another host, to which the server's environment sends everything that heeds it."""
    with MisbehavingPrimeHub() as stranger:
        yield stranger


@pytest.fixture(scope="module")
def start(host, primehub, stranger, tmp_path_factory):
    """Starts servers, which must survive all that happens here, must not say the token, and talk to no stranger."""
    servers = []

    def start(endpoint: str, **env: str):
        home = tmp_path_factory.mktemp(f"faults-{host}")
        write_notebook(home / "phusers" / "train.ipynb", "print(1)")
        netrc = home / "netrc"
        netrc.write_text("default login mallory password other\n")
        netrc.chmod(0o600)
        proxy = f"http://127.0.0.1:{stranger.port}"
        env = {
            **primehub.notebook_env(home),
            "PRIMEHUB_API_ENDPOINT": endpoint,
            "PRIMEHUB_API_TOKEN": primehub.token,
            "PRIMEHUB_REQUEST_TIMEOUT": str(TIMEOUT),
            "PRIMEHUB_SETTLE_TIMEOUT": str(SETTLE),
            "NETRC": str(netrc),
            **{name: proxy for each in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (each, each.lower())},
            **env,
        }
        args = ("--PrimeHub.resources_max_age=0",)
        server = start_server(host, home, env=env, args=args)
        server.secret = env["PRIMEHUB_API_TOKEN"]
        servers.append(server)
        return server

    yield start
    logs = [server.log_text() for server in servers]
    assert [server.stop() for server in servers] == [[]] * len(servers), "a notebook server left processes behind"
    for log in logs:
        assert "primehub: query " in log, "the log is too quiet to prove anything"
        assert primehub.token not in log
        assert "Traceback" not in log
    assert (stranger.connections, stranger.requests) == (0, [])
    sent = {request.headers.get("authorization") for request in primehub.requests}
    assert sent <= {f"Bearer {primehub.token}", f"Bearer {TYPED}"}


@pytest.fixture(scope="module")
def target(primehub, start):
    """One server for most tests here."""
    return start(primehub.endpoint)


@pytest.fixture(autouse=True)
def behaving(primehub):
    primehub.behave()
    yield
    primehub.behave()


@pytest.fixture
def submission():
    return {
        "notebook_path": "phusers/train.ipynb",
        "display_name": "train",
        "instance_type": "cpu-1",
        "image": "base-notebook",
        "submission_id": uuid.uuid4().hex,
    }
