"""Progress is read from whatever papermill has written so far."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
import zlib
from datetime import datetime, timezone
from pathlib import Path

import nbformat
import pytest

from kit.notebooks import write_notebook
from kit.processes import clean_env
from primehub_nbext.jobs.outputs import SMALL, OutputNotebooks
from primehub_nbext.notebooks.volume import GroupVolume

KILL_ME = "import os; os.kill(os.getpid(), 9)"
PLACE = "output.ipynb"


@pytest.fixture
def volume(tmp_path):
    (tmp_path / "phusers").mkdir()
    return GroupVolume("phusers", str(tmp_path / "phusers"))


def code_cell(status: str, started: bool, source: str = "x", **notes):
    """A cell as papermill notes it."""
    note = {"status": status, "start_time": "2026-11-24T08:52:13.867673+00:00" if started else None, **notes}
    return nbformat.v4.new_code_cell(source, metadata={"papermill": note})


def write_output(volume, *cells, **metadata) -> Path:
    path = Path(volume.path, PLACE)
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), str(path))
    return path


def counts(volume, over: bool) -> dict:
    progress, _ = OutputNotebooks().tell(volume, PLACE, over)
    return {name: progress[name] for name in ("total", "done", "running", "failed")}


def states(volume, over: bool) -> list[str]:
    progress, _ = OutputNotebooks().tell(volume, PLACE, over)
    return [cell["state"] for cell in progress["cells"]]


@pytest.mark.parametrize("over", [False, True])
def test_a_kernel_that_never_started_ran_nothing(volume, over):
    write_output(volume, *[code_cell("completed", started=False) for _ in range(5)])
    assert counts(volume, over) == {"total": 5, "done": 0, "running": None, "failed": None}
    assert states(volume, over) == ["skipped" if over else "pending"] * 5


def test_a_kernel_that_died_failed_in_the_last_cell_that_was_begun(volume):
    write_output(volume, *[code_cell("completed", started=number < 2) for number in range(4)])
    assert counts(volume, True) == {"total": 4, "done": 1, "running": None, "failed": 2}
    _, failure = OutputNotebooks().tell(volume, PLACE, True)
    assert (failure["cell"], failure["name"], failure["traceback"]) == (1, None, "")


def test_a_killed_job_never_looks_alive(volume):
    """Its last word is "running", for ever."""
    cells = [code_cell("completed", True), code_cell("running", True), code_cell("pending", False)]
    write_output(volume, *cells)
    assert counts(volume, False) == {"total": 3, "done": 1, "running": 2, "failed": None}
    assert counts(volume, True) == {"total": 3, "done": 1, "running": None, "failed": None}
    assert states(volume, True) == ["done", "stopped", "skipped"]


def test_seconds_are_those_that_papermill_noted(volume):
    ended = code_cell("completed", True, end_time="2026-11-24T08:52:15.367673")  # UTC, as papermill 2.4 writes it
    cells = [ended, code_cell("failed", True, end_time="2026-11-24T08:52:23.867673+00:00")]
    whole = {"start_time": "2026-11-24T08:52:12.867673+00:00", "end_time": "2026-11-24T08:52:24.867673+00:00"}
    write_output(volume, *cells, papermill={**whole, "parameters": {"x": 1}})
    progress, _ = OutputNotebooks().tell(volume, PLACE, True)
    assert [cell["seconds"] for cell in progress["cells"]] == [1.5, 10.0]
    assert progress["seconds"] == 12.0


def test_a_cell_is_known_by_id_and_source_whatever_papermill_put_in(volume):
    marker = nbformat.v4.new_markdown_cell("failed", metadata={"tags": ["papermill-error-cell-tag"]})
    injected = code_cell("completed", True, "x = 1")
    injected.metadata["tags"] = ["injected-parameters"]
    mine = code_cell("failed", True, "\n  print('ü')\n")
    another = nbformat.v4.new_markdown_cell("here", metadata=marker.metadata)
    write_output(volume, marker, nbformat.v4.new_markdown_cell("# A"), injected, another, mine)
    progress, failure = OutputNotebooks().tell(volume, PLACE, True)
    first, second = progress["cells"]
    assert (first["index"], first["injected"], second["index"], second["injected"]) == (1, True, 2, False)
    assert (second["id"], second["source"], failure["cell"], failure["id"]) == (mine.id, "  print('ü')", 2, mine.id)
    assert second["crc"] == f"{zlib.crc32(mine.source.encode()):08x}"


def at(second: float) -> str:
    return datetime.fromtimestamp(second, timezone.utc).isoformat()


def run_of(volume, number: int, *cells: tuple[str, float | None, float | None]) -> str:
    """The output notebook of a job: cells by source, with the seconds since 1970 in which they began and ended."""
    written = []
    for source, start, end in cells:
        status = "completed" if end else "running" if start else "pending"
        notes = {"status": status, "start_time": at(start) if start else None, "end_time": at(end) if end else None}
        written.append(nbformat.v4.new_code_cell(source, metadata={"papermill": notes}))
    name = f"train-job-20261124010{number}-abcdef-output.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=written), str(Path(volume.path, name)))
    return name


def test_what_is_left_is_estimated_from_the_latest_run_that_tells(volume):
    now = time.time()
    run_of(volume, 1, ("a", 100, 110), ("b", 110, 130), ("c", 130, 170), ("c", 170, 171))
    run_of(volume, 2, ("a", 100, 110), ("b", 110, 150), ("c", 150, 250), ("c", 250, 251))
    run_of(volume, 3, ("a", 100, 110), ("b", 110, None))  # it failed, or was killed
    Path(volume.path, "other-job-202611240104-abcdef-output.ipynb").write_text("{")
    run_of(volume, 9, ("a", 1, 2), ("b", 2, 3), ("c", 3, 4), ("c", 4, 5))  # a later one
    mine = run_of(volume, 5, ("a", now - 20, now - 15), ("b", now - 10, None), ("c", None, None), ("c", None, None))
    outputs = OutputNotebooks()
    progress, _ = outputs.tell(volume, mine, False)
    assert progress["estimate_from"] == "job-202611240102-abcdef"
    assert 125 <= progress["estimate_seconds"] <= 131
    read = outputs.bytes_read
    outputs.tell(volume, mine, False)
    assert outputs.bytes_read == read
    assert outputs.tell(volume, mine, True)[0]["estimate_seconds"] is None


def test_without_a_run_that_tells_nothing_is_estimated(volume):
    run_of(volume, 1, ("a", 100, 110), ("b", 110, 130))
    mine = run_of(volume, 5, ("a", 100, 110), ("changed", 110, None))
    progress, _ = OutputNotebooks().tell(volume, mine, False)
    assert (progress["estimate_seconds"], progress["estimate_from"]) == (None, None)


def papermill(volume, tmp_path, *sources: str, kernel: str = "python3") -> None:
    """The real papermill, whose words these tests rely on; the notebook fails."""
    notebook = write_notebook(tmp_path / "n.ipynb", *sources, kernel=kernel)
    program = Path(sys.executable).with_name("papermill")
    command = [program, "--no-progress-bar", notebook, f"{volume.path}/{PLACE}"]
    run = subprocess.run(command, capture_output=True, cwd=tmp_path, env=clean_env(tmp_path), timeout=120)
    assert run.returncode != 0


KERNELS = {"no such kernel": ("no-such", "print(1)", 0, None), "killed": ("python3", KILL_ME, 1, 2)}


@pytest.mark.parametrize("name", KERNELS)
def test_as_papermill_itself_notes_it(volume, tmp_path, name):
    kernel, source, done, failed = KERNELS[name]
    papermill(volume, tmp_path, "print(0)", source, "print(2)", "print(3)", kernel=kernel)
    assert b"completed" in Path(volume.path, PLACE).read_bytes()
    assert counts(volume, True) == {"total": 4, "done": done, "running": None, "failed": failed}


def failed_with(ename: str, evalue: str, traceback: list[str], *before: str):
    cell = code_cell("failed", True)
    cell.outputs = [nbformat.v4.new_output("stream", text=text) for text in before]
    cell.outputs.append(nbformat.v4.new_output("error", ename=ename, evalue=evalue, traceback=traceback))
    return cell


@pytest.mark.parametrize(
    ("evalue", "traceback"),
    [
        ('a "quoted" \\ value\nof two lines \ud83d', ["\x1b[0;31mE\x1b[0m", "----> 7 f(0)", ""]),
        ("x" * 3_000_000, ["----> 7 f(0)", "y" * 3_000_000]),
        ("\n" * 500_000, ["Cell In[1], line 7", *['\\"\n\x1b[31m'] * 100_000, "the end"]),
        ("", []),
    ],
    ids=["odd", "long", "many", "none"],
)
def test_of_any_error_the_end_is_told(volume, evalue, traceback):
    noise = '\n    {\n     "ename": "no",\n    }\n   ],\n   "source": []'
    whole = nbformat.v4.new_notebook(cells=[failed_with("E", evalue, traceback, noise)])
    text = nbformat.writes(whole).encode("utf-8", "backslashreplace")
    Path(volume.path, PLACE).write_bytes(text)
    _, failure = OutputNotebooks().tell(volume, PLACE, True)
    assert failure["name"] == "E" and failure["line"] == (7 if traceback else None)
    told = "\n".join(traceback)
    assert told.endswith(failure["traceback"]) and len(failure["traceback"]) >= min(len(told), 20_000)
    assert len(failure["traceback"]) <= 64 * 1024
    assert evalue.startswith(failure["value"]) and len(failure["value"]) <= 4000


def large(volume) -> Path:
    cells = [failed_with("ValueError", "no", ["----> 1 x"], "a line of text\n" * 500_000)]
    return write_output(volume, code_cell("completed", True), *cells, code_cell("pending", False))


def test_a_large_notebook_is_read_and_only_when_it_has_changed(volume):
    path, outputs = large(volume), OutputNotebooks()
    assert path.stat().st_size > SMALL
    assert outputs.tell(volume, PLACE, True, brief=True) == (None, None), "of one among many it is not worth it"
    progress, failure = outputs.tell(volume, PLACE, True)
    assert (progress["done"], progress["failed"], failure["name"]) == (1, 2, "ValueError")
    known, brief = outputs.tell(volume, PLACE, True, brief=True)
    assert known["failed"] == 2 and "cells" not in known, "it is known by now"
    assert brief == {**failure, "traceback": ""}
    for _ in range(10):
        outputs.tell(volume, PLACE, True)
    assert outputs.bytes_read == path.stat().st_size


def test_large_pictures_in_text_and_endless_cells_are_no_trouble(volume):
    pictures = nbformat.v4.new_markdown_cell("![](attachment:a)", attachments={"a": {"image/png": "x" * 10_000_000}})
    write_output(volume, pictures, code_cell("running", True))
    assert counts(volume, False) == {"total": 1, "done": 0, "running": 1, "failed": None}
    assert OutputNotebooks().tell(volume, PLACE, False)[0]["cells"][0]["index"] == 1
    cell = b'  {\n   "cell_type": "code"\n  }'
    content = b'{\n "cells": [\n' + b",\n".join([cell] * 200_000) + b'\n ],\n "nbformat": 4\n}\n'
    Path(volume.path, PLACE).write_bytes(content)
    assert OutputNotebooks().tell(volume, PLACE, False) == (None, None)


def test_while_it_runs_a_large_notebook_is_read_seldom(volume):
    """What reading costs is paid back by waiting, however often somebody asks and papermill writes."""
    now = [0.0]
    path, outputs = large(volume), OutputNotebooks(clock=lambda: now[0])
    outputs.tell(volume, PLACE, False)
    once = outputs.bytes_read
    for step in range(1, 6):
        os.utime(path, (step, step))
        outputs.tell(volume, PLACE, False)
    assert outputs.bytes_read == once
    now[0] += 3600
    outputs.tell(volume, PLACE, False)
    assert outputs.bytes_read == 2 * once
    os.utime(path, (99, 99))
    outputs.tell(volume, PLACE, True)
    assert outputs.bytes_read == 3 * once, "the end is read at once"


def test_half_a_notebook_leaves_what_was_known(volume):
    """papermill empties the file before it writes it."""
    path, outputs = write_output(volume, code_cell("running", True)), OutputNotebooks(clock=lambda: 1e9)
    known = outputs.tell(volume, PLACE, True)
    content = path.read_bytes()
    for size in (0, 1, 20, len(content) // 2, len(content) - 3):
        path.write_bytes(content[:size])
        assert outputs.tell(volume, PLACE, True) == known, size
        assert OutputNotebooks().tell(volume, PLACE, True) == (None, None), size


@pytest.mark.parametrize("indent", [None, 2])
def test_another_layout_is_read_while_it_is_small(volume, indent):
    notebook = nbformat.v4.new_notebook(cells=[failed_with("E", "v", ["----> 3 x"], "text")])
    Path(volume.path, PLACE).write_text(json.dumps(notebook, indent=indent))
    progress, failure = OutputNotebooks().tell(volume, PLACE, True)
    assert (progress["failed"], failure["name"], failure["line"]) == (1, "E", 3)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, ".inf", 1])
def test_numbers_that_json_does_not_have_do_not_matter(volume, value):
    """While papermill runs, and where it was killed, they are as Python writes them; later as one would type them."""
    cells = [code_cell(state, started=state != "pending") for state in ("completed", "failed", "pending")]
    write_output(volume, *cells, papermill={"parameters": {"x": value, "y": [value, {"z": value}]}})
    assert counts(volume, False) == {"total": 3, "done": 1, "running": None, "failed": 2}
