"""The command of a job, with the real papermill and a real kernel: what a notebook sees, and what is left of it."""

from __future__ import annotations

import ast
import json
import math
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from kit.job_commands import run_real, shown, submit
from kit.notebooks import printed, strict_json
from kit.recording_papermill import BASH
from kit.samples import NAMES, PRINTED, PRINTING, TYPED, VALUES
from primehub_nbext.jobs.command import SNAPSHOTS
from primehub_nbext.notebooks.parameters.text import read_parameters


def test_a_kernel_sees_exactly_what_was_typed(tmp_path):
    job = submit(tmp_path / "phusers", "experiment-1", "values.ipynb", PRINTING, parameters=read_parameters(TYPED))
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 0, run.stderr.decode()
    output = Path(job.working_directory, job.output("job-1"))
    assert dict(zip(VALUES, printed(output))) == dict(zip(VALUES, PRINTED))
    noted = strict_json(output.read_text())["metadata"]["papermill"]["parameters"]
    assert [noted[name] for name in "cdef"] == [1e-05, ".inf", "-.inf", ".nan"]
    assert noted["o"] == [1, [2.0, {"x": "y"}], None, ".inf"]


def test_every_name_reaches_its_folder(tmp_path):
    """The output lies beside the source, the kernel works in that folder, and nothing else appears."""

    def run_one(numbered):
        number, (folder, name) = numbered
        volume = tmp_path / str(number) / "phusers"
        job = submit(volume, folder, name, "import os; print(ascii(os.getcwdb()))", parameters={"x": -math.inf})
        return job, run_real(job, tmp_path / str(number) / "home")

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run_one, enumerate(NAMES)))
    for job, run in runs:
        assert run.returncode == 0, (job.name, run.stderr.decode(errors="replace"))
        output = os.path.join(job.working_directory, job.output("job-1"))
        notebook = nbformat.read(output, as_version=4)
        assert notebook.metadata.papermill.parameters == {"x": "-.inf"}
        cell = notebook.cells[-1]
        assert ast.literal_eval(cell.outputs[0].text) == os.fsencode(job.working_directory)
        there = {job.output("job-1")} | ({"source.ipynb", SNAPSHOTS.split("/")[0]} if not job.folder else set())
        assert set(os.listdir(job.working_directory)) == there


def test_a_failing_cell_has_the_last_word_and_its_output_is_kept(tmp_path):
    # Jupyter finds kernels whatever the case of their name, so the missing one must not be blamed here.
    cells = ("print('before')", "1 / 0", "print('after')")
    job = submit(tmp_path / "phusers", "", "fails.ipynb", *cells, kernel="PYTHON3", parameters={"x": math.nan})
    for job_id in ("job-1", "job-2"):
        run = run_real(job, tmp_path / "home", job_id)
        assert run.returncode == 1
        shown(run.stderr, "The notebook failed: ZeroDivisionError: division by zero")
    for job_id in ("job-1", "job-2"):  # a rerun keeps the earlier result
        output = Path(job.working_directory, job.output(job_id))
        lines = printed(output)
        assert "before" in lines and "after" not in lines
        assert strict_json(output.read_text())["metadata"]["papermill"]["parameters"] == {"x": ".nan"}


def test_a_failing_cell_has_the_last_word_where_no_kernels_can_be_listed(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "papermill").symlink_to(Path(sys.executable).with_name("papermill"))
    job = submit(tmp_path / "phusers", "", "fails.ipynb", """raise SystemError('"mine" Ü\\nsecond line')""")
    run = run_real(job, tmp_path / "home", PATH=f"{programs}:/usr/bin:/bin")
    assert run.returncode == 1
    shown(run.stderr, 'The notebook failed: SystemError: "mine" Ü')


def test_a_kernel_that_dies(tmp_path):
    job = submit(tmp_path / "phusers", "", "dies.ipynb", "print(1)", "import os; os.kill(os.getpid(), 9)", "print(2)")
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 138
    shown(run.stderr, "The kernel died. Perhaps the instance type has too little memory.")


