"""A late PrimeHub makes nobody else wait: held at a gate, not timed. How fast it all is: `make bench`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

pytest.importorskip("graphql")

from kit.misbehaving import MisbehavingPrimeHub  # noqa: E402
from kit.processes import wait_for  # noqa: E402
from kit.servers import start_server  # noqa: E402

HEAVY = {"requests", "urllib3", "yaml", "nbformat"}
EXAMPLE = "phusers/experiment-1/capitalize.ipynb"
LOCAL = [("GET", "session"), ("GET", f"notebooks/{EXAMPLE}"), ("POST", f"notebooks/{EXAMPLE}/check")]


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="module")
def pod(primehub, tmp_path_factory):
    """A notebook pod's home, with the example in its group volume."""
    return primehub.lay_out(tmp_path_factory.mktemp("pod"))


@pytest.fixture(scope="module")
def start(host, primehub, pod, tmp_path_factory):
    """Starts a server wired to the PrimeHub, with extra command line options."""
    started = []

    def start_one(*args):
        home = tmp_path_factory.mktemp(f"quick-{host}")
        started.append(start_server(host, home, env=primehub.notebook_env(pod), root=pod, args=args))
        return started[-1]

    yield start_one
    assert [server.stop() for server in started] == [[]] * len(started), "a server left processes behind"


@pytest.fixture(scope="module")
def quick(start):
    return start()


@pytest.fixture
def server(quick, primehub):
    """A server that has just been signed in to: it knows the user, and no resources yet."""
    return sign_in(quick, primehub)


def sign_in(server, primehub):
    answer = server.api("PUT", "token", json={"token": primehub.token})
    assert answer.status_code == 200, answer.text
    return server


def ask(server, method, route, **options) -> requests.Response:
    """One request over a connection of its own: a session is not made for several threads."""
    url, headers = f"{server.url}primehub/api/{route}", {"Authorization": f"token {server.token}"}
    with server.session() as session:
        return session.request(method, url, headers=headers, timeout=60, **options)


def submit(server, path=EXAMPLE):
    request = {"notebook_path": path, "display_name": "a job", "instance_type": "cpu-1", "image": "base-notebook"}
    return ask(server, "POST", "jobs", json=request)


def still_answers(server) -> bool:
    return all(server.request("GET", path).status_code == 200 for path in ("api/status", "primehub/api/session"))


@pytest.mark.parametrize("route", ["jobs", "resources", "token"])
def test_others_are_answered_while_primehub_hangs(server, primehub, route):
    with ThreadPoolExecutor() as clients, primehub.holding() as gate:
        hanging = clients.submit(ask, server, "GET", route)
        gate.wait_for(1)
        assert still_answers(server)
        assert not hanging.done()
        gate.open()
        assert hanging.result().status_code == 200


def test_all_tabs_are_told_what_is_known_while_primehub_hangs(server, primehub):
    before = primehub.count("WatchedJobs")
    with ThreadPoolExecutor(8) as clients, primehub.holding("WatchedJobs") as gate:
        tabs = [clients.submit(ask, server, "GET", "feed?jobs=job-1") for _ in range(8)]
        assert [each.result().json()["jobs"] for each in tabs] == [[]] * 8
        assert primehub.count("WatchedJobs") == before + 1
        gate.open()
    wait_for("what PrimeHub said", lambda: ask(server, "GET", "feed").json()["gone"] == ["job-1"], seconds=30)


def test_a_token_is_changed_while_primehub_hangs(server, primehub):
    """What it was asked with the old token is forgotten, not waited for."""
    with ThreadPoolExecutor() as clients, primehub.holding("Resources") as gate:
        hanging = clients.submit(ask, server, "GET", "resources")
        gate.wait_for(1)
        assert ask(server, "DELETE", "token").json()["configured"] is False
        assert ask(server, "PUT", "token", json={"token": primehub.token}).status_code == 200
        assert still_answers(server)
        again = clients.submit(ask, server, "GET", "resources")
        gate.wait_for(2)
        assert not hanging.done() and not again.done()
        gate.open()
        assert [hanging.result().status_code, again.result().status_code] == [200, 200]


def test_others_are_answered_while_a_submission_hangs(server, primehub):
    with ThreadPoolExecutor() as clients, primehub.holding("CreateJob") as gate:
        hanging = clients.submit(submit, server)
        gate.wait_for(1)
        assert still_answers(server)
        assert not hanging.done()
        gate.open()
        assert hanging.result().status_code == 201


