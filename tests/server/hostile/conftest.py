"""Servers that must not say what nobody may know, and the PrimeHub that they ask."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.servers import start_server
from primehub_nbext.jobs.command import NotebookJob

BASE_URL = "/user/a@b/"


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(autouse=True)
def honest(primehub, target):
    """What no test lies about is as it should be, and job-1 is there, as is what it has put out."""
    job = {"id": "job-1", "phase": "Pending", "command": target.command, "groupName": "phusers"}
    where = "http://evil.example/api/logs/namespaces/hub/phjobs/job-1"
    written = {"items": [{"name": "plots/a.png", "size": 5, "lastModified": "2026-11-24T00:00:00.000Z"}]}
    primehub.behave()
    primehub.on("Job", told.answering({"data": {"phJob": job}}))
    primehub.on("Log", told.answering({"data": {"phJob": {**job, "logEndpoint": where}}}))
    primehub.on("GET /api/logs", told.PodLog(b"<script>\n", ended=True))
    primehub.on("Artifacts", told.answering({"data": {"phJob": {**job, "artifact": written}}}))
    primehub.on("GET /api/files", lambda exchange: exchange.answer(200, b"<svg>", "text/html"))
    primehub.on("Monitoring", told.answering({"data": {"phJob": {**job, "monitoring": None}}}))
    primehub.on("CancelJob", told.answering({"data": {"cancelPhJob": {"id": "job-1"}}}))
    primehub.on("RerunJob", told.answering({"data": {"rerunPhJob": {"id": "job-1"}}}))


@pytest.fixture(scope="module")
def target(host, primehub, tmp_path_factory):
    """A server with a notebook in its group volume, and with a token in its environment that nobody may see."""
    home = tmp_path_factory.mktemp(f"hostile-{host}")
    write_notebook(home / "phusers/x.ipynb", "print(1)")
    write_notebook(home / "phusers/x-job-1-output.ipynb", "print(1)")
    write_notebook(home / "private.ipynb", "print(1)")
    env = {
        **primehub.notebook_env(home),
        "PRIMEHUB_API_TOKEN": primehub.token,
        "PRIMEHUB_SETTLE_TIMEOUT": "0.2",
    }
    server = start_server(host, home, env=env, base_url=BASE_URL)
    server.secret = primehub.token
    server.command = NotebookJob(f"{home}/phusers", "", "x.ipynb", "submission-1", "python3").to_command()
    yield server
    log = server.log_text()
    assert server.stop() == [], "the notebook server left processes behind"
    assert primehub.token not in log
    ours = [line for line in log.splitlines() if "primehub:" in line]
    assert ours, "the log is too quiet to prove anything"
    assert not [line for line in ours if line.startswith("[E")], "something was not foreseen"
    assert "Traceback" not in log
