"""The sandbox's node and controller: real processes, what they say and leave, and how they end."""

from __future__ import annotations

import json
import os
import time
import uuid

import pytest

pytest.importorskip("cronsim")

from kit.benches import Bench, find  # noqa: E402
from kit.clusters import objects  # noqa: E402
from kit.notebooks import printed, write_notebook  # noqa: E402
from primehub_nbext.jobs.command import NotebookJob  # noqa: E402
from primehub_nbext.sandbox import processes  # noqa: E402
from primehub_nbext.sandbox.controller.jobs import LOST  # noqa: E402
from primehub_nbext.sandbox.runner.namespace import Namespace  # noqa: E402

FRAME = "/project/phusers/.primehub/profile will be loaded if exists\ngroup profile not found\n"
NOTHING_KEPT = "Artifacts: no artifact found\n"


@pytest.fixture(params=["namespace", "plain"])
def bench(request, tmp_path):
    """On a system that allows private namespaces, and on one that does not."""
    made = Bench(tmp_path, find(tmp_path) if request.param == "namespace" else None)
    yield made
    made.controller.stop()


@pytest.fixture
def private(tmp_path):
    """Only where namespaces are allowed."""
    made = Bench(tmp_path, find(tmp_path))
    yield made
    made.controller.stop()


@pytest.fixture
def started(tmp_path):
    """A named pipe that a job opens when it is under way."""
    path = tmp_path / "started"
    os.mkfifo(path)
    return path


def test_a_job_says_what_the_script_says(private):
    name = private.submit("echo hello; exit 3")
    status = private.finished(name)
    assert private.log(name) == f"{FRAME}hello\n{NOTHING_KEPT}"
    assert (status["phase"], status["reason"]) == ("Failed", "PodFailed")
    assert status["message"] == f"Job failed due to Error: {FRAME}hello\n{NOTHING_KEPT}"
    assert status["startTime"] <= status["finishTime"]


def test_nothing_of_this_servers_environment_gets_in(bench, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "secret")
    name = bench.submit("env")
    bench.finished(name)
    lines = bench.log(name).splitlines()
    assert f"HOSTNAME={name}" in lines and f"PHJOB_NAME={name}" in lines and "GROUP_NAME=phusers" in lines
    assert "secret" not in bench.log(name)


def test_the_command_does_not_wait_for_the_links(tmp_path):
    bench = Bench(tmp_path, find(tmp_path), hook_delay=600)
    try:
        name = bench.submit("ls")
        assert bench.finished(name)["phase"] == "Succeeded"
        assert bench.log(name) == FRAME + NOTHING_KEPT
    finally:
        bench.controller.stop()


def test_the_links_come_beside_it(private):
    name = private.submit("until [ -L datasets ]; do sleep 0.1; done; ls; readlink phusers phfs datasets")
    private.finished(name)
    assert private.log(name) == f"{FRAME}datasets\nphfs\nphusers\n/project/phusers\n/phfs\n/datasets\n{NOTHING_KEPT}"


@pytest.mark.parametrize("linked", [True, False], ids=["linked in the home", "mounted only"])
def test_a_notebook_job_finds_the_group_volume(private, linked):
    """By the link in /home/jovyan, which comes beside the command; where the group has none, by the mount."""
    volume = private.folder / "project" / "phusers"
    (volume / "experiment-1").mkdir(parents=True)
    write_notebook(volume / ".primehub/notebook-jobs/submission-1/where.ipynb", "import os", "print(os.getcwd())")
    private.people.groups["g-phusers"].attributes["home-symlink"] = ["true" if linked else "false"]
    job = NotebookJob("/home/jovyan/phusers", "experiment-1", "where.ipynb", "submission-1", "python3")
    name = private.submit(job.to_command())
    assert private.finished(name)["phase"] == "Succeeded", private.log(name)
    # A working directory is told without links.
    assert printed(volume / "experiment-1" / job.output(name)) == ["/project/phusers/experiment-1"]


def test_a_notebook_job_whose_volume_is_gone_says_so(private):
    job = NotebookJob("/home/jovyan/other", "experiment-1", "where.ipynb", "submission-1", "python3")
    # How long it looks for it: tests/unit/jobs/test_command_refused.py.
    name = private.submit("sleep() { :; }\n" + job.to_command())
    message = private.finished(name)["message"]
    assert private.status(name)["reason"] == "PodFailed"
    sentence = "The group volume is not there. Has the group still a shared volume?"
    assert sentence in message.splitlines()[:4]


def test_a_command_that_the_kernel_cannot_take(bench):
    name = bench.submit("# " + "x" * 200_000)
    status = bench.finished(name)
    assert status["message"] == "Job failed due to StartError: exec /scripts/run-job.sh: argument list too long"


def test_a_command_with_a_null(bench):
    status = bench.finished(bench.submit("echo \0"))
    assert status["message"] == "Job failed due to StartError: exec /scripts/run-job.sh: invalid argument"


