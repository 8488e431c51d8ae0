"""Submitting from a command line: parameters as papermill takes them; interrupted, it goes on as the same one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time

import pytest

from kit import misbehaving as told
from kit.notebooks import write_notebook
from kit.people import only_job
from kit.processes import clean_env, wait_for
from kit.terminals import COMMAND
from primehub_nbext.cli import exits
from primehub_nbext.cli.pending import OLDEST, pending
from primehub_nbext.jobs.head import WrittenHead

VALUES = [
    (["-p", "lr=0.1", "-p", "n=3"], {"lr": 0.1, "n": 3}),
    (["-p", "flag=true", "-p", "none=None"], {"flag": True, "none": None}),
    (["-p", "text=a; b=2", "-p", "name=Ann Lee", "-p", "empty="], {"text": "a; b=2", "name": "Ann Lee", "empty": ""}),
    (["-p", 'layers=[64, "x"]', "-p", "d={a: 1}"], {"layers": [64, "x"], "d": {"a": 1}}),
    (["-r", "zip=01234", "-r", "version=1.10"], {"zip": "01234", "version": "1.10"}),
    (["-y", "{n: 1, day: 2026-11-22}", "-p", "n=2"], {"n": 2, "day": "2026-11-22"}),
]


@pytest.mark.parametrize(("words", "values"), VALUES)
def test_parameters(terminal, person, primehub, words, values):
    ended = terminal("submit", person.notebook, "--json", *words)
    assert ended.code == 0, ended.out
    assert ended.json["parameters"] == values
    job = only_job(primehub, ended.json["submission_id"])
    assert WrittenHead.of(job["command"]).parameters == values


def test_parameters_in_a_file(terminal, person, tmp_path):
    file = tmp_path / "parameters.yaml"
    file.write_text("n: 1\nlayers:\n- 64\n- 32\n")
    ended = terminal("submit", person.notebook, "--json", "-f", file, "-p", "n=2")
    assert ended.json["parameters"] == {"n": 2, "layers": [64, 32]}
    file.write_text("a: &x [1]\nb: *x\n")
    assert terminal("submit", person.notebook, "--json", "-f", file).code == exits.USAGE
    assert terminal("submit", person.notebook, "-f", tmp_path / "none").code == exits.USAGE


def test_what_is_chosen_arrives(terminal, person):
    chosen = ["--name", "my job", "--instance-type", "cpu-1", "--image", "base-notebook", "--time-limit", "90m"]
    job = terminal("submit", person.notebook, "--json", *chosen).json
    assert (job["display_name"], job["timeout_seconds"], job["created"]) == ("my job", 5400, True)
    assert job["notebook_path"] == str(person.notebook)
    assert job["output_path"].startswith(str(person.notebook.parent / "train-job-"))


def test_without_an_instance_type_those_that_there_are_are_named(terminal, person, monkeypatch):
    monkeypatch.delenv("INSTANCE_TYPE")
    ended = terminal("submit", person.notebook)
    assert ended.code == exits.USAGE
    assert ended.err.startswith("The instance type is missing.\nName one of these: ")
    assert terminal("check", person.notebook).code == exits.WELL


def test_what_cannot_be_submitted_is_said_before_all_findings(terminal, person, primehub, monkeypatch):
    write_notebook(person.notebook, "import surely_not_here")
    monkeypatch.delenv("INSTANCE_TYPE")
    assert terminal("submit", person.notebook).err.startswith("The instance type is missing.")
    monkeypatch.setenv("INSTANCE_TYPE", "cpu-1")
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    ended = terminal("submit", person.notebook)
    assert (ended.code, ended.err.splitlines()[0]) == (exits.NO_TOKEN, "PrimeHub needs your API token first.")
    assert "surely_not_here" in terminal("check", person.notebook).out, "which needs no token"


def test_the_only_instance_type_is_looked_at(terminal, person, primehub, monkeypatch):
    monkeypatch.delenv("INSTANCE_TYPE")
    objects = primehub.store.cluster.objects
    for name in [each["metadata"]["name"] for each in objects.list("instancetypes")]:
        if name != "gpu-4":
            objects.remove("instancetypes", name)
    assert terminal("check", person.notebook).code == exits.FINDINGS
    assert "[over_user_quota]" in terminal("submit", person.notebook).err


def test_what_is_wrong_with_parameters_is_told_beside_the_findings(terminal, person):
    write_notebook(person.notebook, "import surely_not_here")
    ended = terminal("check", person.notebook, "-p", "x=[1", "--json")
    assert (ended.code, [each["code"] for each in ended.json["faults"]]) == (exits.USAGE, ["invalid_parameters"])
    assert [each["code"] for each in ended.json["findings"]] == ["module_missing"]


def test_a_notebook_elsewhere_is_told_where_to_go(terminal, person, tmp_path):
    elsewhere = tmp_path / "elsewhere.ipynb"
    elsewhere.write_bytes(person.notebook.read_bytes())
    ended = terminal("submit", elsewhere)
    assert ended.code == exits.REFUSED
    assert f"Move it into the folder `{person.volume}` and submit it from there." in ended.err


def test_a_command_that_was_interrupted_goes_on(environment, person, primehub, tmp_path):
    """Ctrl-C while PrimeHub has made the job but has not said so; the same command again finds that job."""
    primehub.on("CreateJob", told.silent(executed=True))
    env = {**clean_env(tmp_path / "home"), **environment, "PRIMEHUB_API_TOKEN": primehub.token}
    command = [*COMMAND, "submit", str(person.notebook), "--json"]
    process = subprocess.Popen(
        command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for("the job to be asked for", lambda: primehub.count("CreateJob"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == exits.INTERRUPTED, err
    assert "Run the same command again" in err
    primehub.behave()
    again = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert again.returncode == 0, again.stdout
    job = json.loads(again.stdout)
    assert only_job(primehub, job["submission_id"])["id"] == job["id"]


def test_the_same_at_the_same_moment_is_two_submissions(tmp_path):
    values = {"notebook": "/a.ipynb", "parameters": {"n": 1}}
    with pending(values, tmp_path) as first, pending(values, tmp_path) as second:
        assert first.submission_id != second.submission_id
    with pending(values, tmp_path) as again:
        assert again.submission_id == first.submission_id
        again.outcome_is_known()
    with pending(values, tmp_path) as left, pending({**values, "parameters": {"n": 1.0}}, tmp_path) as other:
        assert left.submission_id == second.submission_id or left.begun_at is None
        assert other.begun_at is None


def test_who_waited_for_the_file_of_one_that_is_known_goes_on_with_nothing(tmp_path):
    with pending({}, tmp_path) as submission:
        [path] = tmp_path.iterdir()
        file = path.open("rb")  # as a command does that has not locked it yet
        submission.outcome_is_known()
    with file:
        assert file.read() == b""


@pytest.mark.parametrize("written", [b"", b"{", b"[]", b'{"id": 1, "at": 2}', b'{"id": "x"}'])
def test_a_damaged_file_is_none(tmp_path, written):
    with pending({}, tmp_path) as first:
        pass
    [file] = tmp_path.iterdir()
    file.write_bytes(written)
    with pending({}, tmp_path) as again:
        assert again.begun_at is None
        assert again.submission_id != first.submission_id


def test_an_old_one_is_forgotten(tmp_path):
    with pending({}, tmp_path) as first:
        pass
    [file] = tmp_path.iterdir()
    file.write_text(json.dumps({"id": first.submission_id, "at": time.time() - OLDEST - 1}))
    with pending({}, tmp_path) as again:
        assert again.submission_id != first.submission_id


def test_where_nothing_can_be_kept_it_is_submitted_all_the_same(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    with pending({}, blocked) as first:
        assert first.submission_id
    assert os.listdir(tmp_path) == ["file"]
