"""What jobs write over REST, from real jobs of the sandbox: the log as it grows, artifacts, resources."""

from __future__ import annotations

import json
import time
import uuid
from urllib.parse import quote

from kit.browsing import Browser
from kit.processes import wait_for
from primehub_nbext.jobs.command import NotebookJob

NAMES = [
    "plain.txt",
    "page.html",
    "plots/a b+c&d=%20#?.png",
    "quo\"te's;.csv",
    "Größe 台灣.json",
    "back\\slash",
    "two\nlines",
]


def ended(server, job_id: str) -> dict:
    def over():
        job = server.api("GET", f"jobs/{job_id}").json()
        return job if job["phase"] in ("Succeeded", "Failed", "Cancelled") else None

    return wait_for("the job's end", over, seconds=60)


def all_of(server, job_id: str, **query) -> Browser:
    """The log as somebody who follows it has it in the end."""
    browser = Browser(server, f"jobs/{job_id}/log", follow=1, **query)
    wait_for("the end of the log", lambda: browser.over, seconds=60)
    assert not browser.broken
    return browser


def test_a_log_is_followed_and_gone_on_with(signed_in, sandbox):
    """From before the pod exists to the end; in the middle the browser goes, and comes back for the rest."""
    go = sandbox.volume / uuid.uuid4().hex
    job_id = sandbox.run(
        f"echo first; printf '\\033[31mred\\033[0m\\n'; until [ -e {go} ]; do sleep 0.1; done; echo last"
    )

    def opened():
        browser = Browser(signed_in, f"jobs/{job_id}/log", follow=1)
        if browser.status == 200:
            return browser
        wait_for("the error", lambda: browser.over)
        error = json.loads(browser.body)
        assert (browser.status, error["code"]) == (409, "log_not_yet"), error
        return None

    browser = wait_for("the log", opened)
    assert browser.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert browser.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in browser.headers["Content-Security-Policy"]
    assert browser.headers["PrimeHub-Log-Source"] == "pod"
    name, _, position = browser.headers["PrimeHub-Log-Cursor"].partition(".")
    assert position == "0"
    wait_for("the first lines", lambda: b"red\x1b[0m\n" in browser.body)
    browser.leave()
    cursor = f"{name}.{len(browser.body)}"
    go.touch()
    assert ended(signed_in, job_id)["phase"] == "Succeeded"
    rest = all_of(signed_in, job_id, after=cursor)
    assert rest.headers["PrimeHub-Log-Cursor"] == cursor
    whole = sandbox.log(job_id)
    assert (browser.body + rest.body).decode() == whole
    assert "first\n\x1b[31mred\x1b[0m\n" in whole
    lines = whole.splitlines(keepends=True)
    for tail in (0, 1, 2):
        assert all_of(signed_in, job_id, tail=tail).body.decode() == "".join(lines[len(lines) - tail :])
    assert signed_in.api("GET", f"jobs/{job_id}/log?tail=1").text == lines[-1]
    download = signed_in.api("GET", f"jobs/{job_id}/log/download")
    assert download.text == whole
    assert download.headers["Content-Disposition"].startswith(f'attachment; filename="{job_id}.log"')
    for tail in ("-1", "x", "1e3", "9999999"):
        refused = signed_in.api("GET", f"jobs/{job_id}/log?tail={tail}")
        assert (refused.status_code, refused.json()["field"]) == (400, "tail")


def test_why_there_is_no_log_and_what_was_kept_of_it(signed_in, sandbox):
    job_id = sandbox.run("sleep 60")
    assert signed_in.api("POST", f"jobs/{job_id}/cancel").status_code == 200

    def gone():
        answer = signed_in.api("GET", f"jobs/{job_id}/log")
        return answer.json() if answer.status_code == 404 else None

    assert wait_for("the pod to be gone", gone)["code"] == "log_cancelled"
    kept = sandbox.folder / "phfs" / "logs" / "phjob" / job_id / "20261124" / "log-0.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("kept 1\nkept 2\n")
    assert all_of(signed_in, job_id, tail=1).body == b"kept 2\n"
    whole = signed_in.api("GET", f"jobs/{job_id}/log/download")
    assert (whole.text, whole.headers["PrimeHub-Log-Source"]) == ("kept 1\nkept 2\n", "kept")
    assert signed_in.api("GET", "jobs/nope/log?follow=1").json()["code"] == "job_not_found"


