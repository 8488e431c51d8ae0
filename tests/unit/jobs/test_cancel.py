"""Cancelling is of the submission: what is told of it is so, whatever PrimeHub does with its jobs."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.people import ID
from primehub_nbext.jobs.cancel import cancel_job
from primehub_nbext.jobs.claims import CANCELLED, open_claims
from primehub_nbext.jobs.rerun import rerun_job
from primehub_nbext.primehub.errors import Unavailable

PROMISE = "will end without running the notebook"


@pytest.fixture
def two_jobs(person, primehub):
    """Of one submission, because the first answer got lost while the list was stale."""
    primehub.stale = True
    primehub.on("CreateJob", told.reset(executed=True), nth=1)
    person.submit()
    return primehub.jobs_of(ID)


def holder(person) -> str | None:
    with open_claims(person.server().context.volume, ID) as claims:
        return claims.holder(1)


@pytest.mark.parametrize("number", [0, 1])
def test_no_job_of_a_cancelled_submission_runs(person, primehub, runs, two_jobs, number):
    answer = cancel_job(person.server().context, two_jobs[number]["id"], str(person.home))
    assert (answer["phase"], holder(person)) == ("Cancelled", CANCELLED)
    for job in two_jobs:
        assert b"was cancelled" in runs.start(job).stderr
    assert runs.ran == []


def test_the_job_that_runs_is_cancelled_with_the_one_that_would_have_ended(person, primehub, runs, two_jobs):
    runs.start(two_jobs[0])
    cancel_job(person.server().context, two_jobs[1]["id"], str(person.home))
    assert [job["phase"] for job in primehub.jobs_of(ID)] == ["Cancelled", "Cancelled"]


def test_where_primehub_does_not_confirm_the_promise_holds(person, primehub, runs, two_jobs):
    primehub.on("CancelJob", told.page(502))
    with pytest.raises(Unavailable) as caught:
        cancel_job(person.server().context, two_jobs[0]["id"], str(person.home))
    assert PROMISE in caught.value.hint
    for job in two_jobs:
        runs.start(job)
    assert runs.ran == []


def test_what_is_not_the_submission_is_promised_nothing(person, primehub, runs, two_jobs):
    """A rerun, a job that runs already and a job of another kind can be stopped by PrimeHub alone."""
    context = person.server().context
    again = rerun_job(context, two_jobs[0]["id"], str(person.home))["id"]
    data = {"displayName": "a", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    other = primehub.store.create_job(primehub.store.users["bob"], {**data, "command": "true"})["id"]
    runs.start(two_jobs[1])
    primehub.on("CancelJob", told.page(502))
    for job_id in (again, other, two_jobs[1]["id"]):
        with pytest.raises(Unavailable) as caught:
            cancel_job(context, job_id, str(person.home))
        assert PROMISE not in caught.value.hint
    assert holder(person) == two_jobs[1]["id"]
