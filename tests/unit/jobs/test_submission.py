"""Submissions against a PrimeHub that misbehaves: the notebook runs once, whatever PrimeHub makes of them."""

from __future__ import annotations

import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.answers import membership, resources
from kit.notebooks import write_notebook
from kit.people import ID, only_job
from primehub_nbext.jobs import snapshot
from primehub_nbext.jobs.claims import CANCELLED, open_claims
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.errors import SubmissionCancelled, SubmissionConflict, SubmissionNotCreated, SubmissionUnknown
from primehub_nbext.notebooks.errors import NotebookNotFound, OutsideGroupVolume
from primehub_nbext.notebooks.folders import open_inside
from primehub_nbext.primehub.errors import (
    AccessDenied,
    GroupNotFound,
    JobsUnavailable,
    LicenseError,
    NoGroupVolume,
    NoImages,
    NoInstanceTypes,
    QuotaExceeded,
    TokenRejected,
    Unreachable,
)

# The same submission again


def test_the_job_is_what_was_asked_for(person, primehub):
    saved = person.notebook.read_bytes()
    record, job, created = person.submit(timeout_seconds=60)
    assert created
    made = only_job(primehub)
    assert (made["id"], made["command"]) == (record["id"], job.to_command())
    assert (made["displayName"], made["instanceType"], made["image"]) == ("train", "cpu-1", "base-notebook")
    assert made["activeDeadlineSeconds"] == 60
    write_notebook(person.notebook, "print('edited later')")
    assert Path(job.snapshot).read_bytes() == saved
    mark = f"{ID}/attempt-{job.attempt}"
    assert person.files() == [ID, f"{ID}/.lock", mark, f"{ID}/submission.json", f"{ID}/train.ipynb"]
    assert Path(job.snapshot).with_name(f"attempt-{job.attempt}").read_text() == f"{record['id']}\n"


def test_the_same_submission_again_is_the_same_job(person, primehub):
    first, job, created = person.submit()
    server = person.server()
    for again in (person.submit(), person.submit(server)):
        assert (again[0]["id"], again[1], again[2]) == (first["id"], job, False)
    assert created
    assert primehub.count("CreateJob") == 1
    assert only_job(primehub)["id"] == first["id"]


@pytest.mark.parametrize("servers", [1, 2], ids=["one server", "two servers"])
@pytest.mark.parametrize("fault", [None, told.reset(executed=True)], ids=["all well", "answer lost"])
def test_twenty_at_once(person, primehub, servers, fault):
    if fault:
        primehub.on("CreateJob", fault, nth=1)
    submissions = [person.server() for _ in range(servers)]
    start = threading.Barrier(20)

    def press(number):
        start.wait()
        return person.submit(submissions[number % servers])

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(press, range(20)))
    assert {record["id"] for record, _, _ in answers} == {only_job(primehub)["id"]}
    assert [created for _, _, created in answers].count(True) == 1
    assert primehub.count("CreateJob") == 1


def test_other_submissions_are_other_jobs(person, primehub):
    ids = [person.submit(submission_id=f"submission-{number}")[0]["id"] for number in range(3)]
    assert len(set(ids)) == len(primehub.store.jobs) == 3


def test_a_made_job_is_told_while_primehub_is_down(person, primehub):
    first, _, _ = person.submit()
    primehub.on("", told.reset(executed=False))
    asked = len(primehub.requests)
    record, _, created = person.submit()
    assert (record["id"], created, len(primehub.requests)) == (first["id"], False, asked)


OTHERS = [
    {"notebook_path": "phusers/other.ipynb"},
    {"display_name": "another name"},
    {"instance_type": "cpu-2"},
    {"image": "tf-notebook"},
    {"parameters": "start=2"},
    {"parameters": "start=1.0"},
    {"timeout_seconds": 60},
]


