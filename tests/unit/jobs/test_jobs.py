"""Cancelling and running again: what PrimeHub would do to a finished job is prevented; what it leaves out is said."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.jobs.cancel import cancel_job
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.detail import get_job
from primehub_nbext.jobs.errors import JobAlreadyOver, RerunUnknown
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.query import OVER, JobQuery
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.rerun import rerun_job
from primehub_nbext.primehub.errors import ClusterRefused, JobNotFound, QuotaExceeded, Unreachable


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
def context(primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    settings = {"group_id": primehub.group["id"], "group_name": primehub.group["name"], "home_dir": str(tmp_path)}
    paths = {"token_file": str(tmp_path / "token.json"), "sdk_config_file": str(tmp_path / "config.json")}
    return Context(PrimeHub(api_endpoint=primehub.endpoint, request_timeout=5.0, **settings, **paths))


UNCONFIRMED = {
    "reset": (told.reset(executed=True), 502),
    "502 page": (told.page(502, executed=True), 502),
    "no answer": (told.silent(executed=True), 504),
    "Kubernetes hung up": (told.refusing("socket hang up", "INTERNAL_SERVER_ERROR", executed=True), 502),
    "no id": (told.answering({"data": {"rerunPhJob": {}}}, executed=True), 502),
}


@pytest.mark.parametrize("name", UNCONFIRMED)
def test_a_rerun_whose_answer_is_lost_is_not_called_failed(primehub, context, job, tmp_path, name):
    behaviour, status = UNCONFIRMED[name]
    primehub.on("RerunJob", behaviour)
    with pytest.raises(RerunUnknown) as caught:
        rerun_job(context, job["id"], str(tmp_path))
    assert (caught.value.status, caught.value.link) == (status, "/console/g/phusers/job")
    assert "before you try again" in caught.value.hint
    assert len(primehub.store.jobs) == 2


def test_a_rerun_that_was_refused_says_why(primehub, context, job, tmp_path):
    primehub.on("RerunJob", told.refusing("User Gpu Quota exceeded", "EXCEED_QUOTA"))
    with pytest.raises(QuotaExceeded):
        rerun_job(context, job["id"], str(tmp_path))
    assert len(primehub.store.jobs) == 1


def test_a_rerun_that_was_not_sent_may_be_tried_again(primehub, context, job, tmp_path):
    primehub.stop_listening()
    with pytest.raises(Unreachable):
        rerun_job(context, job["id"], str(tmp_path))


def test_a_rerun_is_told_even_where_the_job_cannot_be_looked_at(primehub, context, job, tmp_path):
    primehub.on("Job", told.page(502), nth=2)
    again = rerun_job(context, job["id"], str(tmp_path))
    assert again["id"] in primehub.store.jobs and again["id"] != job["id"]


def of(job: dict, **changes):
    """What PrimeHub says about a job."""
    known = {"id": job["id"], "phase": "Running", "command": "true", **changes}
    return told.answering({"data": {"phJob": known}})


@pytest.mark.parametrize("phase", OVER)
def test_a_job_that_is_over_is_not_cancelled(primehub, context, job, tmp_path, phase):
    """PrimeHub would show it as Cancelled from then on, whatever became of it."""
    primehub.on("Job", of(job, phase=phase))
    with pytest.raises(JobAlreadyOver) as caught:
        cancel_job(context, job["id"], str(tmp_path))
    told_of = caught.value.to_dict()
    assert (caught.value.status, told_of["code"], told_of["phase"]) == (409, "job_already_over", phase)
    assert phase in told_of["message"] and told_of["link"].endswith(job["id"])
    assert primehub.count("CancelJob") == 0


@pytest.mark.parametrize(
    ("reason", "ended"),
    [("PodSucceeded", "Succeeded"), ("PodFailed", "Failed"), ("Cancelled", None), ("PodRunning", None)],
)
def test_a_job_that_ends_while_it_is_cancelled_is_told(primehub, context, job, tmp_path, reason, ended):
    primehub.on("Job", of(job), nth=1)
    primehub.on("Job", of(job, phase="Cancelled", reason=reason), nth=2)
    cancelled = cancel_job(context, job["id"], str(tmp_path))
    assert (cancelled["phase"], cancelled["ended_before"]) == ("Cancelled", ended)
    assert primehub.count("CancelJob") == 1


def test_a_job_that_cannot_be_looked_at_again_is_cancelled_all_the_same(primehub, context, job, tmp_path):
    primehub.on("Job", told.page(502), nth=2)
    cancelled = cancel_job(context, job["id"], str(tmp_path))
    assert (cancelled["phase"], primehub.count("CancelJob")) == ("Cancelled", 1)


def test_a_job_that_kubernetes_does_not_change_is_told(primehub, context, job, tmp_path):
    primehub.on("CancelJob", told.refusing("HTTP request failed", "INTERNAL_SERVER_ERROR"))
    with pytest.raises(ClusterRefused) as caught:
        cancel_job(context, job["id"], str(tmp_path))
    assert "Kubernetes" in caught.value.message


@pytest.mark.parametrize("act", [get_job, cancel_job, rerun_job])
def test_a_job_that_is_not_there_is_told_by_all(primehub, context, tmp_path, act):
    primehub.on("Job", told.refusing("HTTP request failed", "INTERNAL_SERVER_ERROR"))
    with pytest.raises(JobNotFound):
        act(context, "job-202611221030-gone00", str(tmp_path))
    assert primehub.count("CancelJob") == primehub.count("RerunJob") == 0


def notebook_job(context: Context, parameters: dict) -> dict:
    """What PrimeHub keeps of a notebook job with a time limit of an hour."""
    job = NotebookJob(context.volume.path, "a", "x.ipynb", "submission-1", "python3", parameters=parameters)
    told_of = {"displayName": "x", "image": "base-notebook", "instanceType": {"name": "cpu-1"}}
    return {**told_of, "command": job.to_command(), "activeDeadlineSeconds": 3600}


def test_a_rerun_tells_of_the_time_limit_that_it_lost_and_how_to_keep_it(primehub, context, job, tmp_path):
    (tmp_path / "phusers").mkdir()
    given = {"rate": 1.0, "seed": 2**60 + 1, "names": ["a", "1"]}  # which a browser's JSON would not leave as they are
    primehub.on("Job", of(job, **notebook_job(context, given)), nth=1)
    dropped = rerun_job(context, job["id"], str(tmp_path))["time_limit_dropped"]
    assert dropped["seconds"] == 3600
    request = JobRequest.from_body(dropped["submit_again"])
    assert (request.notebook_path, request.timeout_seconds) == ("phusers/a/x.ipynb", 3600)
    assert (request.instance_type, request.image, request.display_name) == ("cpu-1", "base-notebook", "x")
    assert isinstance(dropped["submit_again"]["parameters"], str) and repr(request.parameters) == repr(given)


@pytest.mark.parametrize(("seconds", "told_as"), [(3600, 3600), (0, 0), (None, None), (True, None), (-1, None)])
def test_a_job_tells_what_it_runs_and_for_how_long(primehub, context, job, tmp_path, seconds, told_as):
    (tmp_path / "phusers").mkdir()
    given = {"rate": 1.0, "code": "007"}
    primehub.on("Job", of(job, **{**notebook_job(context, given), "activeDeadlineSeconds": seconds}))
    view = get_job(context, job["id"], str(tmp_path))
    assert view["snapshot_path"] == f"{context.volume.path}/.primehub/notebook-jobs/submission-1/x.ipynb"
    assert view["timeout_seconds"] == told_as
    assert view["parameters_text"] == {"rate": "1.0", "code": '"007"'}


@pytest.mark.parametrize("seconds", [None, 86400, "3600", True, -1])
def test_a_rerun_of_a_job_without_a_time_limit_of_its_own_lost_none(primehub, context, job, tmp_path, seconds):
    """The controller gives the group's default, 86400 s here, to every job that has none."""
    primehub.on("Job", of(job, **{**notebook_job(context, {}), "activeDeadlineSeconds": seconds}), nth=1)
    assert rerun_job(context, job["id"], str(tmp_path))["time_limit_dropped"] is None


