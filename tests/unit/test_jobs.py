"""Running a job again makes another job each time: what is not known is said, so that nobody presses twice."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext import errors
from primehub_nbext.config import PrimeHub
from primehub_nbext.jobs import Jobs
from primehub_nbext.workspace import Workspace


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture
def job(primehub):
    """A job of somebody else in the group."""
    request = {"displayName": "a", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    return primehub.store.create_job(primehub.store.users["bob"], {**request, "command": "true"})


@pytest.fixture
def jobs(primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    settings = {"group_id": primehub.group["id"], "group_name": primehub.group["name"], "home_dir": str(tmp_path)}
    paths = {"token_file": str(tmp_path / "token.json"), "sdk_config_file": str(tmp_path / "config.json")}
    return Jobs(Workspace(PrimeHub(api_endpoint=primehub.endpoint, request_timeout=1.0, **settings, **paths)))


UNCONFIRMED = {
    "reset": (told.reset(executed=True), 502),
    "502 page": (told.page(502, executed=True), 502),
    "no answer": (told.silent(executed=True), 504),
    "no id": (told.answering({"data": {"rerunPhJob": {}}}, executed=True), 502),
}


@pytest.mark.parametrize("name", UNCONFIRMED)
def test_a_rerun_whose_answer_is_lost_is_not_called_failed(primehub, jobs, job, tmp_path, name):
    behaviour, status = UNCONFIRMED[name]
    primehub.on("RerunJob", behaviour)
    with pytest.raises(errors.RerunUnknown) as caught:
        jobs.rerun(job["id"], str(tmp_path))
    assert (caught.value.status, caught.value.link) == (status, "/console/g/phusers/job")
    assert "before you try again" in caught.value.hint
    assert len(primehub.store.jobs) == 2


def test_a_rerun_that_was_refused_says_why(primehub, jobs, job, tmp_path):
    primehub.on("RerunJob", told.refusing("User Gpu Quota exceeded", "EXCEED_QUOTA"))
    with pytest.raises(errors.QuotaExceeded):
        jobs.rerun(job["id"], str(tmp_path))
    assert len(primehub.store.jobs) == 1


def test_a_rerun_that_was_not_sent_may_be_tried_again(primehub, jobs, job, tmp_path):
    primehub.stop_listening()
    with pytest.raises(errors.Unreachable):
        jobs.rerun(job["id"], str(tmp_path))


def test_a_rerun_is_told_even_where_the_job_cannot_be_looked_at(primehub, jobs, job, tmp_path):
    primehub.on("Job", told.page(502), nth=2)
    again = jobs.rerun(job["id"], str(tmp_path))
    assert again["id"] in primehub.store.jobs and again["id"] != job["id"]
