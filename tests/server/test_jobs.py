"""The road over REST on each host: from the token to the output notebook that a job really wrote."""

from __future__ import annotations

import json
import os
import re
from urllib.parse import quote

import nbformat
import pytest
import requests

from kit.notebooks import injected, printed, strict_json, write_notebook
from kit.processes import wait_for
from kit.samples import NAMES, PRINTED, PRINTING, TYPED, VALUES
from kit.sandboxes import start_sandbox
from kit.servers import finished, start_server

EXAMPLE = "phusers/experiment-1/capitalize.ipynb"
SOME_NAMES = [each for each in NAMES if each[0] in ("experiment 1 ∂", "{0}", "new\nline", "台灣/שלום", "back\\slash")]


def request(path: str = EXAMPLE, **changes) -> dict:
    return {
        "notebook_path": path,
        "display_name": "a job",
        "instance_type": "cpu-1",
        "image": "base-notebook",
        **changes,
    }


@pytest.fixture
def signed_in(server, sandbox):
    answer = server.api("PUT", "token", json={"token": f"  {sandbox.token}\n"})
    assert answer.json() == {"configured": True, "source": "prompt", "user": "alice", "problem": None}
    return server


def snapshots(sandbox) -> set:
    return set(sandbox.volume.glob(".primehub/notebook-jobs/*"))


@pytest.mark.each_host
def test_the_example_runs_to_the_end(signed_in, sandbox):
    answer = signed_in.api("POST", "jobs", json=request(parameters="start=1; end=10"))
    assert answer.status_code == 201, answer.text
    job = finished(signed_in, answer.json()["id"])
    assert job["phase"] == "Succeeded", job["message"]
    assert job["working_directory"] == str(sandbox.home / "phusers/experiment-1")
    assert job["output_path"] == f"phusers/experiment-1/capitalize-{job['id']}-output.ipynb"
    assert (job["parameters"], job["user"], job["image"]) == ({"start": 1, "end": 10}, "alice", "base-notebook")
    assert job["progress"]["done"] == job["progress"]["total"] > 0
    output = sandbox.home / job["output_path"]
    assert injected(output).splitlines()[1:] == ["start = 1", "end = 10"]
    numbered = [line for line in printed(output) if line[:1].isdigit()]
    assert numbered == [f"{number}: This Method Capitalizes The First Letter Of Each Word." for number in range(1, 11)]
    browser = requests.Session()
    browser.get(sandbox.console_login_url, timeout=60)
    page = browser.get(job["console_url"], timeout=60)
    assert page.status_code == 200
    assert job["id"] in page.text


def test_names_and_values_of_every_kind(signed_in, sandbox):
    """As the dialog does it, with the job name that is proposed.

    One job after another: on PrimeHub each has a network of its own; here their kernels share this computer's ports,
    and two that start at the same moment may choose the same one.
    """
    for folder, name in SOME_NAMES:
        write_notebook(sandbox.volume / folder / name, "import os\nprint(ascii(os.getcwd()))", PRINTING)
        path = os.path.join("phusers", folder, name)
        seen = signed_in.api("GET", f"notebooks/{quote(path)}")
        assert seen.status_code == 200, seen.text
        assert seen.json()["working_directory"] == str(sandbox.volume / folder)
        body = request(path, display_name=seen.json()["display_name"], parameters=TYPED)
        answer = signed_in.api("POST", "jobs", json=body)
        assert answer.status_code == 201, (name, answer.text)
        job = finished(signed_in, answer.json()["id"])
        assert job["phase"] == "Succeeded", (path, job["message"], sandbox.log(job["id"]))
        assert job["notebook_path"] == path
        assert job["progress"]["done"] == job["progress"]["total"] == 3
        output = sandbox.home / job["output_path"]
        where, *seen = printed(output)
        assert where == ascii(os.path.realpath(sandbox.volume / folder))
        assert dict(zip(VALUES, seen)) == dict(zip(VALUES, PRINTED))
        page = signed_in.request("GET", f"api/contents/{quote(job['output_path'])}")
        for text in (output.read_text(encoding="utf-8"), page.text):
            strict_json(text)  # else no browser would open it


