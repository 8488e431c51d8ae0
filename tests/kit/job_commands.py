"""A notebook's place in; its job, laid out and run by a real bash, and what PrimeHub shows of its log out."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kit.notebooks import write_notebook
from kit.processes import clean_env
from kit.recording_papermill import BASH
from primehub_nbext.jobs.command import NotebookJob

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


def run_real(job: NotebookJob, home: Path, job_id: str = "job-1", **env) -> subprocess.CompletedProcess:
    """Run a job's command as PrimeHub does, in a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    env = {**clean_env(home), "HOSTNAME": job_id, "PHJOB_NAME": job_id, **env}
    # Away from this folder, in which the package may lie; and the tester's variables are not the job's.
    return subprocess.run(
        [BASH, "-c", job.to_command()], cwd=home, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=150
    )


def run_as_nobody(command: str, **env: str) -> subprocess.CompletedProcess:
    """root may write everywhere, so the job gets another user, as in PrimeHub."""
    somebody = {"user": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.run([BASH, "-c", command], env=env, cwd="/", capture_output=True, timeout=60, **somebody)


def submit(volume: Path, folder: str, name: str, *sources: str, kernel: str = "python3", **changes) -> NotebookJob:
    """A job whose notebook has these cells."""
    job = make_job(volume, folder, name, kernel=kernel, **changes)
    notebook = write_notebook(volume / "source.ipynb", *sources, kernel=kernel)
    lay_out(job, notebook.read_bytes())
    return job
