"""Mending a notebook's file: what was wanted is made, once, and nothing where the notebook is another by now."""

from __future__ import annotations

import json
import os

import nbformat
import pytest

from kit.notebooks import write_notebook
from primehub_nbext import api
from primehub_nbext.api.mending import edited
from primehub_nbext.preflight import findings
from primehub_nbext.preflight.subject import finding


@pytest.fixture(autouse=True)
def bad_lines(monkeypatch):
    """A family of findings: lines that are `bad` become two, and need a cell before the first and a tag."""

    def find(subject):
        for index, cell in enumerate(subject.notebook.cells):
            for number, line in enumerate(cell["source"].split("\n"), 1):
                if line == "bad":
                    edits = [{"cell": index, "line": number, "old": "bad", "new": "good\nbetter"}]
                    yield finding(
                        "warning", "bad", "Bad.", "Mend it.", index, number, {"label": "Mend", "edits": edits}
                    )
        if not any("first" in cell["tags"] for cell in subject.notebook.cells):
            edits = [{"cell": 0, "insert": "%pip install x", "tag": "first"}]
            yield finding("error", "none_first", "None is first.", "Put one.", fix={"label": "Put", "edits": edits})

    monkeypatch.setattr(findings, "FAMILIES", (find,))


def sources(path) -> list[str]:
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def test_all_that_is_wanted_is_made(session, person):
    write_notebook(person.notebook, "bad\nx = 1\nbad", "y = 'é'\nbad")
    person.notebook.chmod(0o640)
    fixed, left = api.fix(person.notebook, session=session)
    assert sorted(each["code"] for each in fixed) == ["bad", "bad", "bad", "none_first"]
    assert left["findings"] == []
    assert sources(person.notebook) == ["%pip install x", "good\nbetter\nx = 1\ngood\nbetter", "y = 'é'\ngood\nbetter"]
    assert nbformat.read(person.notebook, as_version=4).cells[0].metadata.tags == ["first"]
    nbformat.validate(nbformat.read(person.notebook, as_version=4))
    assert person.notebook.stat().st_mode & 0o777 == 0o640
    assert [each for each in os.listdir(person.notebook.parent) if each.endswith("tmp")] == []
    before = person.notebook.read_bytes()
    assert api.fix(person.notebook, session=session)[0] == []
    assert person.notebook.read_bytes() == before


def test_what_somebody_saves_meanwhile_stays(session, person):
    write_notebook(person.notebook, "bad")

    def saved(each):
        write_notebook(person.notebook, "more = 1")
        return True

    with pytest.raises(api.PrimeHubError) as caught:
        api.fix(person.notebook, wanted=saved, session=session)
    assert caught.value.code == "notebook_changed"
    assert sources(person.notebook) == ["more = 1"]
    assert [each for each in os.listdir(person.notebook.parent) if each.endswith("tmp")] == []


def test_a_link_in_the_place_of_the_new_file_is_not_written_through(session, person, tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("x")
    write_notebook(person.notebook, "bad")
    (person.notebook.parent / f"{person.notebook.name}.{os.getpid()}.tmp").symlink_to(mine)
    assert len(api.fix(person.notebook, session=session)[0]) == 2
    assert mine.read_text() == "x"


def test_what_is_not_wanted_stays(session, person):
    write_notebook(person.notebook, "bad")
    before = person.notebook.read_bytes()
    fixed, left = api.fix(person.notebook, wanted=lambda each: False, session=session)
    assert (fixed, len(left["findings"]), person.notebook.read_bytes()) == ([], 2, before)


def test_a_fix_that_does_not_help_is_made_once(session, person, monkeypatch):
    more = {"label": "More", "edits": [{"cell": None, "insert": "more"}]}
    monkeypatch.setattr(
        findings, "FAMILIES", (lambda subject: [finding("note", "never", "Never.", "Enough.", fix=more)],)
    )
    write_notebook(person.notebook, "x")
    fixed, left = api.fix(person.notebook, session=session)
    assert (len(fixed), len(left["findings"]), sources(person.notebook)) == (1, 1, ["x", "more"])


@pytest.mark.parametrize(
    "edit",
    [
        {"cell": 0, "line": 1, "old": "another", "new": "x"},
        {"cell": 0, "line": 2, "old": "bad", "new": "x"},
        {"cell": 7, "line": 1, "old": "bad", "new": "x"},
        {"cell": 7, "tag": "x"},
    ],
)
def test_another_notebook_is_left_alone(person, edit):
    write_notebook(person.notebook, "bad")
    content = json.loads(person.notebook.read_text())
    assert edited(content, [{"cell": None, "insert": "y"}, edit]) is None
    content["cells"][0]["metadata"]["tags"] = None
    assert edited(content, [{"cell": 0, "tag": "x"}]) is None
    assert edited({**content, "nbformat": 3}, [{"cell": None, "insert": "y"}]) is None


def test_the_terminal_shows_and_makes_them(session, person, monkeypatch, capsys):
    from primehub_nbext.cli.app import run

    config = session.context.config
    for name, value in {
        "PRIMEHUB_API_ENDPOINT": config.api_endpoint,
        "PRIMEHUB_HOME_DIR": config.home_dir,
        "GROUP_ID": config.group_id,
        "GROUP_NAME": config.group_name,
    }.items():
        monkeypatch.setenv(name, value)
    write_notebook(person.notebook, "bad")
    assert run(["check", str(person.notebook)]) == 5
    said = capsys.readouterr().out
    assert "⚠ Cell 1, line 1: Bad. [bad]\n  Mend it.\n    - bad\n    + good\n    + better\n" in said
    assert "    + %pip install x\n    + tag first\n" in said
    assert sources(person.notebook) == ["bad"], "only looked at"
    assert run(["check", str(person.notebook), "--fix", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["fixed"]) == 2
    assert sources(person.notebook) == ["%pip install x", "good\nbetter"]