@pytest.mark.parametrize("other", OTHERS, ids=str)
@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unknown"])
def test_the_same_id_with_other_values_is_a_conflict(person, primehub, other, confirmed):
    write_notebook(person.volume / "other.ipynb", "2")
    if confirmed:
        person.submit()
    else:
        primehub.stale = True
        primehub.on("CreateJob", told.page(502, executed=True))
        with pytest.raises(SubmissionUnknown):
            person.submit()
        primehub.behave()
    with pytest.raises(SubmissionConflict):
        person.submit(**other)
    assert person.submit()[0]["id"] in {job["id"] for job in primehub.jobs_of(ID)}


# The answer gets lost


LOST = {
    "reset": told.reset(executed=True),
    "reset in the head": told.reset_within("head"),
    "reset in the body": told.reset_within("body"),
    "502 page": told.page(502, executed=True),
    "503 page": told.page(503, executed=True),
    "504 page": told.page(504, executed=True),
    "200 page": told.page(200, executed=True),
    "truncated": told.truncated("length"),
    "truncated JSON": told.truncated("none"),
    "null": told.answering({"data": {"createPhJob": None}}, executed=True),
    "no id": told.answering({"data": {"createPhJob": {}}}, executed=True),
    "a list": told.answering({"data": {"createPhJob": [1]}}, executed=True),
    "internal error": told.answering({"errors": [{"message": "Internal server error"}]}, executed=True),
    "not found again": told.answering({"errors": [{"message": 'phjobs.primehub.io "x" not found'}]}, executed=True),
    "huge": told.answering(b" " * 20_000_000, executed=True),
    "redirect": told.answering(b"", status=302, executed=True),
}


@pytest.mark.parametrize("name", LOST)
def test_a_job_whose_answer_is_lost_is_found(person, primehub, name):
    primehub.on("CreateJob", LOST[name])
    record, job, created = person.submit()
    assert created
    assert record["id"] == only_job(primehub)["id"]
    assert Path(job.snapshot).read_bytes() == person.notebook.read_bytes()
    assert (person.submit()[0]["id"], primehub.count("CreateJob")) == (record["id"], 1)


def test_a_list_that_lags(person, primehub):
    primehub.list_lag = 0.3
    primehub.on("CreateJob", told.reset(executed=True))
    record, _, _ = person.submit(person.server(settle_timeout=20.0))
    assert record["id"] == only_job(primehub)["id"]
    assert primehub.count("NewestCommands") > 1


def test_a_time_out_after_which_there_is_a_job(person, primehub):
    primehub.on("CreateJob", told.silent(executed=True))
    record, _, created = person.submit(person.server(request_timeout=2.0))
    assert (record["id"], created) == (only_job(primehub)["id"], True)


# What PrimeHub's lists are like while the answer of createPhJob gets lost.
LISTS = {"stale": {"stale": True}, "empty": {"empty": True}}
ORDERS = {"the first attempt runs first": 1, "the second attempt runs first": -1}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("lists", LISTS)
def test_lost_in_a_list_that_does_not_show_it(person, primehub, runs, lists, order):
    """PrimeHub makes two jobs; the notebook runs once, and who asks again is told of the job that runs."""
    vars(primehub).update(LISTS[lists])
    primehub.on("CreateJob", told.reset(executed=True), nth=1)
    record, _, created = person.submit()
    jobs = primehub.jobs_of(ID)
    assert (len(jobs), created, record["id"]) == (2, True, jobs[1]["id"])
    first, second = jobs[:: ORDERS[order]]
    assert runs.start(first).status == 0
    ended = runs.start(second)
    assert runs.ran == [first["id"]]
    assert (ended.status, ended.stdout) == (0, b"")
    assert f"Job {first['id']} runs the notebook of this submission".encode() in ended.stderr
    with open_claims(person.server().context.volume, ID) as claims:
        roles = [claims.runs_as(job["id"], NotebookJob.from_command(job["command"]).attempt) for job in (first, second)]
    assert roles == [None, first["id"]]
    # A rerun of either runs: somebody asked for it.
    for number, job in enumerate((first, second)):
        runs.start({**job, "id": f"job-rerun-{number}"})
    assert runs.ran == [first["id"], "job-rerun-0", "job-rerun-1"]