def test_what_looks_like_a_secret_is_told(signed_in, sandbox):
    path = write_notebook(
        sandbox.volume / "secrets.ipynb", "max_tokens = 4096\ncfg = {'db': 'postgres://u:hunter2@h/d'}"
    )
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    seen = signed_in.api("GET", "notebooks/phusers/secrets.ipynb").json()
    assert [each["name"] for each in seen["parameters"]] == ["max_tokens", "cfg"]
    assert [each["code"] for each in seen["findings"]] == ["secret_parameter"]
    assert "`cfg`" in seen["findings"][0]["message"]


def test_a_failing_cell_keeps_what_was_done(signed_in, sandbox):
    write_notebook(sandbox.volume / "failing.ipynb", "print('before')", "1/0", "print('after')")
    job = finished(signed_in, signed_in.api("POST", "jobs", json=request("phusers/failing.ipynb")).json()["id"])
    assert job["phase"] == "Failed"
    assert "ZeroDivisionError" in job["message"]
    assert job["progress"]["failed"] == 2
    assert [cell["state"] for cell in job["progress"]["cells"]] == ["done", "failed", "skipped"]
    failure = job["failure"]
    assert (failure["cell"], failure["name"], failure["line"]) == (1, "ZeroDivisionError", 1)
    assert "\x1b[" in failure["traceback"], "colours are for the page to show"
    assert "1/0" in re.sub("\x1b\\[[0-9;]*m", "", failure["traceback"])
    assert printed(sandbox.home / job["output_path"])[:1] == ["before"]
    taken = signed_in.api("GET", f"jobs/{job['id']}/output").json()["cells"]
    assert [cell["source"] for cell in taken] == ["print('before')", "1/0", "print('after')"]
    assert taken[0]["outputs"][0]["text"] == ["before\n"] and taken[1]["outputs"][0]["ename"] == "ZeroDivisionError"

    def fed():
        jobs = signed_in.api("GET", "feed").json()["jobs"]
        return next((each for each in jobs if each["id"] == job["id"] and each["phase"] == "Failed"), None)

    assert wait_for("the feed to tell of its end", fed, seconds=30) == job


def test_rerun_cancel_and_list(signed_in, sandbox):
    write_notebook(sandbox.volume / "again.ipynb", "print('again')")
    first = finished(signed_in, signed_in.api("POST", "jobs", json=request("phusers/again.ipynb")).json()["id"])
    again = signed_in.api("POST", f"jobs/{first['id']}/rerun")
    assert again.status_code == 200, again.text
    second = finished(signed_in, again.json()["id"])
    assert second["phase"] == "Succeeded"
    assert second["output_path"] != first["output_path"]
    assert printed(sandbox.home / second["output_path"]) == ["again"]
    page = signed_in.api("GET", "jobs?notebook=phusers/again.ipynb&mine=1&limit=1").json()
    again = signed_in.api("GET", f"jobs?notebook=phusers/again.ipynb&before={quote(page['next'])}").json()["jobs"]
    assert [job["id"] for job in page["jobs"]] == [second["id"]]
    assert again[0]["id"] == first["id"] and again[0]["progress"]["done"] == 1
    compared = signed_in.api("GET", f"jobs/{second['id']}/comparison?with={first['id']}").json()
    assert [job["id"] for job in compared["jobs"]] == [first["id"], second["id"]]
    assert [(cell["kind"], cell["differs"]) for cell in compared["cells"]] == [("code", [])]
    assert (compared["problems"], compared["nbdime"]) == ([None, None], None)
    bad = signed_in.api("GET", "jobs?limit=0")
    assert (bad.status_code, bad.json()["code"], bad.json()["values"]["name"]) == (400, "bad_request", "limit")

    write_notebook(sandbox.volume / "endless.ipynb", "import time\nwhile True: time.sleep(0.1)")
    endless = signed_in.api("POST", "jobs", json=request("phusers/endless.ipynb")).json()["id"]
    cancelled = signed_in.api("POST", f"jobs/{endless}/cancel")
    assert cancelled.status_code == 200, cancelled.text
    assert finished(signed_in, endless)["phase"] == "Cancelled"


