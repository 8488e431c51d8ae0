"""What jobs write over REST, from real jobs of the sandbox: the log as it grows, artifacts, resources."""

from __future__ import annotations

import json
import threading
import time
from urllib.parse import quote

import pytest
import requests

from kit.notebooks import write_notebook
from kit.processes import wait_for

CREATE = "mutation ($data: PhJobCreateInput!) { createPhJob(data: $data) { id } }"
NAMES = ["plain.txt", "page.html", "plots/a b+c&d=%20#?.png", 'quo"te\'s;.csv', "Größe 台灣.json", "back\\slash", "new\nline"]


@pytest.fixture
def job(sandbox):
    """Makes a job of a command, and answers its id."""

    def make(command: str, instance_type: str = "cpu-1") -> str:
        data = {
            "displayName": "writes",
            "groupId": sandbox.group["id"],
            "instanceType": instance_type,
            "image": "base-notebook",
            "command": command,
        }
        answer = ask(sandbox, CREATE, {"data": data})
        return answer["createPhJob"]["id"]

    return make


def ask(sandbox, document: str, variables: dict) -> dict:
    headers = {"Authorization": f"Bearer {sandbox.token}"}
    answer = requests.post(
        sandbox.endpoint, json={"query": document, "variables": variables}, headers=headers, timeout=60
    )
    return answer.json()["data"]


def phase(server, job_id: str) -> str:
    return server.api("GET", f"jobs/{job_id}").json()["phase"]


def ended(server, job_id: str) -> str:
    return wait_for(
        "the job's end", lambda: (now := phase(server, job_id)) not in ("Pending", "Preparing", "Running") and now
    )


class Follower:
    """A browser that follows a log; what came so far is `text`."""

    def __init__(self, server, job_id: str, **query):
        self.session = server.session()
        self.session.headers["Authorization"] = f"token {server.token}"
        self.answer = self.session.get(
            f"{server.url}primehub/api/jobs/{job_id}/log",
            params={"follow": "1", **query},
            stream=True,
            timeout=60,
        )
        self.body, self.over, self.broken = b"", False, False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        try:
            for part in self.answer.iter_content(None):
                self.body += part
        except (requests.RequestException, AttributeError, ValueError):
            self.broken = True
        self.over = True

    @property
    def text(self) -> str:
        return self.body.decode()

    def close(self) -> None:
        self.answer.close()
        self.session.close()


def test_a_log_is_followed_and_gone_on_with(signed_in, sandbox, job):
    """From before the pod exists to the end; in the middle the browser goes, and comes back for the rest."""
    go = sandbox.volume / "go"
    go.unlink(missing_ok=True)
    job_id = job(f"echo first; printf '\\033[31mred\\033[0m\\n'; until [ -e {go} ]; do sleep 0.1; done; echo last")

    def opened():
        follower = Follower(signed_in, job_id)
        if follower.answer.status_code == 200:
            return follower
        error = follower.answer.json()
        assert (follower.answer.status_code, error["code"]) == (409, "log_not_yet"), error
        assert error["message"].startswith("The job has not started yet")
        return None

    follower = wait_for("the log", opened)
    assert follower.answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert follower.answer.headers["X-Content-Type-Options"] == "nosniff"
    assert follower.answer.headers["PrimeHub-Log-Source"] == "pod"
    wait_for("the first lines", lambda: "red" in follower.text)
    name, _, position = follower.answer.headers["PrimeHub-Log-Cursor"].partition(".")
    assert position == "0"
    seen = follower.body
    follower.close()
    go.touch()
    assert ended(signed_in, job_id) == "Succeeded"
    rest = Follower(signed_in, job_id, after=f"{name}.{len(seen)}")
    assert rest.answer.headers["PrimeHub-Log-Cursor"] == f"{name}.{len(seen)}"
    wait_for("the end", lambda: rest.over)
    whole = sandbox.log(job_id)
    assert seen.decode() + rest.text == whole
    assert "\x1b[31mred\x1b[0m" in whole and "last" in whole
    last = signed_in.api("GET", f"jobs/{job_id}/log?tail=1").text
    assert last == whole.splitlines(keepends=True)[-1]
    download = signed_in.api("GET", f"jobs/{job_id}/log/download")
    assert download.text == whole
    assert download.headers["Content-Disposition"].startswith(f'attachment; filename="{job_id}.log"')
    for tail, lines in ((0, 0), (2, 2)):
        some = Follower(signed_in, job_id, tail=tail)
        wait_for("the end", lambda: some.over)
        assert some.text.splitlines() == whole.splitlines()[len(whole.splitlines()) - lines :]
    assert signed_in.api("GET", f"jobs/{job_id}/log?tail=-1").json()["field"] == "tail"


def test_why_there_is_no_log(signed_in, sandbox, job):
    job_id = job("sleep 60")
    assert signed_in.api("POST", f"jobs/{job_id}/cancel").status_code == 200
    error = wait_for(
        "the pod to be gone",
        lambda: (answer := signed_in.api("GET", f"jobs/{job_id}/log")).status_code == 404 and answer.json(),
    )
    assert error["code"] == "log_cancelled"
    # What an operator's fluentd had kept by then is shown.
    kept = sandbox.folder / "store" / "logs" / "phjob" / job_id / "20261124"
    assert signed_in.api("GET", "jobs/nope/log").json()["code"] == "job_not_found"