def test_the_answer_is_the_job_that_has_begun(person, primehub, runs):
    """The job of the first attempt, whose answer was lost, claims the submission before the second is answered."""
    primehub.stale = True

    def begin_the_other(exchange):
        runs.start(primehub.jobs_of(ID)[0])
        told.behave(exchange)

    primehub.on("CreateJob", told.reset(executed=True), nth=1)
    primehub.on("CreateJob", begin_the_other, nth=2)
    record, _, _ = person.submit()
    jobs = primehub.jobs_of(ID)
    assert (record["id"], len(jobs)) == (jobs[0]["id"], 2)
    assert person.submit()[0]["id"] == jobs[0]["id"]
    runs.start(jobs[1])
    assert runs.ran == [jobs[0]["id"]]


REFUSED_BY_PRIMEHUB = {
    "null": {"data": {"createPhJob": None}},
    "internal error": {"errors": [{"message": "Internal server error"}]},
    "not found again": {"errors": [{"message": 'phjobs.primehub.io "x" not found'}]},
}
# A gateway that gives up says nothing of what PrimeHub does behind it.
GIVEN_UP = {
    "reset": told.reset(executed=False),
    "502 page": told.page(502),
    "not JSON": told.answering(b"oops"),
    "redirect": told.redirecting("http://127.0.0.1:1/"),
}


@pytest.mark.parametrize("name", [*REFUSED_BY_PRIMEHUB, *GIVEN_UP])
def test_what_fails_once_is_sent_again(person, primehub, name):
    fault = GIVEN_UP.get(name) or told.answering(REFUSED_BY_PRIMEHUB[name])
    primehub.on("CreateJob", fault, nth=1)
    record, _, created = person.submit()
    assert (record["id"], created) == (only_job(primehub)["id"], True)
    assert primehub.count("CreateJob") == 2


@pytest.mark.parametrize("executed", [False, True], ids=["truly", "but it made jobs"])
@pytest.mark.parametrize("name", REFUSED_BY_PRIMEHUB)
def test_a_job_that_was_not_made_is_told_so_and_can_be_made(person, primehub, runs, name, executed):
    """PrimeHub says that it failed, and its list shows no job: nothing runs of what it may have made all the same."""
    primehub.stale = True
    primehub.on("CreateJob", told.answering(REFUSED_BY_PRIMEHUB[name], executed=executed))
    with pytest.raises(SubmissionNotCreated) as caught:
        person.submit()
    assert caught.value.status == 502
    assert caught.value.message.endswith("The job was not created.")
    assert primehub.count("CreateJob") == 3
    made = primehub.jobs_of(ID)
    assert len(made) == 3 * executed
    ended = [runs.start(job) for job in made[:2]]
    assert [run.status for run in ended] == [0] * len(ended)
    assert all(b"was given up" in run.stderr for run in ended)
    primehub.behave()
    primehub.stale = True
    # The next try is a new round, whose values and notebook may be others.
    write_notebook(person.notebook, "print('edited')")
    record, job, created = person.submit(parameters="start=2")
    assert created and job.attempt.startswith("2-")
    assert Path(job.snapshot).read_bytes() == person.notebook.read_bytes()
    for late in primehub.jobs_of(ID):
        runs.start(late)
    assert set(runs.ran) - {late["id"] for late in made[:2]} == {record["id"]}


@pytest.mark.parametrize("name", GIVEN_UP)
def test_a_gateway_that_gives_up_proves_nothing(person, primehub, name):
    primehub.on("CreateJob", GIVEN_UP[name])
    with pytest.raises(SubmissionUnknown) as caught:
        person.submit()
    assert caught.value.status == 502
    assert caught.value.link == "/console/g/phusers/job"
    assert primehub.count("CreateJob") == 3
    assert f"{ID}/train.ipynb" in person.files(), "PrimeHub may still make a job, which needs its snapshot"
    primehub.behave()
    record, _, created = person.submit()
    assert (record["id"], created) == (only_job(primehub)["id"], True)


