"""Faults before anything is submitted, and of who asks: one error for the dialog and the submission, two sentences."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.answers import membership
from kit.server_faults import RESOURCES, TYPED, cannot_open, failed

pytestmark = pytest.mark.alone


@pytest.mark.parametrize("name", RESOURCES)
def test_the_dialog_opens_on(target, primehub, submission, name):
    behaviour, status, code = RESOURCES[name]
    primehub.on("Resources", behaviour)
    primehub.on("Membership", told.answering({"data": membership("another")}))
    made = len(primehub.store.jobs)
    cannot_open(target, submission, status, code)
    assert len(primehub.store.jobs) == made
    primehub.behave()
    assert target.api("GET", "resources").status_code == 200


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"data": {"me": None}}, 502, "primehub_trouble"),
        ({"data": {"me": []}}, 502, "primehub_bad_answer"),
        ({"data": {"me": {"username": None}}}, 502, "primehub_bad_answer"),
    ],
)
def test_a_token_that_is_nobodys(target, primehub, answer, status, code):
    primehub.on("Me", told.answering(answer))
    got, error = failed(target, "PUT", "token", json={"token": TYPED})
    assert (got, error["code"]) == (status, code)
    assert TYPED not in str(error)
    assert target.api("GET", "session").json()["token"]["source"] == "environment"


@pytest.mark.parametrize(("verb", "route"), [("POST", "session"), ("PATCH", "token"), ("DELETE", "jobs")])
def test_a_wrong_verb_has_a_sentence(target, verb, route):
    status, error = failed(target, verb, route, json={})
    assert (status, error["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"data": b"{}", "headers": {"Content-Type": "text/plain"}}, 415, "unsupported_media_type"),
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400, "bad_request"),
        ({"json": []}, 400, "bad_request"),
        ({"data": b"[" * 100_000, "headers": {"Content-Type": "application/json"}}, 400, "bad_request"),
        ({"json": {"display_name": "x" * 10_000_000}}, 413, "body_too_large"),
    ],
    ids=["not JSON", "half JSON", "a list", "deeply nested", "10 MB"],
)
def test_a_bad_body_has_a_sentence(target, options, status, code):
    for method, route in (("POST", "jobs"), ("PUT", "token")):
        got, error = failed(target, method, route, **options)
        assert (got, error["code"]) == (status, code)
