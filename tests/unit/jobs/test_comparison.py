"""Two runs of a notebook beside each other: what differs is told, what does not is not, whatever the notebooks hold."""

from __future__ import annotations

import json

import nbformat
import pytest

from kit.listed_jobs import command_of
from kit.misbehaving import MisbehavingPrimeHub
from kit.people import Person
from primehub_nbext.errors import BadRequest
from primehub_nbext.jobs import cell_pairs, compared_outputs
from primehub_nbext.jobs.comparison import compare, two_jobs
from primehub_nbext.jobs.detail import view_in_full
from primehub_nbext.jobs.errors import AnotherNotebook
from primehub_nbext.jobs.output_texts import MAX_MEDIA, OutputTexts, media_told
from primehub_nbext.jobs.outputs import OutputNotebooks
from primehub_nbext.jobs.pairing import NotebookCell, paired

FAILED = {"tags": ["papermill-error-cell-tag"]}
INJECTED = {"tags": ["injected-parameters"]}


@pytest.fixture
def context(tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "any")
    return Person(MisbehavingPrimeHub(), tmp_path).server().context


def code(source: str, *outputs, id: str = "", status: str = "completed", seconds: float = 0.0, **metadata):
    note = {"status": status, "start_time": "2026-11-24T08:00:00", "end_time": f"2026-11-24T08:00:{seconds:09.6f}"}
    note = {**note, "start_time": None, "end_time": None} if status == "pending" else note
    cell = nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"papermill": note, **metadata})
    return {**cell, "id": id} if id else cell


def text(words: str, name: str = "stdout"):
    return nbformat.v4.new_output("stream", text=words, name=name)


def shown(**data):
    return nbformat.v4.new_output("display_data", {name.replace("_", "/"): value for name, value in data.items()})


@pytest.fixture
def compared(context, tmp_path):
    """Compares two runs with these cells, of jobs that are over, or are not."""

    def run(left, right, phases=("Succeeded", "Succeeded"), given=({}, {})) -> dict:
        views = []
        for number, (cells, phase, parameters) in enumerate(zip((left, right), phases, given), 1):
            command = command_of(context.volume.path, **parameters)
            views.append(
                view_in_full(context, {"id": f"job-{number}", "phase": phase, "command": command}, str(tmp_path))
            )
            path = tmp_path / "phusers" / "a" / f"train-job-{number}-output.ipynb"
            path.parent.mkdir(exist_ok=True)
            if isinstance(cells, str):
                path.write_text(cells)
            elif cells is not None:
                notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
                path.write_text(nbformat.v4.writes(nbformat.from_dict(notebook)), "utf-8")
        answer = compare(context, OutputNotebooks(), views)
        assert len(json.dumps(answer, allow_nan=False)) < 8_000_000
        return answer

    return run


def differing(answer: dict) -> list[tuple]:
    """(number on each side, what differs) of the cells that do."""
    return [
        (*(side and side["number"] for side in cell["sides"]), *cell["differs"])
        for cell in answer["cells"]
        if cell["differs"]
    ]


