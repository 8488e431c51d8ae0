"""One submission is one job: pressed twice, lost answers, a lagging list, a server killed at any line."""

from __future__ import annotations

import os
import threading
import time

import pytest

from kit.faulty_primehub import FaultyPrimeHub
from kit.killing import SETTINGS, kill_and_retry, randomised, submitter
from kit.notebooks import write_notebook
from primehub_nbext import errors
from primehub_nbext.config import PrimeHub
from primehub_nbext.job_request import JobRequest
from primehub_nbext.submission import Submissions
from primehub_nbext.workspace import Workspace

EXAMPLE = "phusers/experiment-1/capitalize.ipynb"
KILLED_RUNS = 40  # bench/bench_kill.py does 200


@pytest.fixture
def primehub(tmp_path):
    with FaultyPrimeHub(tmp_path) as primehub:
        yield primehub


def workspace_for(primehub, monkeypatch, **settings) -> Workspace:
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    traits = {
        **SETTINGS,
        "request_timeout": 1.0,
        "api_endpoint": primehub.endpoint,
        "home_dir": str(primehub.home),
        "group_id": primehub.group["id"],
        "group_name": primehub.group["name"],
        "token_file": str(primehub.home.parent / "no-token.json"),
        **settings,
    }
    return Workspace(PrimeHub(**traits))


@pytest.fixture
def submissions(primehub, monkeypatch):
    return Submissions(workspace_for(primehub, monkeypatch))


def request(submission_id="submission-1", path=EXAMPLE, **changes) -> JobRequest:
    body = {
        "notebook_path": path,
        "display_name": "one",
        "instance_type": "cpu-1",
        "image": "base-notebook",
        "submission_id": submission_id,
    }
    return JobRequest.from_body({**body, **changes})


def submit(submissions, primehub, **changes) -> tuple[str, bool]:
    record, _, created = submissions.submit(request(**changes), str(primehub.home))
    return record["id"], created


def folder(primehub, submission_id="submission-1"):
    return primehub.volume / ".primehub/notebook-jobs" / submission_id


def test_again_is_the_same_answer_even_when_primehub_is_down(submissions, primehub):
    first = submissions.submit(request(), str(primehub.home))
    primehub.faults["*"] = ["before:reset!"]
    again = submissions.submit(request(), str(primehub.home))
    assert again[:2] == first[:2]
    assert (first[2], again[2]) == (True, False)
    assert len(primehub.jobs_of("submission-1")) == 1


def test_twenty_at_once_make_one_job(submissions, primehub):
    answers = []
    start = threading.Barrier(20)

    def press():
        start.wait()
        answers.append(submit(submissions, primehub))

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(primehub.jobs_of("submission-1")) == 1
    assert {job for job, _ in answers} == {primehub.jobs_of("submission-1")[0]["id"]}
    assert sum(created for _, created in answers) == 1
    assert primehub.operations().count("CreateJob") == 1


@pytest.mark.parametrize("lag", [0.0, 0.2], ids=["", "lagging-list"])
@pytest.mark.parametrize("fault", ["reset", "html502", "html503", "html504", "truncated", "half_json", "big", "hang"])
def test_a_lost_answer_is_looked_up(submissions, primehub, fault, lag):
    primehub.lag = lag
    primehub.faults["CreateJob"] = [f"after:{fault}"]
    submissions.workspace.config.settle_timeout = 2.0
    job, created = submit(submissions, primehub)
    assert [each["id"] for each in primehub.jobs_of("submission-1")] == [job]
    assert created
    assert (folder(primehub) / "capitalize.ipynb").exists()


@pytest.mark.parametrize("fault", ["reset", "html502", "truncated", "json 200 null", 'json 200 {"data": null}'])
def test_what_did_not_arrive_is_safe_to_retry(submissions, primehub, fault):
    primehub.faults["CreateJob"] = [f"instead:{fault}"]
    with pytest.raises(errors.SubmissionNotCreated) as raised:
        submit(submissions, primehub)
    assert "Press Submit again" in raised.value.hint
    assert not folder(primehub).exists()
    job, created = submit(submissions, primehub)
    assert created
    assert [each["id"] for each in primehub.jobs_of("submission-1")] == [job]


def test_no_answer_and_no_list_is_unknown_until_it_is_asked_again(submissions, primehub):
    primehub.faults = {"CreateJob": ["after:hang"], "MyCommands": ["before:reset!"]}
    with pytest.raises(errors.SubmissionUnknown) as raised:
        submit(submissions, primehub)
    assert raised.value.status == 504
    assert raised.value.link.endswith("/console/g/phusers/job")
    with pytest.raises(errors.SubmissionUnknown):
        submit(submissions, primehub)
    primehub.faults = {}
    job, created = submit(submissions, primehub)
    assert not created
    assert [each["id"] for each in primehub.jobs_of("submission-1")] == [job]
    assert primehub.operations().count("CreateJob") == 1


