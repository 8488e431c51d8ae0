"""The command of a job, run by a real bash: with a recording papermill for what it starts, with the real one and a real
kernel for what a notebook sees.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import properties
from kit.notebooks import printed, write_notebook
from kit.processes import clean_env
from kit.recording_papermill import BASH, RecordingPapermill, as_papermill_reads
from primehub_nbext.notebook_job import SNAPSHOTS, NotebookJob
from primehub_nbext.parameters import read_parameters, to_yaml

NOBODY = 65534
VALUES = {
    "a": ("10", "10"),
    "b": ("-2.5", "-2.5"),
    "c": ("1e-05", "1e-05"),
    "d": (".inf", "inf"),
    "e": ("-.inf", "-inf"),
    "f": (".nan", "nan"),
    "g": ("007", "'007'"),
    "h": ("1_000", "'1_000'"),
    "i": ("yes", "'yes'"),
    "j": ("nan", "'nan'"),
    "k": ("null", "None"),
    "l": ("True", "True"),
    "m": ("2026-11-22", "'2026-11-22'"),
    "n": ("9" * 60, "9" * 60),
    "o": ("[1, [2.0, {x: 'y'}], null, .inf]", "[1, [2.0, {'x': 'y'}], None, inf]"),
    "p": ('{"a b": {c: [true]}, "1": 1}', "{'a b': {'c': [True]}, '1': 1}"),
    "q": (r'"first\nsecond\r\n\n third\t"', r"'first\nsecond\r\n\n third\t'"),
    "r": ("Ann Lee", "'Ann Lee'"),
    "s": ("http://h/?a=1", "'http://h/?a=1'"),
    "t": ("it's $(id) `id` {braces} \\ %s", '''"it's $(id) `id` {braces} \\\\ %s"'''),
    "u": ('"\\"quoted\\""', """'"quoted"'"""),
    "v": ("台灣 😀 ∂", "'台灣 😀 ∂'"),
    "w": (r'"\x00\x1b\x85\u2028\ufeff\u202e\U0010ffff"', r"'\x00\x1b\x85\u2028\ufeff\u202e\U0010ffff'"),
    "x": ('""', "''"),
    "y": ("1:30", "'1:30'"),
    "größe": ("-0.0", "-0.0"),
}
NAMES = [
    ("plain", "plain.ipynb"),
    ("experiment 1 ∂", 'it\'s "my" $(notebook) #1 ✓.ipynb'),
    ("{0}", "b{x}.ipynb"),
    ("a{", "c{.ipynb"),
    ("-p", "-d.ipynb"),
    ("new\nline", "new\nline\t%.ipynb"),
    (os.fsdecode(b"not \xff text \xe9"), "raw.ipynb"),
    ("", "x" * 249 + ".ipynb"),
    ("台灣/שלום", "台" * 83 + ".ipynb"),
    ("back\\slash", "\u202e \x01\x85😀\\.ipynb"),
]


def make_job(volume: Path, folder: str, name: str, **changes) -> NotebookJob:
    given = {"submission_id": "5f0c1234abcd", "kernel": "python3", "parameters": {}, **changes}
    return NotebookJob(volume=str(volume), folder=folder, name=name, **given)


def lay_out(job: NotebookJob, content: bytes = b"{}") -> None:
    """The notebook's folder and the snapshot, as a submission leaves them."""
    os.makedirs(os.fsencode(job.working_directory), exist_ok=True)
    os.makedirs(os.path.dirname(os.fsencode(job.snapshot)), exist_ok=True)
    with open(os.fsencode(job.snapshot), "wb") as file:
        file.write(content)


