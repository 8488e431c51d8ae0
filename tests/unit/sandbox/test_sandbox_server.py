"""The sandbox as its users start it: `jupyter primehub sandbox` in a process, spoken to over HTTP."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

pytest.importorskip("graphql")

from kit.processes import wait_for  # noqa: E402
from kit.sandbox_processes import SECONDS, SandboxProcess  # noqa: E402
from primehub_nbext.sandbox import processes  # noqa: E402
from primehub_nbext.sandbox.runner.namespace import HOME, MISSING, Namespace  # noqa: E402

LINES = "one\ntwo\nthree\nArtifacts: no artifact found\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def sandbox(folder):
    running = SandboxProcess(folder)
    assert running.facts, running.process.stderr.read()
    yield running
    running.stop()


def test_tells_where_everything_is(sandbox, folder):
    keys = {"endpoint", "token", "group", "console_url", "console_login_url", "home", "notebook_url"}
    assert set(sandbox.facts) == keys
    assert sandbox.facts["group"]["name"] == "phusers"
    assert sandbox.facts["notebook_url"] is None
    assert (folder / "home/jovyan/phusers/experiment-1/capitalize.ipynb").is_file()


def test_streams_the_log_until_the_job_ends(sandbox):
    job_id = sandbox.submit("echo one; echo two; echo three")
    log = sandbox.log(job_id, follow="true")
    assert log.endswith("/.primehub/profile will be loaded if exists\ngroup profile not found\n" + LINES)
    sandbox.until(job_id, "Succeeded")
    assert sandbox.log(job_id, tailLines="2") == "three\nArtifacts: no artifact found\n"
    assert sandbox.log(job_id, tailLines="0") == ""


def test_the_readmes_absolute_paths_work_word_for_word(sandbox, folder):
    if Namespace.find(folder) is None:
        pytest.skip("this system allows no private mount namespace")
    there = os.path.exists(HOME)
    home = "/home/jovyan/artifacts/"
    readme = f"mkdir -p {home}\ncp my_model.h5 {home}\ncp -r logs {home}"
    job_id = sandbox.submit(f"cd $(mktemp -d); echo x > my_model.h5; mkdir logs; touch logs/a\n{readme}")
    sandbox.until(job_id, "Succeeded")
    base = f"{sandbox.api}/files/groups/phusers/jobArtifacts/{job_id}"
    assert requests.get(f"{base}/my_model.h5", headers=sandbox.bearer, timeout=SECONDS).text == "x\n"
    assert os.path.exists(HOME) is there


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root can give up a capability")
def test_where_the_system_allows_no_namespace_that_is_said(tmp_path):
    running = SandboxProcess(tmp_path, prefix=("setpriv", "--bounding-set=-sys_admin"))
    refused, fine = running.submit(f"mkdir -p {HOME}/artifacts"), running.submit("echo fine")
    running.until(refused, "Failed")
    running.until(fine, "Succeeded")
    _, errors = running.stop()
    assert errors.splitlines()[0] == MISSING.format(folder=tmp_path)
    assert "Traceback" not in errors


def test_the_notebook_server_has_its_home_at_the_usual_place(tmp_path):
    if Namespace.find(tmp_path) is None:
        pytest.skip("this system allows no private mount namespace")
    running = SandboxProcess(tmp_path, ())
    try:
        page = requests.get(running.facts["notebook_url"], timeout=SECONDS)
        assert page.status_code == 200 and "capitalize" in page.text
        (server,) = processes.marked("PRIMEHUB_SANDBOX", str(tmp_path))
        environment = Path(f"/proc/{server}/environ").read_bytes().split(b"\0")
        assert {b"HOME=/home/jovyan", b"PRIMEHUB_HOME_DIR=/home/jovyan"} <= set(environment)
        example = Path(f"/proc/{server}/root{HOME}/phusers/experiment-1/capitalize.ipynb")
        assert example.samefile(tmp_path / "project/phusers/experiment-1/capitalize.ipynb")
    finally:
        running.stop()
    assert processes.marked("PRIMEHUB_SANDBOX", str(tmp_path)) == []


def test_logs_and_files_need_the_token(sandbox):
    endpoint = sandbox.job(sandbox.submit("echo"))["logEndpoint"]
    assert requests.get(endpoint, timeout=SECONDS).status_code == 403
    assert requests.get(f"{sandbox.api}/files/groups/phusers/jobArtifacts/x/y", timeout=SECONDS).status_code == 403


def test_downloads_artifacts_and_nothing_else(sandbox):
    job_id = sandbox.submit("mkdir artifacts; echo hello > artifacts/h.txt; ln -s /etc/hostname artifacts/out")
    sandbox.until(job_id, "Succeeded")
    base = f"{sandbox.api}/files/groups/phusers/jobArtifacts/{job_id}"
    assert requests.get(f"{base}/h.txt", headers=sandbox.bearer, timeout=SECONDS).text == "hello\n"
    for name in ("none", "out", "%2e%2e/%2e%2e/%2e%2e/%2e%2e/tokens.json"):
        assert requests.get(f"{base}/{name}", headers=sandbox.bearer, timeout=SECONDS).status_code == 404


def test_an_upload_is_there_whole_or_not_at_all(sandbox, folder):
    store = folder / "phfs" / "groups" / "phusers" / "uploads"
    url = f"{sandbox.api}/files/groups/phusers/uploads/a%20file.bin"
    content = bytes(range(256)) * 40000
    answer = requests.post(url, data=content, headers=sandbox.bearer, timeout=SECONDS)
    assert answer.json() == {"success": True}
    assert requests.get(url, headers=sandbox.bearer, timeout=SECONDS).content == content
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port)) as half:
        head = f"POST {address.path}2 HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: 100000\r\n"
        half.sendall(f"{head}Authorization: {sandbox.bearer['Authorization']}\r\n\r\nonly a part".encode())
        wait_for("the upload's file", lambda: list(store.glob(".upload-*")), seconds=SECONDS)
    wait_for("its end", lambda: not list(store.glob(".upload-*")), seconds=SECONDS)
    assert [path.name for path in store.iterdir()] == ["a file.bin"]


def test_switches_need_a_token_and_work_at_once(sandbox):
    url = f"{sandbox.api.removesuffix('/api')}/sandbox/switches"
    assert requests.post(url, json={"licence": "expired"}, timeout=SECONDS).status_code == 403
    for licence in ("expired", "unexpired"):
        answer = requests.post(url, json={"licence": licence}, headers=sandbox.bearer, timeout=SECONDS)
        assert answer.status_code == 200
        assert sandbox.ask("{ license { licenseStatus } }") == {"license": {"licenseStatus": licence}}
    answer = requests.post(url, json={"nosuch": 1}, headers=sandbox.bearer, timeout=SECONDS)
    assert (answer.status_code, answer.json()["message"]) == (400, "No such switch")


def test_a_second_sandbox_on_the_same_folder_is_refused(sandbox, folder):
    second = SandboxProcess(folder)
    errors = second.process.communicate(timeout=SECONDS)[1]
    assert second.process.returncode == 1
    assert errors.startswith("sandbox_in_use: ")
    assert "--dir" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_its_jobs_and_the_state_stays(tmp_path, number):
    first = SandboxProcess(tmp_path)
    job_id = first.submit("sleep 600")
    first.until(job_id, "Running")
    assert processes.marked("HOSTNAME", job_id)
    assert first.stop(number)[0] == 0
    assert processes.marked("HOSTNAME", job_id) == []
    second = SandboxProcess(tmp_path)
    assert second.facts["token"] == first.facts["token"]
    assert second.job(job_id)["phase"] == "Failed"
    second.stop()


def test_seeding_never_overwrites(tmp_path):
    example = tmp_path / "project/phusers/experiment-1/capitalize.ipynb"
    example.parent.mkdir(parents=True)
    example.write_text("mine")
    SandboxProcess(tmp_path).stop()
    assert example.read_text() == "mine"
