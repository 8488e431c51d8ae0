"""The commands of a submission's jobs: one of them runs the notebook, and every rerun does."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from kit.job_commands import lay_out, make_job, run_as_nobody
from kit.recording_papermill import BASH
from primehub_nbext.jobs.command import NotebookJob


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
        run = run_as_nobody(attempt(job, number), PATH=str(open_to_all), HOSTNAME=f"job-{number}")
        assert run.returncode == 0, run.stderr
    assert record.read_text().split() == ["job-1", "job-2"]
