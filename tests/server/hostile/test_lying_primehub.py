"""A PrimeHub that lies, against real servers: no answer of it breaks one or gets the token shown."""

from __future__ import annotations

import pytest

from kit import misbehaving as told
from kit.raw_requests import must_be_discreet

LIES = [None, [], {}, 5, "x", True, [[]], [None], [5], {"id": None}, {"id": 5}, {"id": []}, {"id": "\ud800"}]
LIES += [{"id": "../x"}, {"id": "\0"}, {"id": "j", "createTime": []}, {"id": "j", "userName": {}, "phase": []}]
LIES += [
    {"id": "j", "command": 5},
    [{"id": "\ud800", "command": "x"}],
    [{"id": "j", "command": ["x"], "instanceType": {"name": {}}}],
]


@pytest.mark.parametrize("lie", LIES, ids=lambda value: repr(value)[:40])
def test_a_primehub_that_answers_anything_never_breaks_the_server(target, primehub, lie):
    asked = {
        "Me": "me",
        "Resources": "me",
        "Membership": "me",
        **dict.fromkeys(("Job", "Log", "Artifacts", "Monitoring"), "phJob"),
        "Jobs": "phJobs",
        "CreateJob": "createPhJob",
    }
    asked |= {"RerunJob": "rerunPhJob", "CancelJob": "cancelPhJob"}
    asked |= {**dict.fromkeys(("NewestCommands", "GroupCommands"), "phJobs"), "JobRows": "rows0", "WatchedJobs": "job0"}
    for operation, name in asked.items():
        primehub.on(operation, told.answering({"data": {name: lie}}))
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu-1", "image": "base-notebook"}
    for verb, route in (
        ("GET", "token"), ("PUT", "token"), ("GET", "resources?refresh=1"), ("GET", "jobs"), ("GET", "jobs/job-1"),
        ("GET", "jobs/job-1/output"), ("GET", "feed?jobs=job-1"),
        ("POST", "jobs/job-1/cancel"), ("POST", "jobs/job-1/rerun"), ("POST", "jobs"), ("GET", "jobs/job-1/log"),
        ("GET", "jobs/job-1/log?follow=1"), ("GET", "jobs/job-1/artifacts"), ("GET", "jobs/job-1/artifacts/x"),
        ("GET", "jobs/job-1/monitoring"),
    ):  # fmt: skip
        if route == "jobs" and verb == "POST":
            primehub.on("Resources", told.behave)
        answer = target.api(verb, route, json={"token": "x", **body} if verb != "GET" else None)
        must_be_discreet(target, answer.text)
        assert answer.status_code in (200, 201, 404, 409, 422, 502, 504), (route, answer.text)
        if not answer.ok:
            assert answer.json()["hint"]
    target.api("DELETE", "token")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"null", b"[]", b"<html>", b"[" * 500_000, b'{"data": ' + b"9" * 100_000 + b"}", b"\xff", b"NaN",
        b'{"errors": [{"message": ["x"]}]}', b'{"errors": [{"message": {}, "extensions": [1]}]}', b'{"errors": "x"}',
        b'{"errors": [null]}', b'{"errors": {}}', b'{"data": {"me": {}}, "errors": 5}', b'{"data": []}',
        b'{"errors": [{"message": "x", "extensions": {"code": ["EXCEED_QUOTA"]}}]}',
        b'{"errors": [{"message": "\\ud800\\u0000\\u202e%s%(x)s{}", "extensions": {"code": "EXCEED_QUOTA"}}]}',
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_an_answer_of_any_shape_has_a_sentence(target, primehub, answer):
    for operation in ("Me", "Resources", "Jobs", "Job", "Log", "Artifacts", "Monitoring"):
        primehub.on(operation, told.answering(answer))
    of_a_job = ("log", "log?follow=1", "artifacts", "artifacts/x", "monitoring")
    # of other pages of the list there are earlier answers
    routes = ("resources?refresh=1", "jobs?limit=7", "jobs/job-1", *(f"jobs/job-1/{each}" for each in of_a_job))
    for route in routes:
        got = target.api("GET", route)
        assert got.status_code in (404, 422, 502), got.text
        assert got.json()["hint"]
        must_be_discreet(target, got.text)
    assert target.api("GET", "token").json()["problem"]["hint"]


def test_a_primehub_that_repeats_the_token_does_not_get_it_shown(target, primehub):
    for operation in ("Me", "Jobs"):
        primehub.on(operation, told.refusing(f"the token {target.secret} is bad", None))
    for route in ("jobs", "token"):
        assert target.secret not in target.api("GET", route).text