def test_a_gateway_that_gives_up_before_primehub_makes_the_job(person, primehub, runs):
    """The answer of the gateway comes first, the job later: two jobs, one run."""
    late = threading.Event()

    def give_up(exchange):
        told.page(502)(exchange)

        def execute():
            late.wait(told.STOP_SECONDS)
            exchange.execute()

        primehub.start(execute)

    primehub.on("CreateJob", give_up, nth=1)
    record, _, _ = person.submit()
    late.set()
    primehub.wait_for_late_work()
    jobs = primehub.jobs_of(ID)
    assert len(jobs) == 2
    for job in reversed(jobs):
        runs.start(job)
    assert len(runs.ran) == 1
    assert person.submit()[0]["id"] in (record["id"], *runs.ran)


def test_nothing_was_sent(person, primehub):
    """PrimeHub goes away after the check and before the mutation: certain at once, without a look."""

    def go_away(exchange):
        told.behave(exchange)
        exchange.primehub.stop_listening()
        exchange.close()

    primehub.on("Resources", go_away)
    with pytest.raises(Unreachable) as caught:
        person.submit()
    assert not caught.value.sent
    assert person.files() == []
    assert (primehub.count("CreateJob"), primehub.count("NewestCommands")) == (0, 0)


def test_time_outs_stay_unknown_until_primehub_answers(person, primehub):
    primehub.on("CreateJob", told.silent(executed=False))
    with pytest.raises(SubmissionUnknown) as caught:
        person.submit(person.server(request_timeout=2.0))
    assert caught.value.status == 504
    assert primehub.store.jobs == {}
    primehub.behave()
    record, _, created = person.submit()
    assert (record["id"], created) == (only_job(primehub)["id"], True)


@pytest.mark.parametrize("restarted", [True, False], ids=["another server", "the same server"])
def test_unknown_while_primehub_cannot_be_asked(person, primehub, restarted):
    server = person.server()
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("NewestCommands", told.page(502))
    with pytest.raises(SubmissionUnknown) as caught:
        person.submit(server)
    assert caught.value.status == 502
    with pytest.raises(SubmissionUnknown):
        person.submit(person.server() if restarted else server)
    primehub.behave()
    record, _, created = person.submit(person.server() if restarted else server)
    jobs = primehub.jobs_of(ID)
    assert (record["id"], created, len(jobs)) == (jobs[0]["id"], False, primehub.count("CreateJob"))


def test_a_job_list_of_another_shape_proves_nothing(person, primehub):
    primehub.on("CreateJob", told.reset(executed=True))
    for answer in ({"phJobs": None, "x": 1}, {"phJobs": {}}, {"jobs": []}):
        primehub.on("NewestCommands", told.answering({"data": answer}))
        with pytest.raises(SubmissionUnknown):
            person.submit()
    primehub.behave()
    assert person.submit()[0]["id"] == primehub.jobs_of(ID)[0]["id"]


def test_a_token_revoked_after_sending(person, primehub, monkeypatch):
    def make_and_revoke(exchange):
        exchange.execute()
        exchange.primehub.store.revoke_tokens("alice")
        exchange.reset()

    primehub.on("CreateJob", make_and_revoke, nth=1)
    for _ in range(2):  # also when it is asked for again, with the token that holds no more
        with pytest.raises(SubmissionUnknown) as caught:
            person.submit()
        assert caught.value.to_dict()["cause"] == "token_rejected"
        assert TokenRejected.message in caught.value.message
    assert f"{ID}/train.ipynb" in person.files()
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.store.issue_token("alice"))
    assert person.submit()[0]["id"] == only_job(primehub)["id"]
    assert primehub.count("CreateJob") == 1


