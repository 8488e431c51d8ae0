"""Progress is read from whatever papermill has written so far."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kit.notebooks import write_notebook
from kit.processes import clean_env
from primehub_nbext.jobs.progress import read_progress
from primehub_nbext.notebooks.volume import GroupVolume

KILL_ME = "import os; os.kill(os.getpid(), 9)"


@pytest.fixture
def volume(tmp_path):
    (tmp_path / "phusers").mkdir()
    return GroupVolume("phusers", str(tmp_path / "phusers"))


def code_cell(status: str, started: bool):
    """A cell as papermill notes it."""
    note = {"status": status, "start_time": "2026-11-24T08:52:13.867673+00:00" if started else None}
    return nbformat.v4.new_code_cell(metadata={"papermill": note})


def write_output(volume, *cells) -> None:
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells)), f"{volume.path}/output.ipynb")


@pytest.mark.parametrize("over", [False, True])
def test_a_kernel_that_never_started_ran_nothing(volume, over):
    write_output(volume, *[code_cell("completed", started=False) for _ in range(5)])
    assert read_progress(volume, "output.ipynb", over) == {"total": 5, "done": 0, "running": None, "failed": None}


def test_a_kernel_that_died_failed_in_the_last_cell_that_was_begun(volume):
    write_output(volume, *[code_cell("completed", started=number < 2) for number in range(4)])
    assert read_progress(volume, "output.ipynb", True) == {"total": 4, "done": 1, "running": None, "failed": 2}


def test_all_cells_done(volume):
    write_output(volume, *[code_cell("completed", started=True) for _ in range(3)])
    assert read_progress(volume, "output.ipynb", True) == {"total": 3, "done": 3, "running": None, "failed": None}


KERNELS = {"no such kernel": ("no-such", "print(1)", 0, None), "killed": ("python3", KILL_ME, 1, 2)}


@pytest.mark.parametrize("name", KERNELS)
def test_as_papermill_itself_notes_it(volume, tmp_path, name):
    """The real papermill, whose words these tests rely on."""
    kernel, source, done, failed = KERNELS[name]
    notebook = write_notebook(tmp_path / "n.ipynb", "print(0)", source, "print(2)", "print(3)", kernel=kernel)
    papermill = Path(sys.executable).with_name("papermill")
    command = [papermill, "--no-progress-bar", notebook, f"{volume.path}/output.ipynb"]
    run = subprocess.run(command, capture_output=True, cwd=tmp_path, env=clean_env(tmp_path), timeout=120)
    assert run.returncode != 0
    assert b"completed" in Path(volume.path, "output.ipynb").read_bytes()
    expected = {"total": 4, "done": done, "running": None, "failed": failed}
    assert read_progress(volume, "output.ipynb", True) == expected


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, ".inf", 1])
def test_numbers_that_json_does_not_have_do_not_matter(volume, tmp_path, value):
    """While papermill runs, and where it was killed, they are as Python writes them; later as one would type them."""
    states = ["completed", "failed", "pending"]
    cells = [code_cell(state, started=state != "pending") for state in states]
    metadata = {"papermill": {"parameters": {"x": value, "y": [value, {"z": value}]}}}
    output = tmp_path / "phusers" / "output.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), str(output))
    assert read_progress(volume, "output.ipynb") == {"total": 3, "done": 1, "running": None, "failed": 2}
    output.write_bytes(output.read_bytes()[:-10])
    assert read_progress(volume, "output.ipynb") is None
