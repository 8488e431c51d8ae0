"""The outputs of a job's cells, as they are in its output notebook, or why they cannot be had."""

from __future__ import annotations

import json

import nbformat
import pytest

from kit.listed_jobs import command_of
from kit.misbehaving import MisbehavingPrimeHub
from kit.people import Person
from primehub_nbext.jobs.detail import view_in_full
from primehub_nbext.jobs.errors import OutputNotFound, OutputTooLarge
from primehub_nbext.jobs.taking_over import MAX_BYTES, output_of


@pytest.fixture
def context(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "any")
    return Person(MisbehavingPrimeHub(), tmp_path).server().context


@pytest.fixture
def view(context, tmp_path):
    job = {"id": "job-1", "phase": "Succeeded", "command": command_of(context.volume.path)}
    return view_in_full(context, job, str(tmp_path))


def write(tmp_path, *cells) -> None:
    path = tmp_path / "phusers" / "a" / "train-job-1-output.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), str(path))


def code(source: str, *outputs, **changes):
    note = {"status": "completed", "start_time": "2026-11-24T08:52:13"}
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"papermill": note}, **changes)


def test_outputs_are_those_of_the_file(context, view, tmp_path):
    text = nbformat.v4.new_output("stream", text="a\nb ü\n")
    shown = nbformat.v4.new_output("display_data", {"text/html": "<b>x</b>", "application/json": {"x": float("nan")}})
    written = [code("print('ü')\n1", text, shown, execution_count=3), code("pass")]
    write(tmp_path, nbformat.v4.new_markdown_cell("# A"), *written)
    answer = json.loads(output_of(context, view), parse_constant=pytest.fail)
    assert (answer["id"], answer["phase"]) == ("job-1", "Succeeded")
    assert answer["output_path"] == "phusers/a/train-job-1-output.ipynb"
    first, second = answer["cells"]
    assert [first[name] for name in ("index", "id", "state", "source", "execution_count")] == [
        1, written[0].id, "done", "print('ü')\n1", 3,
    ]  # fmt: skip
    assert first["outputs"][0]["text"] == ["a\n", "b ü\n"]
    assert first["outputs"][1]["data"]["application/json"] == {"x": "NaN"}
    assert second["outputs"] == []


def test_what_is_too_large_is_refused_before_it_is_taken_apart(context, view, tmp_path):
    write(tmp_path, code("x", nbformat.v4.new_output("stream", text="x" * (MAX_BYTES + 1))))
    with pytest.raises(OutputTooLarge) as caught:
        output_of(context, view)
    assert "16 MB" in caught.value.message


def test_what_is_not_there_or_not_whole_is_told(context, view, tmp_path):
    with pytest.raises(OutputNotFound):
        output_of(context, view)
    write(tmp_path, code("x"))
    path = tmp_path / "phusers" / "a" / "train-job-1-output.ipynb"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(OutputNotFound):
        output_of(context, view)


def test_a_job_that_is_none_of_ours_has_none(context, tmp_path):
    with pytest.raises(OutputNotFound):
        output_of(context, view_in_full(context, {"id": "job-1", "command": "echo"}, str(tmp_path)))
