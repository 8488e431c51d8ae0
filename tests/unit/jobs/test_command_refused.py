"""The command of a job that cannot begin: papermill is not started, and what to do is said where PrimeHub shows it."""

from __future__ import annotations

import os

from kit.job_commands import lay_out, make_job, refused, run_as_nobody, shown
from kit.recording_papermill import RecordingPapermill


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


def test_no_permission_to_write(open_to_all):
    papermill = RecordingPapermill(open_to_all / "bin")
    job = make_job(open_to_all / "phusers", "experiment-1", "train.ipynb")
    lay_out(job)
    os.chmod(job.working_directory, 0o555)
    run = run_as_nobody(job.to_command(), PATH=str(papermill.programs), HOSTNAME="job-1", RECORD="/dev/null")
    assert run.returncode == 1
    shown(run.stderr, "No permission to write in the notebook folder.")


def test_no_volume_at_all(papermill, tmp_path):
    job = make_job(tmp_path / "phusers", "experiment-1", "train.ipynb")
    run = papermill.run("naps=0; sleep() { naps=$((naps + 1)); echo $naps; }\n" + job.to_command(), tmp_path)
    refused(run, "The group volume is not there. Has the group still a shared volume?")
    assert run.stdout.split()[-1] == b"50"  # of a fifth of a second each
