"""Exit codes: each is what docs/terminal.md says, and a program reads why in the JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit import misbehaving as told
from primehub_nbext.cli import exits
from primehub_nbext.cli.app import run
from primehub_nbext.cli.commands import COMMANDS
from primehub_nbext.preflight import findings
from primehub_nbext.preflight.subject import finding

PAGE = Path(__file__).resolve().parents[3] / "docs" / "terminal.md"
USAGE = [
    (),
    ("jobs", "--limit", "1000"),
    ("jobs", "--phase", "Sleeping"),
    ("submit",),
    ("logs", "job-1", "--tail", "-5"),
    ("logs", "job-1", "--tail", "0"),
    ("submit", "x.ipynb", "--time-limit", "soon"),
    ("jobs", "--PrimeHub.no_such=1"),
    ("jobs", "--PrimeHub.connect_timeout=soon"),
    ("jobs", "--PrimeHub.api_endpoint"),
]


@pytest.mark.parametrize("words", USAGE, ids=" ".join)
def test_a_line_that_is_none(terminal, words):
    ended = terminal(*words)
    assert (ended.code, ended.out) == (exits.USAGE, "")
    assert "error:" in ended.err


@pytest.mark.parametrize("given", ["start", "1a=2", "start=[1", "class=1"])
def test_a_parameter_that_is_none(terminal, person, primehub, given):
    ended = terminal("submit", person.notebook, "--json", "-p", given)
    assert ended.code == exits.USAGE
    assert ended.json["error"]["code"] == "invalid_parameters"
    assert primehub.count("CreateJob") == 0


def test_primehub_is_not_there(terminal, primehub):
    primehub.stop_listening()
    ended = terminal("jobs", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.NOT_REACHED, "primehub_unreachable")


def test_no_token_and_a_token_that_is_refused(terminal, primehub, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "another")
    assert terminal("jobs").code == exits.NO_TOKEN
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    ended = terminal("jobs")
    assert ended.code == exits.NO_TOKEN
    assert ended.err == "PrimeHub needs your API token first.\nEnter it: jupyter primehub token\n"


def test_a_group_that_primehub_does_not_know(terminal, monkeypatch):
    assert terminal("jobs").code == exits.WELL
    monkeypatch.setenv("GROUP_ID", "none")
    ended = terminal("jobs", "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.REFUSED, "group_not_found")


@pytest.mark.parametrize("command", ["job", "logs", "cancel", "rerun", "artifacts"])
@pytest.mark.parametrize("job_id", ["job-1", "../../etc", "", "a\nb"])
def test_a_job_that_is_not_there(terminal, command, job_id):
    ended = terminal(command, job_id, "--json")
    assert (ended.code, ended.json["error"]["code"]) == (exits.REFUSED, "job_not_found")


def test_errors_stop_a_submission_until_told_otherwise(terminal, person, primehub, monkeypatch):
    content = json.loads(person.notebook.read_text())
    content["cells"].insert(0, {"cell_type": "markdown", "id": "text", "metadata": {}, "source": "# Not counted"})
    person.notebook.write_text(json.dumps(content))
    error = finding("error", "sure_to_fail", "It would fail.", "Mend it.", cell=1, line=1)
    monkeypatch.setattr(findings, "FAMILIES", (lambda subject: [error],))
    ended = terminal("submit", person.notebook)
    assert (ended.code, primehub.count("CreateJob")) == (exits.FINDINGS, 0)
    assert "✕ Cell 1, line 1: It would fail. [sure_to_fail]\n  Mend it.\n" in ended.err
    told_so = terminal("submit", person.notebook, "--json")
    assert (told_so.code, told_so.json["error"]["code"]) == (exits.FINDINGS, "findings")
    assert told_so.json["findings"][0]["cell"] == 1
    assert terminal("check", person.notebook).code == exits.FINDINGS
    assert terminal("submit", person.notebook, "--yes").code == exits.WELL
    assert primehub.count("CreateJob") == 1


def test_what_is_not_known_is_sent_again_as_the_same(terminal, person, primehub):
    primehub.stale = True
    primehub.on("CreateJob", told.reset(executed=True))
    lost = terminal("submit", person.notebook, "--json", "-p", "start=1")
    assert (lost.code, lost.json["error"]["code"]) == (exits.NOT_KNOWN, "submission_unknown")
    assert lost.json["error"]["hint"] == "Run the same command again: whatever was created, the notebook runs once."
    primehub.behave()
    again = terminal("submit", person.notebook, "--json", "-p", "start=1")
    assert again.code == exits.WELL, again.err
    assert "Going on with the submission of" in again.err
    submission_id = again.json["submission_id"]
    assert again.json["id"] in [job["id"] for job in primehub.jobs_of(submission_id)]
    another = terminal("submit", person.notebook, "--json", "-p", "start=1")
    assert another.json["submission_id"] != submission_id
    assert "Going on" not in another.err


def test_the_page_has_all_of_them():
    page = PAGE.read_text("utf-8")
    for code, meaning in exits.MEANINGS.items():
        assert f"| {code} | {meaning} |" in page


@pytest.mark.parametrize("command", [*COMMANDS, "check", "submit", ""])
def test_help_is_for_eighty_columns(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        run([*filter(None, [command]), "--help"])
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []


def test_help_lists_all_commands_and_codes(capsys):
    with pytest.raises(SystemExit) as ended:
        run(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    listed = [line.split()[0] for line in said.splitlines() if line.startswith("    ") and line[4] != " "]
    assert listed == [
        *("check", "submit", "jobs", "job", "logs", "cancel", "rerun", "artifacts", "token", "doctor", "sandbox")
    ]
    said = " ".join(said.split())
    assert all(meaning in said for meaning in exits.MEANINGS.values())