def test_a_full_pool_queues_but_nothing_that_asks_primehub_nothing(start, primehub):
    server = sign_in(start("--PrimeHub.max_workers=2"), primehub)
    with ThreadPoolExecutor(6) as clients, primehub.holding("Jobs") as gate:
        waiting = [clients.submit(ask, server, "GET", "jobs") for _ in range(6)]
        gate.wait_for(2)
        assert still_answers(server)
        for method, route in LOCAL:
            assert ask(server, method, route, json={}).status_code == 200, route
        assert not any(each.done() for each in waiting)
        gate.open()
        assert [each.result().status_code for each in waiting] == [200] * 6
    assert gate.peak == 2, "two threads make two requests at a time"


def test_twenty_submissions_are_under_way_at_the_same_time(server, primehub):
    with ThreadPoolExecutor(20) as clients, primehub.holding("CreateJob") as gate:
        waiting = [clients.submit(submit, server) for _ in range(20)]
        gate.wait_for(20)
        assert still_answers(server)
        gate.open()
        answers = [each.result() for each in waiting]
    assert [answer.status_code for answer in answers] == [201] * 20
    assert len({answer.json()["id"] for answer in answers}) == 20


def test_requests_in_a_row_share_one_connection(server, primehub, pod, tmp_path_factory):
    folder = pod / "phusers" / tmp_path_factory.mktemp("in-a-row").name
    folder.mkdir()
    shutil.copy(pod / EXAMPLE, folder / "one.ipynb")
    before = len(primehub.requests)
    for _ in range(10):
        assert ask(server, "GET", "jobs").status_code == 200
        assert submit(server, f"phusers/{folder.name}/one.ipynb").status_code == 201
    after = [each for each in primehub.requests[before:] if each.operation in ("Jobs", "CreateJob")]
    assert len(after) == 20
    assert len({each.connection for each in after}) == 1


def test_resources_are_answered_from_a_cache(server, primehub):
    before = primehub.count("Resources")
    first = ask(server, "GET", "resources").json()
    assert primehub.count("Resources") == before + 1
    assert ask(server, "GET", "resources").json() == first
    assert primehub.count("Resources") == before + 1
    assert ask(server, "GET", "resources?refresh=1").json() == first
    assert primehub.count("Resources") == before + 2


def test_callers_of_the_same_moment_share_one_request(server, primehub):
    before = len(primehub.requests)
    with ThreadPoolExecutor(5) as clients, primehub.holding("Resources") as gate:
        waiting = [clients.submit(ask, server, "GET", "resources") for _ in range(5)]
        gate.wait_for(1)
        gate.open()
        answers = [each.result() for each in waiting]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [each.operation for each in primehub.requests[before:]] == ["Resources"]


def test_importing_the_extension_imports_nothing_heavy():
    program = "import sys, primehub_nbext.extension; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "primehub_nbext" in loaded
    assert not loaded & HEAVY


def test_a_server_that_starts_imports_nothing_heavy_for_us(host, tmp_path):
    """Two starts of the real server, with the interpreter's own account of what was imported."""
    imported = {}
    for enabled in (True, False):
        home = tmp_path / f"enabled-{enabled}"
        for app, trait in (("Notebook", "nbserver_extensions"), ("Server", "jpserver_extensions")):
            config = home / ".jupyter" / f"jupyter_{app.lower()}_config.d" / "primehub_nbext.json"
            config.parent.mkdir(parents=True)
            switch = str(enabled).lower()
            config.write_text(f'{{"{app}App": {{"{trait}": {{"primehub_nbext": {switch}}}}}}}')
        # In a virtual environment its own configuration would go before the person's.
        env = {"PYTHONPROFILEIMPORTTIME": "1", "JUPYTER_PREFER_ENV_PATH": "0"}
        server = start_server(host, home, env=env)
        assert server.stop() == []
        imported[enabled] = {
            name.split(".")[0] for name in re.findall(r"^import time:.*\| +(\S+)$", server.log_text(), re.MULTILINE)
        }
    ours = imported[True] - imported[False]
    assert "primehub_nbext" in ours
    assert not ours & HEAVY


def test_a_server_ends_though_primehub_hangs(start, primehub):
    """JupyterHub and Kubernetes tell a server to end, and kill it when it takes its time."""
    server = sign_in(start("--PrimeHub.request_timeout=150"), primehub)
    with ThreadPoolExecutor(12) as clients, primehub.holding() as gate:
        for route in ("token", "resources", "feed?jobs=job-1", *["jobs"] * 8):
            clients.submit(ask, server, "GET", route)
        clients.submit(submit, server)
        gate.wait_for(11)  # the submission shares the question for resources
        os.kill(server.process.pid, signal.SIGTERM)
        wait_for(
            "the server's end", lambda: server.process.popen.poll() is not None, seconds=60
        )  # `make bench` has the seconds
        gate.open()