@pytest.mark.parametrize("parameters", [{"limit": float("inf")}, {"limits": [float("nan")]}])
def test_what_json_cannot_hold_is_not_offered_to_be_sent_again(primehub, context, job, tmp_path, parameters):
    primehub.on("Job", of(job, **notebook_job(context, parameters)), nth=1)
    assert rerun_job(context, job["id"], str(tmp_path))["time_limit_dropped"] == {"seconds": 3600, "submit_again": None}


def test_a_lost_time_limit_is_told_even_where_the_default_is_not_known(primehub, context, job, tmp_path):
    primehub.on("Resources", told.page(502))
    primehub.on("Job", of(job, activeDeadlineSeconds=3600), nth=1)
    assert rerun_job(context, job["id"], str(tmp_path))["time_limit_dropped"] == {"seconds": 3600, "submit_again": None}


def test_a_job_whose_instance_type_is_gone_is_listed(primehub, context, tmp_path):
    """PrimeHub still has the name; or nothing at all, and an error, where Kubernetes fails."""
    gone = {"id": "deleted-type-not-found", "name": "deleted-type", "displayName": None}
    job = notebook_job(context, {})
    listed = [{**job, "id": "job-1", "instanceType": gone}, {**job, "id": "job-2", "instanceType": None}]
    fault = {"message": "API_UNAVAILABLE", "extensions": {"code": "INTERNAL_SERVER_ERROR"}}
    primehub.on("Jobs", told.answering({"data": {"phJobs": listed}}))
    primehub.on("JobRows", told.answering({"data": {"rows0": listed}, "errors": [fault]}))
    page = Listing(context).page(JobQuery(), str(tmp_path))
    assert {each["id"]: each["instance_type"] for each in page["jobs"]} == {
        "job-1": "deleted-type",
        "job-2": None,
    }