def test_the_same_submission_again_is_the_same_job(signed_in):
    body = request(submission_id="the-same-one-" + signed_in.host)
    first = signed_in.api("POST", "jobs", json=body)
    again = signed_in.api("POST", "jobs", json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"notebook_path": None}, 400, "invalid_field", "notebook_path"),
        ({"display_name": "  "}, 400, "invalid_field", "display_name"),
        ({"display_name": "x" * 201}, 400, "invalid_field", "display_name"),
        ({"instance_type": None}, 400, "invalid_field", "instance_type"),
        ({"instance_type": "no-such"}, 400, "unknown_instance_type", "instance_type"),
        ({"image": "no-such"}, 400, "unknown_image", "image"),
        ({"image": "pytorch-notebook"}, 422, "image_needs_gpu", "image"),
        ({"instance_type": "gpu-4"}, 422, "quota_exceeded", "instance_type"),
        ({"parameters": "start"}, 400, "invalid_parameters", "parameters"),
        ({"parameters": "class=1"}, 400, "invalid_parameters", "parameters"),
        ({"parameters": [1]}, 400, "invalid_parameters", "parameters"),
        ({"timeout_seconds": -1}, 400, "invalid_field", "timeout_seconds"),
        ({"timeout_seconds": "soon"}, 400, "invalid_field", "timeout_seconds"),
        ({"submission_id": "../../../x"}, 400, "invalid_field", "submission_id"),
        ({"notebook_path": "phusers/none.ipynb"}, 404, "notebook_not_found", "notebook_path"),
        ({"notebook_path": "home.ipynb"}, 422, "outside_group_volume", "notebook_path"),
        ({"notebook_path": "phusers/../home.ipynb"}, 422, "outside_group_volume", "notebook_path"),
        ({"notebook_path": "phusers-old/x.ipynb"}, 422, "outside_group_volume", "notebook_path"),
        ({"notebook_path": "phusers/leaves.ipynb"}, 422, "outside_group_volume", "notebook_path"),
        ({"notebook_path": "phusers/leaves/home.ipynb"}, 422, "outside_group_volume", "notebook_path"),
        ({"notebook_path": "phusers/kernelless.ipynb"}, 422, "no_kernel", "notebook_path"),
        ({"notebook_path": "phusers/broken.ipynb"}, 422, "invalid_notebook", "notebook_path"),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(signed_in, sandbox, changes, status, code, field):
    write_notebook(sandbox.home / "home.ipynb", "print(1)")
    write_notebook(sandbox.home / "phusers-old/x.ipynb", "print(1)")
    write_notebook(sandbox.volume / "kernelless.ipynb", "print(1)", kernel=None)
    (sandbox.volume / "broken.ipynb").write_text('{"cells": ')
    for link, target in (("leaves.ipynb", "home.ipynb"), ("leaves", ".")):
        if not (sandbox.volume / link).is_symlink():
            (sandbox.volume / link).symlink_to(sandbox.home / target)
    before = snapshots(sandbox)
    answer = signed_in.api("POST", "jobs", json=request(**changes))
    body = answer.json()
    assert (answer.status_code, body["code"], body["field"]) == (status, code, field), body
    assert body["message"].endswith((".", "…"))
    assert body["hint"]
    assert snapshots(sandbox) == before


def test_the_refusal_names_the_volume_and_where_to_move(signed_in, sandbox):
    write_notebook(sandbox.home / "home.ipynb", "print(1)")
    error = signed_in.api("GET", "notebooks/home.ipynb").json()
    assert error["message"] == "This notebook is not on the group volume `phusers`, and a job reaches no other files."
    assert error["hint"] == "Move it into the folder `phusers` and submit it from there."
    assert str(sandbox.home) not in str(error)


