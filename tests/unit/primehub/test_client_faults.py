"""The client against a PrimeHub that misbehaves: every fault has its error in time."""

from __future__ import annotations

import time

import pytest

from kit import misbehaving as told
from kit.answers import membership, resources
from kit.clients import FAULTS, IN_TIME, SECRET, create, me
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.primehub.credentials import Credentials
from primehub_nbext.primehub.errors import (
    AccessDenied,
    AnswerTooLarge,
    ApiError,
    BadAnswer,
    GroupNotFound,
    JobsUnavailable,
    LicenseError,
    NoGroupVolume,
    NoImages,
    NoInstanceTypes,
    PrimeHubFault,
    QuotaExceeded,
    Timeout,
    TokenRejected,
    Trouble,
)
from primehub_nbext.primehub.resources import ResourceCache

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("nothing_left_behind")]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_error_in_time(connect, primehub, name):
    behaviour, expected = FAULTS[name]
    primehub.on("", behaviour)
    started = time.monotonic()
    with pytest.raises(PrimeHubFault) as caught:
        create(connect(primehub.endpoint), primehub)
    assert time.monotonic() - started < IN_TIME
    assert type(caught.value) is expected
    assert caught.value.sent, "the request may have arrived"
    assert primehub.count("CreateJob") == 1
    assert caught.value.status == (504 if expected is Timeout else 502)
    assert caught.value.message and caught.value.hint
    assert str(primehub.port) not in caught.value.message + caught.value.hint


def test_a_large_answer_is_not_read_to_its_end(connect, primehub):
    primehub.on("Me", told.huge(200_000_000))
    with pytest.raises(AnswerTooLarge):
        me(connect(primehub.endpoint, max_answer_bytes=1_000_000), primehub.token)
    assert primehub.bytes_sent < 100_000_000


@pytest.mark.parametrize(
    ("message", "code", "status", "expected"),
    [
        ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", 400, TokenRejected),
        ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", 500, TokenRejected),
        ("request not authorized", "FORBIDDEN", 403, TokenRejected),
        ("user not auth", "NOT_AUTH", 200, AccessDenied),
        ("User Gpu Quota exceeded", "EXCEED_QUOTA", 200, QuotaExceeded),
        ("User Memory exceeded", "EXCEED_QUOTA", 200, QuotaExceeded),
        ("License expired", "LICENSE_ERROR", 200, LicenseError),
        ('Cannot query field "phJobs" on type "Query".', "GRAPHQL_VALIDATION_FAILED", 400, JobsUnavailable),
        ('Cannot query field "createPhJob" on type "Mutation".', None, 400, JobsUnavailable),
        ("Something else", "INTERNAL_SERVER_ERROR", 200, ApiError),
    ],
)
def test_a_refusal_of_primehub_has_its_error(connect, primehub, message, code, status, expected):
    primehub.on("Me", told.refusing(message, code, status))
    with pytest.raises(PrimeHubError) as caught:
        me(connect(primehub.endpoint), primehub.token)
    assert type(caught.value) is expected
    assert caught.value.message.endswith(".") or message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": {"me": None}}, Trouble),
        ({"data": {"me": {}}}, BadAnswer),
        ({"data": {"me": ["alice"]}}, BadAnswer),
        ({"data": {"me": {"username": 1}}}, BadAnswer),
        ({"data": {"you": {}}}, Trouble),
    ],
)
def test_nobody_answers_to_the_token(connect, primehub, answer, expected, tmp_path):
    primehub.on("Me", told.answering(answer))
    client = connect(primehub.endpoint, token_file=str(tmp_path / "token.json"))
    with pytest.raises(expected):
        Credentials(client.config, client).save(SECRET)
    assert not (tmp_path / "token.json").exists()


GROUP = {"id": "g", "name": "phusers", "enabledSharedVolume": True, "instanceTypes": [{"name": "cpu-1"}]}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, GroupNotFound),
        ([], BadAnswer),
        ({}, NoGroupVolume),
        ({**GROUP, "images": []}, NoImages),
        ({**GROUP, "images": [{"name": "i"}], "instanceTypes": []}, NoInstanceTypes),
        ({**GROUP, "images": None}, Trouble),
        (GROUP, Trouble),
        ({**GROUP, "images": {"name": "i"}}, BadAnswer),
        ({**GROUP, "images": [None, 1, {"name": None}]}, NoImages),
    ],
)
def test_resources_of_another_shape(connect, primehub, group, expected):
    primehub.on("Resources", told.answering({"data": resources(group, "g")}))
    primehub.on("Membership", told.answering({"data": membership("another")}))
    client = connect(primehub.endpoint)
    with pytest.raises(expected):
        ResourceCache(client.config, client).get("g", primehub.token)