def test_a_record_that_cannot_be_read_is_not_taken_for_none(person, primehub, monkeypatch):
    """As on a network volume in trouble: there may be a job, which this record knows."""
    first, _, _ = person.submit()
    trouble = [OSError(errno.EIO, "Input/output error"), OSError(errno.ESTALE, "Stale file handle")]

    def in_trouble(folder, name):
        if name == "submission.json" and trouble:
            raise trouble.pop()
        return open_inside(folder, name)

    monkeypatch.setattr(snapshot, "open_inside", in_trouble)
    for _ in range(2):
        with pytest.raises(SubmissionUnknown) as caught:
            person.submit()
        assert caught.value.to_dict()["cause"] == "volume_unreadable"
    assert (person.submit()[0]["id"], primehub.count("CreateJob")) == (first["id"], 1)


WHOLE = {"empty": b"", "no JSON": b"{oops", "another shape": b"[1]", "no object": b"null"}
DAMAGED = {"gone": "gone", "cut": None, **WHOLE}


@pytest.mark.parametrize("stale", [False, True], ids=["listed", "not listed"])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_record_is_not_taken_for_none(person, primehub, runs, name, stale):
    """As after a crash of the file server. Where the list does not help there are two jobs, and one run."""
    first, job, _ = person.submit()
    file = Path(job.snapshot).with_name("submission.json")
    if name == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:200] if DAMAGED[name] is None else DAMAGED[name])
    primehub.empty = stale
    record, _, created = person.submit()
    assert (created, len(primehub.jobs_of(ID))) == (stale, 1 + stale)
    assert stale or record["id"] == first["id"]
    for each in primehub.jobs_of(ID):
        runs.start(each)
    assert len(runs.ran) == 1


def test_a_damaged_record_of_a_job_that_runs(person, primehub, runs):
    first, job, _ = person.submit()
    runs.start(only_job(primehub))
    Path(job.snapshot).with_name("submission.json").write_bytes(b"")
    primehub.empty = True
    record, again, created = person.submit()
    assert (record["id"], again, created) == (first["id"], job, False)
    assert primehub.count("CreateJob") == 1


def test_a_cancelled_submission_is_not_sent_again(person, primehub, runs):
    primehub.stale = True
    primehub.on("CreateJob", told.reset(executed=True))
    with pytest.raises(SubmissionUnknown):
        person.submit(person.server(settle_timeout=0.1))
    sent = primehub.count("CreateJob")
    with open_claims(person.server().context.volume, ID) as claims:
        assert claims.hold(1, CANCELLED) == CANCELLED
    with pytest.raises(SubmissionCancelled):
        person.submit()
    assert primehub.count("CreateJob") == sent
    for job in primehub.jobs_of(ID):
        assert b"was cancelled" in runs.start(job).stderr
    assert runs.ran == []
    # Each attempt has had its job by now, so what comes is a rerun.
    runs.start({**primehub.jobs_of(ID)[0], "id": "job-rerun"})
    assert runs.ran == ["job-rerun"]


def test_a_notebook_named_like_a_temporary_file_keeps_its_snapshot(person, primehub):
    write_notebook(person.volume / ".tmp-1.ipynb", "1")
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("NewestCommands", told.page(502))
    with pytest.raises(SubmissionUnknown):
        person.submit(notebook_path="phusers/.tmp-1.ipynb")
    primehub.behave()
    _, job, _ = person.submit(notebook_path="phusers/.tmp-1.ipynb")
    assert Path(job.snapshot).exists()


def test_a_rerun_is_not_taken_for_the_submission(person, primehub):
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("NewestCommands", told.page(502))
    with pytest.raises(SubmissionUnknown):
        person.submit(person.server(settle_timeout=0.2))
    first = next(iter(primehub.store.jobs.values()))
    first["createTime"] = "2020-01-01T00:00:00Z"
    primehub.store.rerun_job(primehub.store.users["alice"], first["id"])
    primehub.behave()
    assert person.submit()[0]["id"] == first["id"]


# Refused: nothing submitted, nothing left behind


