"""The sandbox's runner: real processes, as `run-job.sh` would start them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("graphql")

from kit.backstage import Backstage  # noqa: E402
from primehub_nbext.sandbox import processes  # noqa: E402
from primehub_nbext.sandbox.api import artifacts  # noqa: E402
from primehub_nbext.sandbox.cluster.cluster import Cluster  # noqa: E402
from primehub_nbext.sandbox.console import FINISHED  # noqa: E402
from primehub_nbext.sandbox.runner import Runner  # noqa: E402

SECONDS = 30


class Bench:
    """A store with a runner; `submit` a command, then wait until its job is `in_phase` or `finished`."""

    def __init__(self, folder, **limits):
        self.folder = folder
        self.store = Backstage(Cluster.stocked(folder))
        self.changed = self.store.cluster.changed
        self.runner = Runner(self.store.cluster, **limits)
        self.runner.start()
        self.alice = self.store.users["alice"]

    def submit(self, command, **changes):
        data = {"displayName": "x", "groupId": self.store.group_named("phusers")["id"], "instanceType": "cpu-1"}
        data.update({"image": "base-notebook", "command": command, **changes})
        return self.store.create_job(self.alice, data)["id"]

    def cancel(self, job_id):
        self.store.cluster.kubernetes.change("phjobs", job_id, {"spec": {"cancel": True}})

    def artifact(self, job):
        return artifacts.listed(self.store.cluster.bucket, job["groupName"], job["id"])

    def until(self, condition):
        with self.changed:
            assert self.changed.wait_for(condition, SECONDS)

    def in_phase(self, job_id, *phases):
        self.until(lambda: self.store.jobs[job_id]["phase"] in phases)
        return self.store.jobs[job_id]

    def finished(self, job_id):
        return self.in_phase(job_id, *FINISHED)

    def log(self, job_id):
        return (self.folder / "jobs" / job_id / "log").read_text()


@pytest.fixture
def bench(tmp_path):
    made = Bench(tmp_path)
    yield made
    made.runner.stop()


@pytest.fixture
def started(tmp_path):
    """A named pipe that a job opens when it is under way."""
    path = tmp_path / "started"
    os.mkfifo(path)
    return path


def test_runs_in_an_empty_home_with_the_pods_environment(bench, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "secret")
    job_id = bench.submit("pwd -P; ls; env")
    job = bench.finished(job_id)
    assert (job["phase"], job["reason"], job["message"]) == ("Succeeded", "PodSucceeded", "Job completed")
    lines = bench.log(job_id).splitlines()
    assert lines[0].endswith(f"jobs/{job_id}/home/jovyan")
    assert lines[1:3] == ["phfs", "phusers"]
    for name in ("PHJOB_NAME", "HOSTNAME"):
        assert f"{name}={job_id}" in lines
    assert "GROUP_NAME=phusers" in lines
    assert "secret" not in bench.log(job_id)


def test_the_group_profile_is_sourced(bench, tmp_path):
    profile = tmp_path / "project" / "phusers" / ".primehub" / "profile"
    profile.parent.mkdir(parents=True)
    profile.write_text("export GREETING=hello\n")
    job_id = bench.submit('echo "$GREETING"')
    bench.finished(job_id)
    assert bench.log(job_id) == "hello\n"


def test_the_message_of_a_failed_job_is_the_tail_of_its_log(bench):
    job = bench.finished(bench.submit("echo first; echo last >&2; exit 3"))
    assert (job["phase"], job["reason"]) == ("Failed", "PodFailed")
    assert job["message"] == "Job failed due to Error: first\nlast"


def test_a_silent_failure_tells_its_status(bench):
    assert bench.finished(bench.submit("exit 3"))["message"] == "Job failed due to Error: exit status 3"


def test_cancel_leaves_no_process(bench, started):
    job_id = bench.submit(f"trap '' TERM; setsid sleep 600 & echo > '{started}'; sleep 600")
    started.read_text()
    bench.in_phase(job_id, "Running")
    assert processes.marked("PHJOB_NAME", job_id)
    bench.cancel(job_id)
    bench.until(lambda: bench.store.jobs[job_id]["finishTime"])
    job = bench.store.jobs[job_id]
    assert (job["phase"], job["message"]) == ("Cancelled", "Cancelled by user")
    assert processes.marked("PHJOB_NAME", job_id) == []


def test_what_a_command_left_in_the_background_ends_with_it(bench):
    job_id = bench.submit("setsid sleep 600 > /dev/null 2>&1 &")
    assert bench.finished(job_id)["phase"] == "Succeeded"
    assert processes.marked("PHJOB_NAME", job_id) == []


def test_the_time_limit_ends_a_job(bench):
    job = bench.finished(bench.submit("sleep 600", activeDeadlineSeconds=1))
    assert (job["phase"], job["reason"]) == ("Failed", "OverActivateDeadline")


def test_artifacts_are_kept_after_success_and_failure(bench):
    job_id = bench.submit("mkdir -p artifacts/deep; echo x > artifacts/deep/x.txt; exit 1")
    job = bench.finished(job_id)
    artifact = bench.artifact(job)
    assert artifact["prefix"] == f"groups/phusers/jobArtifacts/{job_id}"
    assert [item["name"] for item in artifact["items"]] == ["deep/x.txt"]


@pytest.mark.parametrize("limits", [{"artifact_files": 1}, {"artifact_bytes": 3}])
def test_too_many_artifacts_are_not_kept_at_all(tmp_path, limits):
    bench = Bench(tmp_path, **limits)
    try:
        job_id = bench.submit("mkdir artifacts; echo a > artifacts/a; echo b > artifacts/b")
        job = bench.finished(job_id)
        assert job["phase"] == "Succeeded"
        assert bench.artifact(job)["items"] == []
        assert "Artifacts not kept" in bench.log(job_id)
    finally:
        bench.runner.stop()


def test_an_image_that_is_not_ready_does_not_start(bench):
    job = bench.finished(bench.submit("echo", image="nightly-notebook"))
    assert job["phase"] == "Failed"
    assert "not ready" in job["message"]


def test_a_job_over_quota_waits_its_turn(bench, tmp_path):
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    first = [bench.submit(f"cat '{gate}'", instanceType="cpu-2") for _ in range(2)]
    waiting = bench.submit("echo", instanceType="cpu-2")
    bench.until(lambda: bench.store.jobs[waiting]["reason"] == "OverQuota")
    assert bench.store.jobs[waiting]["message"] == "Insufficient group/user quota"
    for job_id in first:
        bench.in_phase(job_id, "Running")
        bench.cancel(job_id)
    assert bench.finished(waiting)["phase"] == "Succeeded"


def test_stopping_ends_running_jobs_and_keeps_waiting_ones(tmp_path, started):
    bench = Bench(tmp_path)
    running = bench.submit(f"echo > '{started}'; sleep 600", instanceType="cpu-2")
    started.read_text()
    bench.in_phase(running, "Running")
    bench.runner.stop()
    waiting = bench.submit("echo later")
    assert bench.store.jobs[running]["phase"] == "Failed"
    assert processes.marked("PHJOB_NAME", running) == []
    again = Bench(tmp_path)
    try:
        assert again.finished(waiting)["phase"] == "Succeeded"
    finally:
        again.runner.stop()


def test_a_job_that_was_running_in_a_crash_is_settled_at_the_next_start(tmp_path):
    store = Backstage(Cluster.stocked(tmp_path))
    data = {"displayName": "x", "groupId": store.group_named("phusers")["id"], "instanceType": "cpu-1"}
    job_id = store.create_job(store.users["alice"], {**data, "image": "base-notebook", "command": "echo"})["id"]
    store.cluster.objects.merge("phjobs", job_id, {"status": {"phase": "Running"}})
    bench = Bench(tmp_path)
    try:
        assert "sandbox stopped" in bench.finished(job_id)["message"]
    finally:
        bench.runner.stop()


def test_the_job_home_leads_to_the_group_volume(bench, tmp_path):
    bench.finished(bench.submit("echo hello > phusers/hello.txt"))
    assert Path(tmp_path, "project", "phusers", "hello.txt").read_text() == "hello\n"