@pytest.fixture(scope="module")
def papermill(tmp_path_factory):
    return RecordingPapermill(tmp_path_factory.mktemp("papermill"))


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A folder in which each example gets one of its own."""
    return tmp_path_factory.mktemp("places")


def check(papermill, place: Path, job: NotebookJob, **env) -> None:
    """Run the command: exactly one program starts, with the intended arguments and folder, and nothing else happens."""
    start = place / "home"
    start.mkdir()
    lay_out(job)
    before = everything_in(place)
    run = papermill.run(job.to_command(), start, **env)
    assert (run.status, run.stdout, run.stderr, run.others) == (0, b"", b"", "")
    assert everything_in(place) == before
    [(argv, cwd)] = run.calls
    *options, source, output = argv
    assert options == [b"--log-output", b"--no-progress-bar", b"-y", to_yaml(job.parameters).encode()]
    assert cwd == os.fsencode(job.working_directory)
    assert as_papermill_reads(source) == os.fsencode(job.snapshot)
    assert as_papermill_reads(output) == os.fsencode("./" + job.output(env.get("PHJOB_NAME") or "job-1"))


def everything_in(place: Path) -> list:
    return sorted((folder, *folders, *files) for folder, folders, files in os.walk(os.fsencode(place)))


@properties.often(150)
@given(data=st.data(), locale=st.sampled_from(["C", "C.UTF-8", "POSIX"]))
def test_starts_papermill_as_intended_and_nothing_else(papermill, places, data, locale):
    place = Path(tempfile.mkdtemp(dir=places))
    volume = place / data.draw(st.one_of(st.just("phusers"), properties.plain_names), label="volume")
    job = data.draw(properties.jobs(str(volume)), label="job")
    check(papermill, place, job, LC_ALL=locale)


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"PHJOB_NAME": "job-202611221030-abc123"},
        {"PHJOB_NAME": ""},
        {"CDPATH": "/:/tmp", "IFS": "/", "output": "x", "open": "x", "close": "y", "LC_ALL": "C.UTF-8"},
    ],
    ids=str,
)
def test_the_environment_changes_nothing_but_the_job_id(papermill, tmp_path, env):
    check(papermill, tmp_path, make_job(tmp_path / "phusers", "a/b c", "c{.ipynb"), **env)


def test_a_rerun_writes_another_output(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    runs = [papermill.run(job.to_command(), tmp_path, HOSTNAME=each) for each in ("job-1", "job-2")]
    assert [run.calls[0][0][-1] for run in runs] == [b"./train-job-1-output.ipynb", b"./train-job-2-output.ipynb"]


# --- what a job says when it cannot begin ---------------------------------------------------------


def refused(run, line: str) -> None:
    """Papermill was not started, and the last line, as far as the console shows it, says what to do."""
    assert run.status == 1 and run.calls == []
    assert run.stderr.decode().splitlines()[-1] == line
    assert len(line) <= 60


def test_no_papermill(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "", "train.ipynb")
    lay_out(job)
    run = papermill.run(job.to_command(), tmp_path, PATH=str(tmp_path))
    refused(run, "No papermill in this image. Choose another image.")


def test_no_snapshot(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "", "train.ipynb")
    lay_out(job)
    os.unlink(job.snapshot)
    refused(papermill.run(job.to_command(), tmp_path), "Snapshot is gone. Submit the notebook again.")


def test_no_folder(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    os.rmdir(job.working_directory)
    run = papermill.run(job.to_command(), tmp_path)
    refused(run, "Notebook folder not found. Is the group volume mounted?")


@pytest.fixture
def open_to_all():
    """A folder that another user can reach: pytest's own belong to one user alone."""
    folder = Path(tempfile.mkdtemp(prefix="job-command-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_no_permission_to_write(open_to_all):
    papermill = RecordingPapermill(open_to_all / "bin")
    job = make_job(open_to_all / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    os.chmod(job.working_directory, 0o555)
    # root may write everywhere, so the job gets another user, as in PrimeHub.
    run = subprocess.run(
        [BASH, "-c", job.to_command()],
        env={"PATH": str(papermill.programs), "HOSTNAME": "job-1", "RECORD": "/dev/null"},
        cwd="/",
        capture_output=True,
        timeout=60,
        **({"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}),
    )
    assert run.returncode == 1
    assert run.stderr.decode().splitlines() == ["No permission to write in the notebook folder."]


# --- the real papermill and a real kernel ---------------------------------------------------------


def run_real(job: NotebookJob, home: Path, job_id: str = "job-1", **env) -> subprocess.CompletedProcess:
    """Run a job's command as PrimeHub does, in a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    env = {**clean_env(home), "HOSTNAME": job_id, "PHJOB_NAME": job_id, **env}
    # Away from this folder, in which the package may lie; and the tester's variables are not the job's.
    return subprocess.run(
        [BASH, "-c", job.to_command()], cwd=home, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=150
    )


def last_line(run) -> str:
    """The last line with something in it: papermill ends its own errors with an empty one."""
    return (run.stdout + run.stderr).decode(errors="replace").rstrip().splitlines()[-1]


def submit(volume: Path, folder: str, name: str, *sources: str, kernel: str = "python3", **changes) -> NotebookJob:
    """A job whose notebook has these cells."""
    job = make_job(volume, folder, name, kernel=kernel, **changes)
    notebook = write_notebook(volume / "source.ipynb", *sources, kernel=kernel)
    lay_out(job, notebook.read_bytes())
    return job


def test_a_kernel_sees_exactly_what_was_typed(tmp_path):
    given = read_parameters("\n".join(f"{name}={text}" for name, (text, _) in VALUES.items()))
    job = submit(
        tmp_path / "phusers",
        "experiment-1",
        "values.ipynb",
        "".join(f"print(ascii({name}))\n" for name in VALUES),
        parameters=given,
    )
    run = run_real(job, tmp_path / "home")
    assert run.returncode == 0, run.stderr.decode()
    seen = printed(Path(job.working_directory, job.output("job-1")))
    said = dict(zip(VALUES, seen))
    assert said == {name: expected if expected.isascii() else ascii(ast.literal_eval(expected)) for name, (_, expected)
                    in VALUES.items()}  # fmt: skip


def test_every_name_reaches_its_folder(tmp_path):
    """The output lies beside the source, the kernel works in that folder, and nothing else appears."""

    def run_one(numbered):
        number, (folder, name) = numbered
        volume = tmp_path / str(number) / "phusers"
        job = submit(volume, folder, name, "import os; print(ascii(os.getcwdb()))")
        return job, run_real(job, tmp_path / str(number) / "home")

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run_one, enumerate(NAMES)))
    for job, run in runs:
        assert run.returncode == 0, (job.name, run.stderr.decode(errors="replace"))
        output = os.path.join(job.working_directory, job.output("job-1"))
        cell = nbformat.read(output, as_version=4).cells[0]
        assert ast.literal_eval(cell.outputs[0].text) == os.fsencode(job.working_directory)
        there = {job.output("job-1")} | ({"source.ipynb", SNAPSHOTS.split("/")[0]} if not job.folder else set())
        assert set(os.listdir(job.working_directory)) == there


def test_a_failing_cell_has_the_last_word_and_its_output_is_kept(tmp_path):
    # Jupyter finds kernels whatever the case of their name, so the missing one must not be blamed here.
    job = submit(
        tmp_path / "phusers", "", "fails.ipynb", "print('before')", "1 / 0", "print('after')", kernel="PYTHON3"
    )
    for job_id in ("job-1", "job-2"):
        run = run_real(job, tmp_path / "home", job_id)
        assert run.returncode != 0
        assert "ZeroDivisionError" in last_line(run)
    for job_id in ("job-1", "job-2"):  # a rerun keeps the earlier result
        lines = printed(Path(job.working_directory, job.output(job_id)))
        assert "before" in lines and "after" not in lines


def test_a_failing_cell_has_the_last_word_where_no_kernels_can_be_listed(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "papermill").symlink_to(Path(sys.executable).with_name("papermill"))
    job = submit(tmp_path / "phusers", "", "fails.ipynb", "raise SystemError('mine')")
    run = run_real(job, tmp_path / "home", PATH=f"{programs}:/usr/bin:/bin")
    assert run.returncode != 0
    assert last_line(run) == "SystemError: mine"


@pytest.mark.parametrize(
    ("kernel", "line"),
    [
        ("no-such", "Choose another image: this has no kernel 'no-such'."),
        ("conda-env-experiment-py", "Choose another image: this has no kernel 'conda-env-experime"),
        ("a\n'b", "Choose another image: this has no kernel 'a?'b'."),
    ],
)
def test_a_missing_kernel_is_said_last(tmp_path, kernel, line):
    job = submit(tmp_path / "phusers", "", "train.ipynb", "print(1)", kernel=kernel)
    run = run_real(job, tmp_path / "home")
    assert run.returncode != 0
    assert last_line(run) == line
    assert len(line) <= 60