def test_artifacts_of_any_name_and_any_range(signed_in, sandbox):
    job_id = sandbox.run("true")
    ended(signed_in, job_id)
    assert signed_in.api("GET", f"jobs/{job_id}/artifacts").json()["artifacts"] == []
    store = sandbox.folder / "phfs" / "groups" / sandbox.volume.name / "jobArtifacts"
    for name in [*NAMES, ".metadata/expiredAt", f"../{job_id}2/others.txt"]:
        (store / job_id / name).parent.mkdir(parents=True, exist_ok=True)
        (store / job_id / name).write_bytes(f"<script>{name}</script>".encode())
    (store / job_id / "large.bin").write_bytes(bytes(range(256)) * 40_000)
    answer = signed_in.api("GET", f"jobs/{job_id}/artifacts").json()
    assert [each["name"] for each in answer["artifacts"]] == sorted([*NAMES, "large.bin"])
    assert answer["artifacts"][-1]["modified"].endswith("Z")
    assert (answer["retention_seconds"], answer["limits"]["files"]) == (604800, 1000)
    for name in NAMES:
        got = signed_in.api("GET", f"jobs/{job_id}/artifacts/{quote(name)}")
        assert got.text == f"<script>{name}</script>", name
        assert got.headers["Content-Type"] == "application/octet-stream"
        assert got.headers["Content-Disposition"].startswith("attachment; "), name
        assert got.headers["Content-Disposition"].endswith(f"filename*=UTF-8''{quote(name.split('/')[-1], safe='')}")
        assert (got.headers["X-Content-Type-Options"], got.headers["Content-Length"]) == (
            "nosniff",
            str(len(got.content)),
        )
    for name in (".metadata/expiredAt", f"../{job_id}2/others.txt", "..%2F..%2Fx", "plots", "plots/", "nope", "%00"):
        refused = signed_in.api("GET", f"jobs/{job_id}/artifacts/{name.replace('../', '%2E%2E/')}")
        assert (refused.status_code, refused.json()["code"]) == (404, "artifact_not_found"), name
    ranges(signed_in, f"jobs/{job_id}/artifacts/large.bin", bytes(range(256)) * 40_000)


def ranges(server, route: str, whole: bytes) -> None:
    tag = server.api("GET", route).headers["ETag"]
    for asked, begin, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=5000000-", 5_000_000, len(whole)),
        ("bytes=-7", len(whole) - 7, len(whole)),
        ("bytes=1000000-1999999", 1_000_000, 2_000_000),
        ("bytes=10239999-99999999", 10_239_999, len(whole)),
    ):
        part = server.api("GET", route, headers={"Range": asked, "If-Range": tag})
        assert (part.status_code, part.content == whole[begin:end]) == (206, True), asked
        assert part.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{len(whole)}"
    for asked, headers in (("bytes=0-1,5-6", {}), ("lines=1-2", {}), ("bytes=0-1", {"If-Range": '"older"'})):
        assert server.api("GET", route, headers={"Range": asked, **headers}).content == whole
    beyond = server.api("GET", route, headers={"Range": f"bytes={len(whole)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert beyond.json()["code"] == "range_not_satisfiable"


def test_a_folder_beside_the_notebook_is_no_artifact_and_told(signed_in, sandbox, experiment):
    path = str(sandbox.volume)
    command = NotebookJob(path, experiment.name, "capitalize.ipynb", uuid.uuid4().hex, "python3").to_command()
    job_id = sandbox.run(command)  # without its snapshot it ends at once
    started = ended(signed_in, job_id)["start_time"]
    assert signed_in.api("GET", f"jobs/{job_id}/artifacts").json()["written_beside_notebook"] is None
    (experiment / "artifacts" / "plots").mkdir(parents=True)
    (experiment / "artifacts" / "plots" / "a.png").write_bytes(b"x")
    if started:  # one that ends before PrimeHub sees it run has none
        told = signed_in.api("GET", f"jobs/{job_id}/artifacts").json()["written_beside_notebook"]
        assert told["jupyter_path"] == f"phusers/{experiment.name}/artifacts"
        assert told["files"] == 1


def test_resources_beside_the_limits(signed_in, sandbox):
    job_id = sandbox.run("true")
    ended(signed_in, job_id)
    seen = signed_in.api("GET", f"jobs/{job_id}/monitoring").json()
    assert seen["note"]["code"] == "monitoring_too_short", seen
    file = (
        sandbox.folder / "phfs" / "groups" / sandbox.volume.name / "jobArtifacts" / job_id / ".metadata" / "monitoring"
    )
    now = int(time.time())
    record = {"timestamp": now, "cpu_util": 50, "mem_used": 2**28, "GPU": []}
    spec = {"mem_total": 2**31, "GPU": []}
    datasets = {"15m": [record, {**record, "timestamp": now + 10, "cpu_util": 12}], "1h": [], "3h": [], "lifetime": []}
    file.write_text(json.dumps({"spec": spec, "datasets": datasets}))
    seen = signed_in.api("GET", f"jobs/{job_id}/monitoring").json()
    assert seen["spans"]["15m"] == {"time": [now, now + 10], "cpu": [0.5, 0.12], "memory": [2**28] * 2, "gpus": []}
    assert (seen["limits"]["cpu"], seen["limits"]["memory"], seen["note"]) == (1, 2**31, None)
    assert seen["peak"] == {"cpu": 0.5, "memory": 2**28, "gpu": 0}
    [advice] = seen["advice"]
    assert advice["message"] == "Peak memory 0.2 of 2.0 GB: a smaller instance type would do."