def test_cancel_leaves_no_process_and_no_log(bench, started):
    name = bench.submit(f"trap '' TERM; setsid sleep 600 & echo > '{started}'; sleep 600")
    started.read_text()
    bench.in_phase(name, "Running")
    assert processes.marked("HOSTNAME", name)
    bench.cancel(name)
    assert bench.finished(name)["message"] == "Cancelled by user"
    assert processes.marked("HOSTNAME", name) == []
    assert not (bench.folder / "jobs" / name).exists()


def test_what_a_command_left_in_the_background_ends_with_it(bench):
    name = bench.submit("setsid sleep 600 > /dev/null 2>&1 &")
    assert bench.finished(name)["phase"] == "Succeeded"
    assert processes.marked("HOSTNAME", name) == []


def test_not_even_without_the_mark_does_anything_outlive_a_pod(private, tmp_path):
    if not private.controller.kubelet.namespace.processes:
        pytest.skip("this system allows no process namespace")
    beat = tmp_path / "project" / "phusers" / "beat"
    inner = "while :; do date +%s%N > /project/phusers/beat; sleep 0.05; done"
    name = private.submit(f"env -i setsid bash -c '{inner}' > /dev/null 2>&1 & until [ -s phusers/beat ]; do :; done")
    private.finished(name)
    last = beat.read_text()
    time.sleep(0.5)  # ten beats long: nothing is waited for, but that it does not come
    assert beat.read_text() == last


def test_the_time_limit_ends_a_job(bench):
    status = bench.finished(bench.submit("sleep 600", activeDeadlineSeconds=2))
    assert (status["phase"], status["reason"]) == ("Failed", "OverActivateDeadline")


def test_more_memory_than_the_limit(bench):
    bench.objects.merge("instancetypes", "cpu-1", {"spec": {"limits.memory": "100M"}})
    code = "import time; held = bytearray(300_000_000); time.sleep(60)"
    name = bench.submit(f"echo begun; python3 -c '{code}'")
    status = bench.finished(name)
    assert status["reason"] == "PodFailed"
    assert status["message"].startswith("Job failed due to OOMKilled: ")
    assert "begun\n" in status["message"] and "Killed" in status["message"]


def test_artifacts_are_kept_after_a_failure(bench):
    name = bench.submit("mkdir -p artifacts/deep; echo x > artifacts/deep/x.txt; exit 1")
    bench.finished(name)
    assert (bench.left(name) / "deep" / "x.txt").read_text() == "x\n"
    assert bench.log(name).endswith("Artifacts: (1 files / 1 MB) uploaded\n")
    expires = int((bench.left(name) / ".metadata" / "expiredAt").read_text())
    assert abs(expires - time.time() - 604800) < 60
    monitoring = json.loads((bench.left(name) / ".metadata" / "monitoring").read_text())
    assert monitoring == {
        "spec": {"mem_total": 2 << 30, "GPU": []},
        "datasets": {"15m": [], "1h": [], "3h": [], "lifetime": []},
    }


def test_the_group_profile(bench):
    profile = bench.folder / "project" / "phusers" / ".primehub" / "profile"
    profile.parent.mkdir(parents=True)
    profile.write_text("export GREETING=hello\n")
    name = bench.submit('echo "$GREETING"')
    bench.finished(name)
    assert "sourcing group profile in run-job\nhello\n" in bench.log(name)


def test_a_group_with_capitals_gets_no_profile_and_its_volume_by_another_name(private):
    name = private.submit("ls -d phfs free-group /project/*; env | grep -c VOLUME", group="Free_Group")
    private.finished(name)
    assert private.log(name) == f"/project/free-group\nfree-group\nphfs\n0\n{NOTHING_KEPT}"


def test_stopping_ends_running_jobs_and_keeps_waiting_ones(tmp_path, started):
    namespace = Namespace.find(tmp_path)
    bench = Bench(tmp_path, namespace)
    running = bench.submit(f"echo > '{started}'; sleep 600")
    started.read_text()
    bench.in_phase(running, "Running")
    bench.controller.stop()
    assert bench.status(running)["message"] == LOST
    assert processes.marked("HOSTNAME", running) == []
    waiting = bench.submit("echo later")
    again = Bench(tmp_path, namespace)
    try:
        assert again.finished(waiting)["phase"] == "Succeeded"
    finally:
        again.controller.stop()


def test_a_job_that_was_running_in_a_crash_is_settled_at_the_next_start(tmp_path):
    before, name = objects(tmp_path), f"job-{uuid.uuid4().hex[:10]}"
    status = {"phase": "Running", "podName": name, "requeued": 0}
    before.create("phjobs", name, {"command": "true", "groupId": "g-phusers", "groupName": "phusers"}, status=status)
    bench = Bench(tmp_path, None)
    try:
        assert bench.finished(name)["message"] == LOST
    finally:
        bench.controller.stop()
