"""Submissions whose answer gets lost, though PrimeHub made the job: it is found, or of two jobs one runs."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.people import ID, only_job
from primehub_nbext.jobs.claims import open_claims
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.errors import SubmissionUnknown

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