def test_a_line_that_was_left_open_is_not_glued_to_what_primehub_writes(tmp_path):
    """Programs that a cell starts can write to the log themselves."""
    source = "import os; os.write(os.open('/proc/%d/fd/1' % os.getppid(), os.O_WRONLY | os.O_APPEND), b'no end')"
    job = submit(tmp_path / "phusers", "", "open.ipynb", source)
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 0, run.stderr.decode()
    assert run.stdout == b"no end"
    assert run.stderr.endswith(b"Output notebook: open-job-1-output.ipynb\n")


@pytest.mark.parametrize(
    ("kernel", "line"),
    [
        ("no-such", "Choose another image: this has no kernel 'no-such'."),
        ("conda-env-experiment-py", "Choose another image: this has no kernel 'conda-env-experiment-py'."),
        ("a\n'b", "Choose another image: this has no kernel 'a?'b'."),
    ],
)
def test_a_missing_kernel_is_said_where_it_is_seen(tmp_path, kernel, line):
    job = submit(tmp_path / "phusers", "", "train.ipynb", "print(1)", kernel=kernel)
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 1
    shown(run.stderr, line)


# --- numbers that JSON does not have --------------------------------------------------------------


@pytest.fixture
def tidied(tmp_path):
    """Runs a job with `x=.inf` whose papermill writes a given notebook and fails; `sed` may replace the real one."""

    def run(notebook, sed: str = "") -> tuple[subprocess.CompletedProcess, bytes, bytes]:
        programs = tmp_path / "programs"
        programs.mkdir()
        nbformat.write(notebook, str(tmp_path / "made.ipynb"))
        writing = f'#!{BASH}\ncat "{tmp_path}/made.ipynb" >"${{@: -1}}"\necho "SystemError: mine" >&2\nexit 7\n'
        for name, script in {"papermill": writing, "sed": sed}.items():
            if script:
                (programs / name).write_text(script)
                (programs / name).chmod(0o755)
        job = submit(tmp_path / "phusers", "x", "train.ipynb", "pass", parameters={"x": math.inf})
        done = run_real(job, tmp_path / "home", PATH=f"{programs}:{os.environ['PATH']}")
        output = Path(job.working_directory, job.output("job-1"))
        assert done.returncode == 7
        shown(done.stderr, "papermill ended with status 7; the log says why.")
        return done, (tmp_path / "made.ipynb").read_bytes(), output.read_bytes()

    return run


def infinite(*cells) -> nbformat.NotebookNode:
    values = [math.inf, [-math.inf, {"b": math.nan, 'a": Infinity,': math.nan}], 1.5, " NaN", "-Infinity,"]
    metadata = {"papermill": {"parameters": {"x": values, "z": math.nan}}, "z": -math.inf}
    return nbformat.v4.new_notebook(cells=[*cells], metadata=metadata)


def test_numbers_that_json_does_not_have_become_text_and_text_stays(tidied):
    lines = 'x = 1 NaN\n "y": Infinity,\n -Infinity\n\\" NaN\u2028 NaN,\u0085 Infinity\r NaN'
    stream = nbformat.v4.new_output("stream", text=lines + "\n NaN\n")
    cell = nbformat.v4.new_code_cell(lines, outputs=[stream])
    _, before, after = tidied(infinite(cell, nbformat.v4.new_markdown_cell(lines)))
    with pytest.raises(ValueError):
        strict_json(before.decode())
    expected = json.loads(before, parse_constant={"NaN": ".nan", "Infinity": ".inf", "-Infinity": "-.inf"}.get)
    assert strict_json(after.decode()) == expected


@pytest.mark.parametrize(
    "sed",
    ["#!/bin/sh\nexit 1\n", f'#!/bin/sh\nulimit -f 16\nexec {shutil.which("sed")} "$@"\n'],
    ids=["sed fails", "sed is killed half-way"],
)
def test_what_papermill_wrote_is_never_lost(tidied, sed):
    cell = nbformat.v4.new_code_cell("x\n" * 100_000)
    done, before, after = tidied(infinite(cell), sed)
    assert after == before
    assert done.stderr.startswith(b"SystemError: mine\npapermill ended with status 7; the log says why.\n\n")
