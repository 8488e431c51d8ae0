"""Streams: whatever a command's output is connected to, it ends with a code of the page and without a traceback."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys

import pytest

from kit import misbehaving as told
from kit.listed_jobs import add_job, command_of
from kit.processes import clean_env, wait_for
from kit.terminals import COMMAND, in_terminal
from primehub_nbext.cli import exits
from primehub_nbext.cli.plain import WITHOUT_MARKS
from primehub_nbext.cli.terminal import Terminal


@pytest.fixture
def env(environment, primehub, tmp_path):
    return {**clean_env(tmp_path / "home"), **environment, "PRIMEHUB_API_TOKEN": primehub.token}


@pytest.fixture
def in_shell(env, tmp_path):
    """A command as a shell runs it, with redirections."""

    def shell(words: str, **more: str) -> subprocess.CompletedProcess:
        line = f"{' '.join(COMMAND)} {words}"
        return subprocess.run(
            ["bash", "-c", line], env={**env, **more}, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )

    return shell


@pytest.mark.parametrize("words", ["jobs >&-", "jobs --json >&-", "jobs 2>&-", "jobs <&-", "cancel job-1 <&-"])
def test_a_stream_that_is_closed(in_shell, words):
    ended = in_shell(words)
    assert "Traceback" not in ended.stderr
    assert ended.returncode == (exits.REFUSED if "job-1" in words else exits.WELL), ended.stderr


def test_no_token_from_a_closed_stream(in_shell):
    ended = in_shell("token <&-")
    assert (ended.returncode, "Traceback" in ended.stderr) == (exits.USAGE, False)


@pytest.mark.parametrize("words", ["jobs", "jobs --json", "--help"])
def test_a_full_disk(in_shell, words):
    ended = in_shell(f"{words} > /dev/full")
    assert ended.returncode == exits.REFUSED
    assert ended.stderr == "What was asked for could not be written: No space left on device\n"


@pytest.mark.parametrize("words", ["jobs", "doctor", "--help"])
def test_who_reads_goes_away(in_shell, words):
    ended = in_shell(f"{words} | sleep 0; exit ${{PIPESTATUS[0]}}")
    assert (ended.returncode, ended.stderr) == (exits.BROKEN_PIPE, "")


@pytest.mark.parametrize("words", [("jobs", "--limit", "0"), ("nothing",), ("submit",), ("jobs", "--PrimeHub.x=1")])
def test_a_line_that_is_none_is_json_as_well(terminal, words):
    ended = terminal(*words, "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.USAGE, "usage")
    assert "usage: " in ended.err


def test_what_nobody_expected_is_json_as_well(terminal, monkeypatch):
    monkeypatch.setattr("primehub_nbext.api.jobs", lambda **_: 1 // 0)
    ended = terminal("jobs", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.REFUSED, "internal_error")
    assert "ZeroDivisionError" in ended.err


def test_ctrl_c_is_json_as_well(env, primehub, tmp_path):
    primehub.on("", told.silent(executed=False))
    process = subprocess.Popen([*COMMAND, "jobs", "--json"], env=env, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    wait_for("PrimeHub to be asked", lambda: primehub.requests)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, json.loads(out)["error"]["code"]) == (exits.INTERRUPTED, "interrupted")


def test_what_a_terminal_has_no_character_for(tmp_path):
    file = tmp_path / "out"
    with file.open("w", encoding="latin-1") as stream:
        terminal = Terminal(streams=(sys.stdin, stream, stream), environ={})
        assert stream.errors == WITHOUT_MARKS
        terminal.say("✓ Succeeded ✕ Failed “train”… 台")
    assert file.read_text() == '+ Succeeded x Failed "train". ?\n'


def test_forty_columns(env, person, primehub):
    for number in range(3):
        add_job(primehub, number, command_of(str(person.volume), x=1), name="a long name " * 9)
    for columns, headings in ((200, 8), (60, 4), (40, 2), (30, 1)):
        seen = in_terminal(env, "jobs", columns=columns)
        lines = seen.text.splitlines()
        assert max(map(len, lines)) <= columns, seen.text
        assert len(lines[0].split()) == headings


def test_the_next_part_of_a_list_is_of_the_same(terminal, person, primehub):
    for number in range(3):
        add_job(primehub, number, command_of(str(person.volume), x=1), name="run it")
    ended = terminal("jobs", "--mine", "--search", "run it", "--limit", "2", "--json")
    first = terminal("jobs", "--mine", "--search", "run it", "--limit", "2")
    line = f"jupyter primehub jobs --mine --search 'run it' --limit 2 --before {shlex.quote(ended.json['next'])}\n"
    assert first.err == f"Older ones: {line}"
    assert terminal("jobs", "--search", "nothing such").out == "No job fits.\n"
    assert terminal("jobs", "--phase", "Failed").out == "No job fits.\n"


def test_faults_are_not_lost_where_output_is_kept(terminal, person):
    ended = terminal("submit", person.notebook, "--name", "")
    assert (ended.code, ended.out) == (exits.USAGE, "")
    assert "job name" in ended.err


def test_a_job_that_is_over_is_not_asked_about(env, person, primehub):
    job_id = add_job(primehub, 1, command_of(str(person.volume)))
    seen = in_terminal(env, "cancel", job_id)
    assert seen.code == exits.REFUSED
    assert seen.text.startswith("The job has already ended: Succeeded.")


def test_an_artifact_that_is_not_there(terminal, person, primehub):
    job_id = add_job(primehub, 1, command_of(str(person.volume)))
    ended = terminal("artifacts", job_id, "none", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.REFUSED, "artifact_not_found")


def test_the_doctor_tells_of_settings_that_are_not_used(terminal, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_REQUEST_TIMEOUT", "soon")
    report = terminal("doctor", "--json").json
    said = [each["message"] for each in report["lines"] if each["code"] == "settings" and each["ok"] is False]
    assert said == [
        "PRIMEHUB_REQUEST_TIMEOUT is not used: PrimeHub.request_timeout must be a number of seconds above 0."
    ]
    assert json.dumps(report)
