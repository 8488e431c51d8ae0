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
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import properties
from kit.notebooks import printed, strict_json, write_notebook
from kit.processes import clean_env
from kit.recording_papermill import BASH, RecordingPapermill, as_papermill_reads
from kit.samples import NAMES, PRINTED, PRINTING, TYPED, VALUES
from primehub_nbext.jobs.command import SNAPSHOTS, NotebookJob
from primehub_nbext.notebooks.parameters.flow import to_yaml
from primehub_nbext.notebooks.parameters.text import read_parameters

NOBODY = 65534


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
    path = os.fsencode("./" + job.output(env.get("PHJOB_NAME") or "job-1"))
    assert (run.status, run.stdout) == (0, b"")
    assert run.stderr.startswith(b"Output notebook: ") and run.stderr.endswith(b"\n")
    assert run.stderr.count(b"\n") == 1 and not set(range(32)) & set(run.stderr[:-1])
    # The mark of the attempt and the claim of the submission, beside the snapshot, and nothing else.
    for made in (f"attempt-{job.attempt}", "claim-1"):
        made = os.path.join(os.path.dirname(os.fsencode(job.snapshot)), made.encode())
        assert Path(os.fsdecode(made)).read_text() == (env.get("PHJOB_NAME") or "job-1") + "\n"
        os.unlink(made)
    assert everything_in(place) == before
    [(argv, cwd)] = run.calls
    *options, source, output = argv
    said = [b"--log-output", b"--no-progress-bar", b"--start-timeout", b"300", b"-y"]
    assert options == [*said, to_yaml(job.parameters).encode()]
    assert cwd == os.fsencode(job.working_directory)
    assert as_papermill_reads(source) == os.fsencode(job.snapshot)
    assert as_papermill_reads(output) == path
    assert run.others == b""


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
    """Papermill was not started, and what to do is said where PrimeHub shows it."""
    assert run.status == 1 and run.calls == []
    shown(run.stderr, line)


# What PrimeHub's script may write after a command: nothing where artifacts are off; else a line, or two.
AFTERWARDS = [b"", b"Artifacts: no artifact found\n", b"cp: cannot stat 'a'\nArtifacts: (1 files / 1 MB) uploaded\n"]


def shown(log: bytes, line: str) -> None:
    """The line is among the first four of what PrimeHub keeps of the log, and is the last that the command wrote."""
    assert log.endswith(b"\n")
    assert log.decode(errors="replace").splitlines()[-1] == line
    for after in AFTERWARDS:
        kept = b"".join((log + after).splitlines(keepends=True)[-80:])[-2048:]
        assert line in kept.decode(errors="replace").splitlines()[:4]


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
    refused(run, "The notebook folder is not there any more.")


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
    shown(run.stderr, "No permission to write in the notebook folder.")


# --- the way to the group volume --------------------------------------------------------------------


def test_a_volume_whose_link_is_made_beside_the_command(papermill, tmp_path):
    """PrimeHub makes the link in /home/jovyan by a hook that runs at the same time as the command."""
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    os.rename(tmp_path / "phusers", tmp_path / "mount")
    # The first `sleep` of the command is the hook's moment.
    hook = f"""sleep() {{ ln -sfn {tmp_path}/mount {tmp_path}/phusers; }}\n"""
    run = papermill.run(hook + job.to_command(), tmp_path, PATH=f"{papermill.programs}:{os.defpath}")
    assert (run.status, len(run.calls)) == (0, 1)
    assert run.calls[0][1] == os.fsencode(tmp_path / "mount" / "experiment-1")


def test_no_volume_at_all(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    run = papermill.run("naps=0; sleep() { naps=$((naps + 1)); echo $naps; }\n" + job.to_command(), tmp_path)
    refused(run, "The group volume is not there. Has the group still a shared volume?")
    assert run.stdout.split()[-1] == b"50"  # of a fifth of a second each


# --- one job of a submission runs it ------------------------------------------------------------------


def attempt(job: NotebookJob, number: int) -> str:
    return replace(job, attempt=f"1-{number}-00000{number}").to_command()


def beside(job: NotebookJob, name: str) -> Path:
    return Path(job.snapshot).with_name(name)


@pytest.fixture
def job(tmp_path):
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    return job


def test_two_attempts_at_once_run_once(papermill, job, tmp_path):
    """Twenty pairs of jobs, each pair started at the same moment: one runs, the other ends well and names it."""
    for number in range(20):
        pair = replace(job, submission_id=f"submission-{number}")
        lay_out(pair)
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(lambda n, p=pair: run_as(papermill, attempt(p, n), tmp_path, f"job-{n}"), (1, 2)))
        holder = beside(pair, "claim-1").read_text().strip()
        ended = both[2 - int(holder[-1])]
        assert [run.returncode for run in both] == [0, 0]
        assert ended.stderr == f"Job {holder} runs the notebook of this submission, so this one ends.\n".encode()
    assert len(papermill.record.read_text().splitlines()) == 20
    papermill.record.unlink()


def run_as(papermill, command: str, home: Path, job_id: str) -> subprocess.CompletedProcess:
    env = {"PATH": f"{papermill.programs}:{os.defpath}", "HOSTNAME": job_id, "RECORD": str(papermill.record)}
    return subprocess.run([BASH, "-c", command], cwd=home, env=env, capture_output=True, timeout=60)