def test_what_differs_is_told_cell_by_cell(compared):
    left = [
        nbformat.v4.new_markdown_cell("# A"), code("lr = 1", id="inj1", **INJECTED),
        code("import x", id="a1"), code("train()", text("loss 0.5\n"), id="b1", seconds=2), code("x = 1", id="c1"),
        code("gone()", id="d1"), code("end()", id="e1"),
    ]  # fmt: skip
    right = [
        nbformat.v4.new_markdown_cell("# A"), code("lr = 2", id="inj2", **INJECTED),
        code("import x", id="a1"), code("train()", text("loss 0.4\n"), id="b1", seconds=9), code("x = 2", id="c1"),
        nbformat.v4.new_markdown_cell("Look here", metadata=FAILED), code("new()", id="f1"),
        code("end()", nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["at 0xabcdef01"]), id="e1",
             status="failed"),
    ]  # fmt: skip
    answer = compared(left, right, ("Succeeded", "Failed"), ({"lr": 1.0, "n": 3}, {"lr": 2.0, "day": "x", "n": 3}))
    assert differing(answer) == [
        (3, 3, "outputs", "seconds"), (4, 4, "source"), (None, 5, "presence"), (5, None, "presence"),
        (6, 6, "state", "outputs"),
    ]  # fmt: skip
    kinds = [(cell["kind"], cell["injected"]) for cell in answer["cells"][:2]]
    assert kinds == [("markdown", False), ("code", True)]
    train, edited, new, gone, end = [cell for cell in answer["cells"] if cell["differs"]]
    assert [side["text"]["text"] for side in train["sides"]] == ["loss 0.5", "loss 0.4"]
    assert [side["seconds"] for side in train["sides"]] == [2.0, 9.0]
    assert [side["source"]["text"] for side in edited["sides"]] == ["x = 1", "x = 2"]
    assert (new["sides"][0], gone["sides"][1]) == (None, None)
    assert [side["state"] for side in end["sides"]] == ["done", "failed"]
    assert end["sides"][1]["text"]["text"] == "E: v"
    assert answer["parameters"] == [
        {"name": "lr", "values": ["1.0", "2.0"], "differs": True},
        {"name": "n", "values": ["3", "3"], "differs": False},
        {"name": "day", "values": [None, "x"], "differs": True},
    ]
    assert [job["failure"] and job["failure"]["name"] for job in answer["jobs"]] == [None, "E"]
    assert all("cells" not in job["progress"] for job in answer["jobs"])


def test_cells_without_ids_are_paired_by_source_in_order(compared):
    """nbformat gives those of older notebooks new ids each time."""
    left = [code("a"), code("same", text("1")), code("same", text("2")), code("b")]
    right = [code("0"), code("same", text("1")), code("same", text("3")), code("b")]
    answer = compared(left, right)
    assert differing(answer) == [(None, 1, "presence"), (1, None, "presence"), (3, 3, "outputs")]


def test_an_id_that_occurs_twice_says_nothing(compared):
    answer = compared([code("a", id="x"), code("b", id="x")], [code("b", id="x"), code("a", id="y")])
    assert differing(answer) == []


def test_what_is_another_in_each_run_is_no_difference(compared):
    left = code(
        "f", text("\x1b[31m<A at 0x7f0012345678>\x1b[0m\n"), text("/tmp/ipykernel_11/1.py:3: W", "stderr"), id="a"
    )
    right = code("f", text("<A at 0x7f0087654321>\n"), text("/tmp/ipykernel_9/1.py:3: W", "stderr"), id="a")
    bars = [code("g", text(f"1/9 {n}s\r9/9 done\n"), id="b", seconds=n) for n in (0.2, 0.9)]
    assert differing(compared([left, bars[0]], [right, bars[1]])) == []


def test_what_a_browser_could_run_is_said_to_be_equal_or_not(compared):
    evil = "<img src=x onerror=alert(1)>"
    left = code("p", shown(text_html=evil, image_png="iVBO", text_plain="<Figure>"), id="a")
    right = code("p", shown(text_html=evil, image_png="iVBP", text_plain="<Figure>"), id="a")
    answer = compared([left], [right])
    [cell] = answer["cells"]
    assert cell["differs"] == ["outputs"]
    assert cell["outputs"]["media"] == [
        {"type": "image/png", "counts": [1, 1], "same": False}, {"type": "text/html", "counts": [1, 1], "same": True},
    ]  # fmt: skip
    assert "alert" not in json.dumps(answer) and "iVBO" not in json.dumps(answer)


def test_of_many_kinds_of_media_few_are_told():
    kinds = [OutputTexts("", tuple((f"a/{side}{n}", "") for n in range(20_000))) for side in "xy"]
    assert len(media_told(*kinds)) == MAX_MEDIA


def test_many_cells_that_say_to_be_injected_are_paired_in_order():
    """Nothing in the one is the partner of any in the other; looking for each of them took hours."""
    left = [NotebookCell(n, "code", None, "", injected=True) for n in range(50_000)]
    right = [NotebookCell(n, "code", None, "x") for n in range(50_000)]
    assert len(paired(left, right)) == 100_000
    assert paired(left[:2], left[:2]) == [(left[0], left[0]), (left[1], left[1])]


