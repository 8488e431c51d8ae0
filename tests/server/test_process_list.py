"""What anybody on the machine, or anything that the server starts, could read of the token: nothing."""

from __future__ import annotations

import contextlib
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("graphql")

from kit.misbehaving import MisbehavingPrimeHub  # noqa: E402
from kit.notebooks import write_notebook  # noqa: E402
from kit.servers import start_server  # noqa: E402


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture
def server(host, primehub, tmp_path):
    """A server that has the token in its environment, which what it starts would inherit."""
    env = {**primehub.notebook_env(tmp_path), "PRIMEHUB_API_TOKEN": primehub.token}
    server = start_server(host, tmp_path / "home", env=env, root=tmp_path)
    yield server
    assert server.stop() == []


def started_by(pid: int) -> list[Path]:
    """The processes below one, as their folders in /proc."""
    found = []
    with contextlib.suppress(OSError):  # a process may end while it is being looked at
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                found += [Path("/proc", child), *started_by(int(child))]
    return found


def read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""


def caught_reading(server, under_way) -> Path:
    """The process that reads the notebook, stopped for as long as it is looked at."""
    while not under_way.done():
        for process in started_by(server.process.pid):
            if b"notebooks.reader" in read(process / "cmdline"):
                os.kill(int(process.name), signal.SIGSTOP)
                return process
    raise AssertionError(f"no process read the notebook: {under_way.result().text}")


def test_the_token_is_in_no_process(server, primehub, tmp_path):
    token = primehub.token.encode()
    notebook = write_notebook(tmp_path / "phusers" / "large.ipynb", "x = 1\n" * 3_000_000)
    assert notebook.stat().st_size > 20_000_000
    body = {"notebook_path": "phusers/large.ipynb", "display_name": "x", "instance_type": "cpu-1"}
    with ThreadPoolExecutor() as clients, primehub.holding("CreateJob") as gate:
        under_way = clients.submit(server.api, "POST", "jobs", json={**body, "image": "base-notebook"})
        reader = caught_reading(server, under_way)
        try:
            environment = (reader / "environ").read_bytes()
            assert environment.count(b"\0") > 3, "its environment can be read"
            assert token not in environment
            assert nowhere_in_the_process_list(token)
        finally:
            os.kill(int(reader.name), signal.SIGCONT)
        gate.wait_for(1)
        assert nowhere_in_the_process_list(token)
        assert not [each for each in started_by(server.process.pid) if token in read(each / "environ")]
        gate.open()
        assert under_way.result().status_code == 201
    assert token.decode() not in str(primehub.store.jobs)
    assert token.decode() not in server.log_text()


def nowhere_in_the_process_list(token: bytes) -> bool:
    """Command lines are open to everybody; that of this very process shows that they are read."""
    lines = {each.name: read(each / "cmdline") for each in Path("/proc").iterdir() if each.name.isdigit()}
    assert lines[str(os.getpid())]
    return not any(token in line for line in lines.values())