REFUSALS = {
    "quota": ("User Gpu Quota exceeded", "EXCEED_QUOTA", QuotaExceeded),
    "licence": ("License invalid", "LICENSE_ERROR", LicenseError),
    "access": ("user not auth", "NOT_AUTH", AccessDenied),
    "token": ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", TokenRejected),
    "no jobs": ('Cannot query field "createPhJob" on type "Mutation".', None, JobsUnavailable),
}


@pytest.mark.parametrize("operation", ["Resources", "CreateJob"])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_leaves_nothing_and_can_be_retried(person, primehub, name, operation):
    message, code, expected = REFUSALS[name]
    primehub.on(operation, told.refusing(message, code), nth=1)
    server = person.server()
    with pytest.raises(expected):
        person.submit(server)
    assert (person.files(), primehub.store.jobs, primehub.count("NewestCommands")) == ([], {}, 0)
    assert person.submit(server)[0]["id"] == only_job(primehub)["id"]


def test_more_than_the_quota(person, primehub):
    with pytest.raises(QuotaExceeded) as caught:
        person.submit(instance_type="gpu-4")
    assert caught.value.field == "instance_type"
    assert "Quota exceeded" in caught.value.message
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_retry_carries_what_was_corrected(person, primehub):
    """After a refusal the same dialog submits other values, and the notebook as it is now."""
    with pytest.raises(QuotaExceeded):
        person.submit(instance_type="gpu-4")
    write_notebook(person.notebook, "print('edited')")
    _, job, _ = person.submit(parameters="start=5")
    assert only_job(primehub)["instanceType"] == "cpu-1"
    assert (job.parameters, Path(job.snapshot).read_bytes()) == ({"start": 5}, person.notebook.read_bytes())


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, GroupNotFound),
        ({"enabledSharedVolume": False}, NoGroupVolume),
        ({"enabledSharedVolume": True, "instanceTypes": [], "images": []}, NoInstanceTypes),
        ({"enabledSharedVolume": True, "instanceTypes": [{"name": "cpu-1"}], "images": []}, NoImages),
    ],
)
def test_a_group_that_lost_something(person, primehub, group, expected):
    primehub.on("Resources", told.answering({"data": resources(group, primehub.group["id"])}))
    primehub.on("Membership", told.answering({"data": membership("another")}))
    with pytest.raises(expected):
        person.submit()
    assert (person.files(), primehub.count("CreateJob")) == ([], 0)


def test_a_token_revoked_before_submitting(person, primehub):
    server = person.server()
    person.submit(server, submission_id="submission-0")  # the resources are in the cache now
    before = person.files()
    primehub.store.revoke_tokens("alice")
    with pytest.raises(TokenRejected):
        person.submit(server)
    assert person.files() == before
    assert len(primehub.store.jobs) == 1


def test_a_notebook_that_is_gone(person, primehub):
    person.notebook.unlink()
    with pytest.raises(NotebookNotFound):
        person.submit()
    assert (person.files(), primehub.store.jobs) == ([], {})


@pytest.mark.parametrize("turn", [1, 2], ids=["before it is looked at", "before it is copied"])
def test_a_notebook_that_vanishes_meanwhile(person, primehub, turn):
    def vanish(exchange):
        person.notebook.unlink()
        told.behave(exchange)

    primehub.on("Resources", vanish, nth=turn)
    with pytest.raises(NotebookNotFound):
        person.submit(person.server(resources_max_age=0.0))
    assert primehub.count("Resources") == turn
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_notebook_that_is_replaced_by_a_link_meanwhile(person, primehub, tmp_path):
    """What was checked is not what is copied: nothing outside the volume may get into it."""
    outside = write_notebook(tmp_path / "secret.ipynb", "'secret'")

    def swap(exchange):
        person.notebook.unlink()
        person.notebook.symlink_to(outside)
        told.behave(exchange)

    primehub.on("Resources", swap, nth=2)
    with pytest.raises(OutsideGroupVolume):
        person.submit(person.server(resources_max_age=0.0))
    assert (person.files(), primehub.store.jobs) == ([], {})