def test_a_long_text_is_told_from_shortly_before_it_differs(compared):
    lines = [f"step {n}" for n in range(3000)]
    other = [*lines[:2000], "step 2000, but slower", *lines[2001:]]
    [cell] = compared([code("f", text("\n".join(lines)), id="a")], [code("f", text("\n".join(other)), id="a")])["cells"]
    told = [side["text"] for side in cell["sides"]]
    assert [(each["skipped"], each["cut"], len(each["text"])) for each in told] == [(1997, True, 4000)] * 2
    assert [each["text"].split("\n")[3] for each in told] == ["step 2000", "step 2000, but slower"]


def test_large_outputs_are_compared_and_not_taken_apart(compared, monkeypatch):
    read = []
    monkeypatch.setattr(compared_outputs, "output_texts", lambda outputs: read.append(outputs))
    large = "x" * (compared_outputs.MAX_PARSED + 1)
    left = [code("a", text(large), id="a"), code("b", text(large), id="b"), code("c", text(large), id="c")]
    right = [
        code("a", text(large), id="a"),
        code("b", text(large[:-1] + "y"), id="b"),
        code("c", text(large + "x"), id="c"),
    ]
    answer = compared(left, right)
    assert [cell["outputs"]["same"] for cell in answer["cells"]] == [True, False, False]
    assert [side["text"] for side in answer["cells"][1]["sides"]] == [None, None] and read == []
    monkeypatch.setattr(cell_pairs, "Budget", lambda: compared_outputs.Budget(parsed=0, compared=0))
    answer = compared(left, right)
    assert [cell["outputs"]["same"] for cell in answer["cells"]] == [None, None, False]
    assert differing(answer) == [(3, 3, "outputs")], "what is not known is no difference"


def test_the_answer_is_bounded(compared):
    cells = [[code(f"f{n}", text(f"{side}{n}" * 1500), id=f"c{n}") for n in range(150)] for side in "ab"]
    answer = compared(*cells)
    assert len(differing(answer)) == 150
    told = [side["text"] for cell in answer["cells"] for side in cell["sides"]]
    assert told[0] and told[-1] is None
    assert sum(len(each["text"]) for each in told if each) <= 512 * 1024


@pytest.mark.parametrize("there", [None, '{\n "cells": [\n  {\n', "[]", '{"cells": [1]}'])
def test_an_output_notebook_that_cannot_be_read_leaves_the_rest(compared, there):
    answer = compared([code("a")], there, ("Succeeded", "Running"), ({"n": 1}, {"n": 2}))
    assert answer["cells"] is None and answer["problems"][0] is None
    assert answer["problems"][1]["code"] == "output_not_found"
    assert answer["parameters"][0]["differs"]


def test_a_job_that_runs_is_compared_as_far_as_it_is(compared):
    left = [code("a", id="a"), code("b", id="b")]
    answer = compared(
        left, [code("a", id="a", status="running"), code("b", id="b", status="pending")], ("Failed", "Running")
    )
    assert [[side["state"] for side in cell["sides"]] for cell in answer["cells"]] == [
        ["done", "running"],
        ["done", "pending"],
    ]


def test_what_cannot_be_compared_is_refused(context, tmp_path, monkeypatch):
    commands = {
        "job-1": command_of(context.volume.path),
        "job-2": command_of(context.volume.path, "other.ipynb"),
        "job-3": "echo",
    }
    told = {name: {"id": name, "phase": "Failed", "command": text, "createTime": f"2026-11-24T08:00:0{4 - n}Z"}
            for n, (name, text) in enumerate({**commands, "job-4": commands["job-1"]}.items())}  # fmt: skip
    monkeypatch.setattr(
        "primehub_nbext.jobs.comparison.get_job",
        lambda context, job_id, root: view_in_full(context, told[job_id], root),
    )
    for other in ("job-2", "job-3"):
        with pytest.raises(AnotherNotebook):
            two_jobs(context, "job-1", other, str(tmp_path))
    for other in ("", "job-1", "../x", "a b"):
        with pytest.raises(BadRequest):
            two_jobs(context, "job-1", other, str(tmp_path))
    assert [view["id"] for view in two_jobs(context, "job-1", "job-4", str(tmp_path))] == ["job-4", "job-1"]
