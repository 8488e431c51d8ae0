"""Submissions of which nobody can tell whether PrimeHub made the job: said so, and resolved once it can be told."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.notebooks import write_notebook
from kit.people import ID, only_job
from primehub_nbext.jobs.errors import SubmissionNotCreated, SubmissionUnknown
from primehub_nbext.primehub.errors import (
    TokenRejected,
    Unreachable,
)

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
