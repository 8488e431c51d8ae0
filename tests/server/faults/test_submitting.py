"""Faults of a submission: a lost answer is still the job, and what is not known is told so and resolved."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.server_faults import IN_TIME, failed

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("fault", [told.reset(True), told.page(502, True), told.truncated("length"), told.silent(True)])
def test_a_lost_answer_is_still_the_job(target, primehub, submission, fault):
    primehub.on("CreateJob", fault, nth=1)
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 201, answer.text
    again = target.api("POST", "jobs", json=submission)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])
    assert [job["id"] for job in primehub.jobs_of(submission["submission_id"])] == [answer.json()["id"]]


def test_not_created_is_told_and_retried(target, primehub, submission):
    primehub.on("CreateJob", told.answering({"errors": [{"message": "Internal server error"}]}))
    status, error = failed(target, "POST", "jobs", IN_TIME, json=submission)
    assert (status, error["code"]) == (502, "submission_not_created")
    primehub.behave()
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 201, answer.text
    assert len(primehub.jobs_of(submission["submission_id"])) == 1


@pytest.mark.parametrize(("fault", "status"), [(told.silent(executed=True), 504), (told.reset(executed=True), 502)])
def test_unknown_is_told_with_where_to_look_and_resolved(target, primehub, submission, fault, status):
    primehub.on("CreateJob", fault)
    primehub.on("NewestCommands", told.page(503))
    got, error = failed(target, "POST", "jobs", IN_TIME, json=submission)
    assert (got, error["code"]) == (status, "submission_unknown")
    assert error["link"] == "/console/g/phusers/job"
    primehub.behave()
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 200, answer.text
    jobs = [job["id"] for job in primehub.jobs_of(submission["submission_id"])]
    assert answer.json()["id"] == jobs[0]


def test_quota(target, primehub, submission):
    status, error = failed(target, "POST", "jobs", json={**submission, "instance_type": "gpu-4"})
    assert (status, error["code"], error["field"]) == (422, "quota_exceeded", "instance_type")
    assert target.api("POST", "jobs", json=submission).status_code == 201


def test_a_token_revoked_between_opening_and_submitting(target, primehub, submission):
    assert target.api("GET", "resources").status_code == 200
    tokens = primehub.store.tokens
    primehub.store.revoke_tokens("alice")
    try:
        status, error = failed(target, "POST", "jobs", json=submission)
    finally:
        primehub.store.tokens = tokens
    assert (status, error["code"]) == (422, "token_rejected")
    assert target.api("POST", "jobs", json=submission).status_code == 201
