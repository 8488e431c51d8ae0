"""Fixtures that every test may ask for: the host it runs on, a sandbox, and a notebook server wired to it."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path

import pytest

from kit.network import own_loopback
from kit.sandboxes import start_sandbox
from kit.servers import hosts, start_server

# Those that take longest begin first, so that none is left to one worker in the end.
LONGEST = (
    "browser/flows/test_jobs.py",
    "browser/flows/test_gallery.py",
    "server/test_killed.py",
    "server/test_jobs.py",
    "browser/flows/test_submit.py",
    "browser/flows/test_story.py",
    "browser/trouble/test_one_job.py",
    "browser/trouble/test_check.py",
    "browser/flows/test_menu.py",
    "browser/trouble/test_tabs.py",
    "browser/trouble/test_waiting.py",
    "browser/flows/test_saving.py",
    "browser/flows/test_logs.py",
    "platform/test_runner_runs.py",
    "platform/test_sdk.py",
    "unit/sandbox/test_sandbox_runner.py",
    "unit/jobs/test_command_runs.py",
    "unit/jobs/test_histories.py",
    "server/faults/test_server.py",
)
TESTS = Path(__file__).parent


def pytest_configure(config):
    """Where tests run side by side, kernels of the one must not get in the way of those of the other."""
    if hasattr(config, "workerinput"):
        own_loopback()


def pytest_addoption(parser):
    parser.addoption("--host", help="of the tests that run on several hosts only those on this one: A, A2 or B")
    parser.addoption("--sparing", action="store_true", help="run on A2 only what is marked each_host")
    # It takes a picture of every change of the page, and a third of a test's time.
    parser.addoption("--traces", action="store_true", help="leave Playwright's trace of a browser test that fails")


def pytest_collection_modifyitems(config, items):
    """Leave out what is not wanted of the hosts; where tests run side by side, the longest files first.

    With --host, the other hosts, and what runs on none on a host that is not this environment's first. With --sparing,
    A2, whose server is that of B and whose pages are those of A, but for what is marked.
    """
    wanted, sparing = config.getoption("--host"), config.getoption("--sparing")
    kept, left_out = [], []
    for item in items:
        host = item.callspec.params.get("host", hosts()[0]) if hasattr(item, "callspec") else hosts()[0]
        spared = sparing and host == "A2" and not item.get_closest_marker("each_host")
        (left_out if spared or wanted not in (None, host) else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    if hasattr(config, "workerinput"):
        turns = {TESTS / name: turn for turn, name in enumerate(LONGEST)}
        kept.sort(key=lambda item: turns.get(item.path, len(turns)))
    items[:] = kept


@pytest.fixture(scope="session", params=hosts())
def host(request):
    """Each host that this environment can start, in turn."""
    return request.param


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    """One PrimeHub for the whole run; tests tell their jobs apart by name."""
    sandbox = start_sandbox(tmp_path_factory.mktemp("sandbox") / "state")
    yield sandbox
    assert sandbox.stop() == [], "the sandbox left processes behind"


@pytest.fixture(scope="session")
def server(host, sandbox, tmp_path_factory):
    """A notebook server with the environment and the files of a PrimeHub notebook pod; no token is known to it yet."""
    home = tmp_path_factory.mktemp(f"server-{host}")
    server = start_server(host, home, env=sandbox.notebook_env(), root=sandbox.home)
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


@pytest.fixture
def signed_in(server, sandbox):
    """The server with the sandbox's token typed in; forgotten again afterwards, so no test leans on another."""
    answer = server.api("PUT", "token", json={"token": sandbox.token})
    assert answer.status_code == 200, answer.text
    yield server
    server.api("DELETE", "token")


@pytest.fixture
def experiment(sandbox, tmp_path_factory):
    """A folder of the test's own in the group volume, holding a copy of the example notebook."""
    folder = sandbox.volume / tmp_path_factory.mktemp("experiment").name
    folder.mkdir()
    shutil.copy(sandbox.volume / "experiment-1" / "capitalize.ipynb", folder)
    return folder


@pytest.fixture
def immutable():
    """A file or folder that not even root can write to, for the length of a block."""

    @contextlib.contextmanager
    def block(path):
        done = subprocess.run(["chattr", "+i", str(path)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"chattr +i does not work here: {done.stderr.strip()}")
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", str(path)], check=True)

    return block