def test_a_rerun_runs_whoever_has_the_claim(papermill, job, tmp_path):
    assert len(papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-1").calls) == 1
    assert len(papermill.run(attempt(job, 2), tmp_path, HOSTNAME="job-2").calls) == 0
    for number, rerun in ((1, "job-3"), (2, "job-4"), (1, "job-5")):
        assert len(papermill.run(attempt(job, number), tmp_path, HOSTNAME=rerun).calls) == 1
    assert beside(job, "claim-1").read_text() == "job-1\n"


def test_the_same_job_started_again_runs(papermill, job, tmp_path):
    for _ in range(2):
        assert len(papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-1").calls) == 1


def test_a_rerun_that_starts_before_the_job_whose_id_is_known(papermill, job, tmp_path):
    """The server has noted which job is the first of its attempt: both run, for both were asked for."""
    beside(job, "attempt-1-1-000001").write_text("job-1\n")
    assert len(papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-rerun").calls) == 1
    assert not beside(job, "claim-1").exists()
    assert len(papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-1").calls) == 1
    assert beside(job, "claim-1").read_text() == "job-1\n"


@pytest.mark.parametrize(("holder", "word"), [("cancelled", b"was cancelled"), ("withdrawn", b"was given up")])
def test_nothing_runs_of_what_was_cancelled_or_withdrawn_but_its_reruns(papermill, job, tmp_path, holder, word):
    beside(job, "claim-1").write_text(f"{holder}\n")
    run = papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-1")
    assert (run.status, run.calls) == (0, []) and word in run.stderr
    assert len(papermill.run(attempt(job, 1), tmp_path, HOSTNAME="job-2").calls) == 1
    # The next round is another submission.
    other = replace(job, attempt="2-2-00000a").to_command()
    assert len(papermill.run(other, tmp_path, HOSTNAME="job-3").calls) == 1


def test_marks_and_claims_that_were_left_empty(papermill, job, tmp_path):
    """Killed, or out of space, between creating the file and writing into it."""
    beside(job, "attempt-1-1-000001").touch()
    no_naps = "sleep() { :; }\n"
    assert len(papermill.run(no_naps + attempt(job, 1), tmp_path, HOSTNAME="job-1").calls) == 1
    assert beside(job, "attempt-1-1-000001").read_text() == "job-1\n"
    beside(job, "claim-1").write_text("")
    run = papermill.run(no_naps + attempt(job, 2), tmp_path, HOSTNAME="job-2")
    assert run.calls == [] and b"Job of another attempt runs the notebook" in run.stderr


def test_where_nothing_can_be_marked_it_runs(open_to_all):
    papermill, record = open_to_all / "papermill", open_to_all / "record"
    papermill.write_text(f'#!{BASH}\necho "$HOSTNAME" >>{record}\n')
    record.touch()
    job = make_job(open_to_all / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    for path, mode in ((papermill, 0o755), (record, 0o666), (Path(job.working_directory), 0o777)):
        path.chmod(mode)
    os.chmod(os.path.dirname(job.snapshot), 0o555)
    for number in (1, 2):
        run = subprocess.run(
            [BASH, "-c", attempt(job, number)],
            env={"PATH": str(open_to_all), "HOSTNAME": f"job-{number}"},
            cwd="/",
            capture_output=True,
            timeout=60,
            **({"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}),
        )
        assert run.returncode == 0, run.stderr
    assert record.read_text().split() == ["job-1", "job-2"]


# --- the real papermill and a real kernel ---------------------------------------------------------


def run_real(job: NotebookJob, home: Path, job_id: str = "job-1", **env) -> subprocess.CompletedProcess:
    """Run a job's command as PrimeHub does, in a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    env = {**clean_env(home), "HOSTNAME": job_id, "PHJOB_NAME": job_id, **env}
    # Away from this folder, in which the package may lie; and the tester's variables are not the job's.
    return subprocess.run(
        [BASH, "-c", job.to_command()], cwd=home, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=150
    )


def submit(volume: Path, folder: str, name: str, *sources: str, kernel: str = "python3", **changes) -> NotebookJob:
    """A job whose notebook has these cells."""
    job = make_job(volume, folder, name, kernel=kernel, **changes)
    notebook = write_notebook(volume / "source.ipynb", *sources, kernel=kernel)
    lay_out(job, notebook.read_bytes())
    return job


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

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run_one, enumerate(NAMES)))
    for job, run in runs:
        assert run.returncode == 0, (job.name, run.stderr.decode(errors="replace"))
        output = os.path.join(job.working_directory, job.output("job-1"))
        notebook = nbformat.read(output, as_version=4)
        assert notebook.metadata.papermill.parameters == {"x": 1e-5}
        cell = notebook.cells[-1]
        assert ast.literal_eval(cell.outputs[0].text) == os.fsencode(job.working_directory)
        there = {job.output("job-1")} | ({"source.ipynb", SNAPSHOTS.split("/")[0]} if not job.folder else set())
        assert set(os.listdir(job.working_directory)) == there


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


# --- a kernel that is missing ---------------------------------------------------------------------


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
