"""The command of a job, with the real papermill and a real kernel: what a notebook sees, and what is left of it."""

from __future__ import annotations

import ast
import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from kit.job_commands import run_real, shown, submit
from kit.notebooks import printed, strict_json
from kit.samples import NAMES, PRINTED, PRINTING, TYPED, VALUES
from primehub_nbext.jobs.head import SNAPSHOTS
from primehub_nbext.notebooks.parameters.text import read_parameters


def test_a_kernel_sees_exactly_what_was_typed(tmp_path):
    job = submit(tmp_path / "phusers", "experiment-1", "values.ipynb", PRINTING, parameters=read_parameters(TYPED))
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 0, run.stderr.decode()
    output = Path(job.working_directory, job.output("job-1"))
    assert dict(zip(VALUES, printed(output))) == dict(zip(VALUES, PRINTED))
    noted = strict_json(output.read_text())["metadata"]["papermill"]["parameters"]
    assert [noted[name] for name in "cdef"] == [1e-05, 1e22, 0.5, "inf"]
    assert noted["o"] == [1, [2.0, {"x": "y"}], None, 2e-9]


def test_every_name_reaches_its_folder(tmp_path):
    """The output lies beside the source, the kernel works in that folder, and nothing else appears."""

    def run_one(numbered):
        number, (folder, name) = numbered
        volume = tmp_path / str(number) / "phusers"
        job = submit(volume, folder, name, "import os; print(ascii(os.getcwdb()))", parameters={"x": 1e-5})
        return job, run_real(job, tmp_path / str(number) / "home")

    for job, run in map(run_one, enumerate(NAMES)):  # one after another: see kit/network.py
        assert run.returncode == 0, (job.name, run.stderr.decode(errors="replace"))
        output = os.path.join(job.working_directory, job.output("job-1"))
        notebook = nbformat.read(output, as_version=4)
        assert notebook.metadata.papermill.parameters == {"x": 1e-5}
        cell = notebook.cells[-1]
        assert ast.literal_eval(cell.outputs[0].text) == os.fsencode(job.working_directory)
        there = {job.output("job-1")} | ({"source.ipynb", SNAPSHOTS.split("/")[0]} if not job.folder else set())
        assert set(os.listdir(job.working_directory)) == there


def make_copying_papermill(folder):
    """A papermill that copies the notebook and runs nothing."""
    program = folder / "papermill"
    program.write_text('#!/bin/sh\nfor last; do source=$to to=$last; done; cp "$source" "$to"\n')
    program.chmod(0o755)


METADATA = 'print("", repr("\\n \\"metadata\\": {\\n"), sep="\\n")'


def test_the_output_says_where_it_comes_from(tmp_path):
    """The rest of it stays as papermill wrote it, also where nobody knows the submission any more."""
    job = submit(tmp_path / "phusers", "experiment ∂", "train.ipynb", METADATA, parameters={"x": 1})
    asked = {"notebook_path": "phusers/train.ipynb", "display_name": "train", "instance_type": "gpu-1", "image": "tf"}
    known = {"repository": {"commit": "c0ffee", "branch": "main", "dirty": True}, "versions": {"primehub_nbext": "1"}}
    record = {"request": asked, "job": {"user": "alice"}, "sent_at": 1795521347.5, **known}
    job_of = {"JUPYTERHUB_USER": "bob", "GROUP_NAME": "phusers", "INSTANCE_TYPE": "cpu-1", "IMAGE_NAME": "base"}
    make_copying_papermill(tmp_path)
    for job_id, written, expected in [
        ("job-1", json.dumps(record), {**asked, **known, "user": "alice", "at": 1795521347.5}),
        ("job-2", "[]", None),
        ("job-3", None, None),
    ]:
        beside = Path(job.snapshot).parent / "submission.json"
        beside.unlink(missing_ok=True)
        if written is not None:
            beside.write_text(written)
        other = {} if job_id == "job-1" else {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        run = run_real(job, tmp_path / "home", job_id, **job_of, **other)
        assert run.returncode == 0, run.stderr.decode()
        output = Path(job.working_directory, job.output(job_id))
        found = strict_json(output.read_text())
        assert found["metadata"].pop("primehub") == {
            "job": job_id,
            "user": "bob",
            "group": "phusers",
            "instance_type": "cpu-1",
            "image": "base",
            "snapshot": job.snapshot,
            "submission": expected,
        }
        nbformat.validate(nbformat.from_dict(found))
        if job_id == "job-1":
            assert found["metadata"]["papermill"]["parameters"] == {"x": 1} and printed(output)[0] == ""
        else:
            assert found == strict_json(Path(job.snapshot).read_text())
        assert [name for name in os.listdir(job.working_directory) if "part" in name] == []


def test_an_output_in_another_layout_stays_as_it_is(tmp_path):
    job = submit(tmp_path / "phusers", "", "train.ipynb", "print(1)")
    compact = json.dumps(strict_json(Path(job.snapshot).read_text()))
    Path(job.snapshot).write_text(compact)
    make_copying_papermill(tmp_path)
    run = run_real(job, tmp_path / "home", "job-1", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert (run.returncode, run.stdout) == (0, b"") and run.stderr.decode().splitlines() == [
        f"Output notebook: {job.output('job-1')}"
    ]
    assert Path(job.working_directory, job.output("job-1")).read_text() == compact


def test_a_failing_cell_has_the_last_word_and_its_output_is_kept(tmp_path):
    # Jupyter finds kernels whatever the case of their name, so the missing one must not be blamed here.
    cells = ("print('before')", "1 / 0", "print('after')")
    job = submit(tmp_path / "phusers", "", "fails.ipynb", *cells, kernel="PYTHON3")
    for job_id in ("job-1", "job-2"):
        run = run_real(job, tmp_path / "home", job_id)
        assert run.returncode == 1
        shown(run.stderr, "The notebook failed: ZeroDivisionError: division by zero")
    for job_id in ("job-1", "job-2"):  # a rerun keeps the earlier result
        output = Path(job.working_directory, job.output(job_id))
        lines = printed(output)
        assert "before" in lines and "after" not in lines


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
