"""The command of a job, run by a real bash: exactly one papermill starts, with what was intended, and nothing else."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import properties
from kit.job_commands import lay_out, make_job
from kit.recording_papermill import as_papermill_reads
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.notebooks.parameters.flow import to_yaml


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