def test_an_image_that_is_not_ready_is_refused(signed_in):
    images = signed_in.api("GET", "resources").json()["images"]
    image = next(image["name"] for image in images if not image["ready"])
    answer = signed_in.api("POST", "jobs", json=request(image=image))
    assert (answer.status_code, answer.json()["code"]) == (422, "image_not_ready")


def test_without_a_token_nothing_is_submitted(server):
    assert server.api("DELETE", "token").json()["configured"] is False
    answer = server.api("POST", "jobs", json=request())
    assert (answer.status_code, answer.json()["code"]) == (409, "token_required")


@pytest.mark.parametrize(
    ("env", "code"),
    [
        ({"GROUP_NAME": "", "GROUP_ID": ""}, "group_required"),
        ({"GROUP_NAME": "ML__Team_One"}, "group_volume_not_mounted"),
    ],
)
def test_a_pod_without_group_or_volume(host, sandbox, tmp_path, env, code):
    server = start_server(host, tmp_path, env={**sandbox.notebook_env(), **env}, root=sandbox.home)
    try:
        session = server.api("GET", "session").json()
        assert session["problem"]["code"] == code
        if env["GROUP_NAME"]:
            assert session["volume"]["name"] == "ml--team-one"
        answer = server.api("POST", "jobs", json=request())
        assert answer.json()["code"] == code
    finally:
        assert server.stop() == []


def test_a_group_without_a_shared_volume(host, sandbox, tmp_path):
    (sandbox.home / "no-volume").mkdir(exist_ok=True)  # a folder of the name is not a volume
    write_notebook(sandbox.home / "no-volume/x.ipynb", "print(1)")
    group = {"GROUP_ID": "00000000-0000-4000-8000-000000000003", "GROUP_NAME": "no-volume"}
    env = {**sandbox.notebook_env(), **group, "PRIMEHUB_API_TOKEN": sandbox.token}
    server = start_server(host, tmp_path, env=env, root=sandbox.home)
    try:
        assert server.api("GET", "token").json()["source"] == "environment"
        for answer in (server.api("GET", "resources"), server.api("POST", "jobs", json=request("no-volume/x.ipynb"))):
            assert (answer.status_code, answer.json()["code"]) == (422, "no_group_volume")
            assert "no-volume" in answer.json()["message"]
    finally:
        assert server.stop() == []


def test_community_edition(host, tmp_path):
    community = start_sandbox(tmp_path / "state", args=("--edition", "ce"))
    server = start_server(host, tmp_path / "home", env=community.notebook_env(), root=community.home)
    try:
        assert server.api("PUT", "token", json={"token": community.token}).json()["user"] == "alice"
        for answer in (server.api("GET", "resources"), server.api("POST", "jobs", json=request())):
            assert (answer.status_code, answer.json()["code"]) == (422, "jobs_unavailable")
    finally:
        assert server.stop() == []
        assert community.stop() == []


def test_the_token_is_private_and_nowhere_else(signed_in, sandbox):
    folder = signed_in.process.log.parent
    kept = [path for path in folder.rglob("token.json")]
    assert [oct(path.stat().st_mode & 0o777) for path in kept] == ["0o600"]
    answer = signed_in.api("POST", "jobs", json=request())
    job = finished(signed_in, answer.json()["id"])
    texts = [
        answer.text,
        json.dumps(job),
        signed_in.api("GET", "token").text,
        signed_in.api("GET", "session").text,
        signed_in.log_text(),
    ]
    # Commands, logs, artifacts, notebooks and snapshots; only the state, private too, has PrimeHub's list of tokens.
    state = sandbox.folder / "tokens.json"
    assert sandbox.token in json.loads(state.read_text())
    files = [path for path in sandbox.folder.rglob("*") if path.is_file() and path != state]
    assert (sandbox.home / job["output_path"]).resolve() in [path.resolve() for path in files]
    assert sandbox.folder / "phjobs" / f"{job['id']}.json" in files
    texts += [path.read_text(errors="replace") for path in files]
    assert sandbox.token not in "\n".join(texts)