def test_a_job_that_is_created_late_is_not_made_twice(submissions, primehub):
    """PrimeHub does what it was asked after we stopped waiting: until create_timeout nothing is sent again."""
    submissions.workspace.config.create_timeout = 30.0
    primehub.faults["CreateJob"] = ["late:"]
    for _ in range(2):
        with pytest.raises(errors.SubmissionUnknown):
            submit(submissions, primehub)
    primehub.released.set()
    deadline = time.monotonic() + 10
    while not primehub.jobs_of("submission-1"):
        assert time.monotonic() < deadline
    job, created = submit(submissions, primehub)
    assert (job, created) == (primehub.jobs_of("submission-1")[0]["id"], False)
    assert len(primehub.jobs_of("submission-1")) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ('{"message": "Group Cpu Quota exceeded", "extensions": {"code": "EXCEED_QUOTA"}}', "quota_exceeded"),
        ('{"message": "License expired", "extensions": {"code": "LICENSE_ERROR"}}', "license_error"),
        ('{"message": "user not auth", "extensions": {"code": "NOT_AUTH"}}', "access_denied"),
        ('{"message": "Context creation failed: Invalid API Token"}', "token_rejected"),
    ],
)
def test_a_refusal_leaves_nothing_and_is_not_looked_up(submissions, primehub, error, code):
    primehub.faults["CreateJob"] = [f'instead:json 200 {{"errors": [{error}], "data": null}}']
    with pytest.raises(errors.PrimeHubError) as raised:
        submit(submissions, primehub)
    assert (raised.value.code, raised.value.status) == (code, 422)
    assert not folder(primehub).exists()
    assert "MyCommands" not in primehub.operations()


def test_another_notebook_may_not_use_the_id(submissions, primehub):
    submit(submissions, primehub)
    write_notebook(primehub.volume / "other.ipynb", "print(1)")
    with pytest.raises(errors.SubmissionConflict):
        submit(submissions, primehub, path="phusers/other.ipynb")


def test_a_retry_carries_what_was_corrected(submissions, primehub):
    """After a refusal the same dialog submits other values, and the notebook as it is now."""
    with pytest.raises(errors.QuotaExceeded):
        submit(submissions, primehub, instance_type="gpu-4")
    write_notebook(primehub.volume / "experiment-1/capitalize.ipynb", "print('edited')")
    submit(submissions, primehub, parameters="start=5")
    [job] = primehub.jobs_of("submission-1")
    assert "start: 5" in job["command"]
    assert "edited" in (folder(primehub) / "capitalize.ipynb").read_text()


def test_a_rerun_is_not_taken_for_the_submission(submissions, primehub):
    primehub.faults = {"CreateJob": ["after:reset"], "MyCommands": ["before:reset!"]}
    with pytest.raises(errors.SubmissionUnknown):
        submit(submissions, primehub)
    [first] = primehub.jobs_of("submission-1")
    primehub.store.jobs[first["id"]]["createTime"] = "2020-01-01T00:00:00Z"
    primehub.store.rerun_job(primehub.store.user_of_token(primehub.token), first["id"])
    primehub.faults = {}
    assert submit(submissions, primehub) == (first["id"], False)


def test_killed_anywhere_it_is_still_one_job(primehub):
    """SIGKILL at random lines of a submission, then the same dialog again."""
    primehub.lag = 0.1
    totals = randomised(primehub, KILLED_RUNS, seed=20261122)
    bad = ("duplicate jobs", "without a job", "answered with another job", "without their snapshot")
    assert [totals[each] for each in bad] == [0, 0, 0, 0], totals
    assert totals["killed"] >= KILLED_RUNS


def test_killed_at_every_step(primehub):
    """The same at evenly spaced lines, so that no phase of a submission is left to chance."""
    with submitter(primehub) as each:
        length = each.submit("submission-0")["lines"]
        steps = [max(1, length * step // 24) for step in range(1, 25)]
        for step in steps:
            left = kill_and_retry(each, f"submission-{step}", [step])
            assert (left["jobs"], left["the_job"], left["snapshot"]) == (1, True, True), (step, left)


def test_the_sweep_keeps_what_is_needed_and_what_is_young(submissions, primehub):
    alice = primehub.store.user_of_token(primehub.token)
    for number in range(4):
        submit(submissions, primehub, submission_id=f"submission-{number}")
    for number, name in ((1, "deleted"), (2, "deleted"), (3, "scheduled")):
        [job] = primehub.jobs_of(f"submission-{number}")
        if name == "scheduled":
            keys = ("displayName", "command", "groupId", "image")
            data = {key: job[key] for key in keys}
            recurrence = {"type": "daily", "cron": "0 4 * * *"}
            primehub.store.create_schedule(alice, {**data, "instanceType": "cpu-1", "recurrence": recurrence})
        del primehub.store.jobs[job["id"]]
    year_ago = time.time() - 365 * 86400
    for number in (0, 1, 3):
        for path in [*folder(primehub, f"submission-{number}").iterdir(), folder(primehub, f"submission-{number}")]:
            os.utime(path, (year_ago, year_ago))
    stranger = primehub.volume / ".primehub/notebook-jobs/notes"
    stranger.mkdir()
    os.utime(stranger, (year_ago, year_ago))

    primehub.faults["GroupCommands"] = ["before:reset!"]
    assert submissions.sweep() == []
    assert folder(primehub, "submission-1").exists()
    primehub.faults = {}
    fresh = Submissions(submissions.workspace)
    assert fresh.sweep() == ["submission-1"]
    assert [folder(primehub, f"submission-{number}").exists() for number in range(4)] == [True, False, True, True]
    assert stranger.exists()
    assert fresh.sweep() == []  # once a day
