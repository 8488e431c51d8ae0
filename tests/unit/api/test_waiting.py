"""Waiting: until the job has ended, through what PrimeHub does meanwhile, and no longer."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from primehub_nbext import api
from primehub_nbext.api import waiting


def becomes(primehub, job_id: str, phase: str) -> None:
    primehub.store.cluster.objects.merge("phjobs", job_id, {"status": {"phase": phase}})


def test_a_job_is_told_again_when_it_changes_and_last_when_it_has_ended(session, person, primehub):
    job = api.submit(person.notebook, parameters={"start": 1}, session=session)
    phases = []
    for latest in api.watch(job["id"], session=session):
        phases.append(latest["phase"])
        becomes(primehub, job["id"], {"Pending": "Running", "Running": "Succeeded"}.get(latest["phase"], "Succeeded"))
    assert phases == ["Pending", "Running", "Succeeded"]
    assert api.wait(job["id"], session=session)["notebook_path"] == str(person.notebook)


def test_patience_has_an_end(session, person):
    job = api.submit(person.notebook, session=session)
    with pytest.raises(TimeoutError):
        api.wait(job["id"], timeout=0.05, session=session)


@pytest.mark.parametrize("fault", [told.page(502), told.refusing("Not authorized", "UNAUTHENTICATED")])
def test_trouble_meanwhile_is_waited_through(session, person, primehub, fault, monkeypatch):
    job = api.submit(person.notebook, session=session)
    primehub.on("", fault)
    seen = 0
    for _, problem in waiting.ticks(job["id"], session):
        seen += problem is not None
        if seen == 3:
            primehub.behave()
            becomes(primehub, job["id"], "Succeeded")
    assert seen >= 3
    primehub.on("", fault)
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(waiting, "REFUSED_SECONDS", 0.05)
    second = api.Session(session.config, **{name: getattr(session.context.config, name) for name in NAMES})
    with pytest.raises(api.PrimeHubError):
        api.wait(job["id"], session=second)


NAMES = ("api_endpoint", "home_dir", "group_id", "group_name", "token_file", "sdk_config_file")


@pytest.mark.parametrize("function", [api.job, api.wait, api.log, api.artifacts, api.outputs, api.cancel, api.rerun])
@pytest.mark.parametrize("job_id", ["job-1", "../x", ""])
def test_a_job_that_is_not_there(session, function, job_id):
    with pytest.raises(api.PrimeHubError) as caught:
        function(job_id, session=session)
    assert caught.value.code == "job_not_found"


def test_a_submission_with_its_id_runs_once(session, person, primehub):
    first = api.submit(person.notebook, submission_id="submission-1", session=session)
    again = api.submit(person.notebook, submission_id="submission-1", session=session)
    assert (first["created"], again["created"], again["id"]) == (True, False, first["id"])
    assert primehub.count("CreateJob") == 1
