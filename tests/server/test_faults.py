"""Faults of PrimeHub as the browser meets them, through a real server: a true status, two sentences, still alive."""

from __future__ import annotations

import threading
import time
import uuid

import pytest

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.servers import start_server

TIMEOUT, SETTLE = 1.0, 0.5  # seconds
# A request about a submission may take one time-out, the lookups after it and their last one's time-out.
IN_TIME = 2 * TIMEOUT + SETTLE + 5
# What the server needs for itself on a busy computer, without waiting for PrimeHub.
AT_ONCE = 5


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="module")
def target(host, primehub, tmp_path_factory):
    """One server for all tests here, which must survive them all and must not say the token."""
    home = tmp_path_factory.mktemp(f"faults-{host}")
    write_notebook(home / "phusers" / "train.ipynb", "print(1)")
    primehub.store.issue_token("alice")
    env = {
        "GROUP_ID": primehub.group["id"],
        "GROUP_NAME": primehub.group["name"],
        "PRIMEHUB_API_ENDPOINT": primehub.endpoint,
        "PRIMEHUB_API_TOKEN": primehub.store.token_of("alice"),
        "PRIMEHUB_HOME_DIR": str(home),
        "PRIMEHUB_REQUEST_TIMEOUT": str(TIMEOUT),
        "PRIMEHUB_SETTLE_TIMEOUT": str(SETTLE),
    }
    args = ("--PrimeHub.create_timeout=1", "--PrimeHub.resources_max_age=0")
    server = start_server(host, home, env=env, args=args)
    server.secret = env["PRIMEHUB_API_TOKEN"]
    yield server
    log = server.log_text()
    assert server.stop() == [], "the notebook server left processes behind"
    assert "primehub: mutation CreateJob" in log, "the log is too quiet to prove anything"
    assert server.secret not in log
    assert "Traceback" not in log


@pytest.fixture(autouse=True)
def behaving(primehub):
    primehub.behave()
    yield
    primehub.behave()


@pytest.fixture
def submission():
    return {
        "notebook_path": "phusers/train.ipynb",
        "display_name": "train",
        "instance_type": "cpu-1",
        "image": "base-notebook",
        "submission_id": uuid.uuid4().hex,
    }


def failed(server, method: str, route: str, within: float = IN_TIME, **options) -> tuple[int, dict]:
    """Status and error of a request that has to fail in order, after which the server is as it was."""
    started = time.monotonic()
    answer = server.api(method, route, **options)
    assert time.monotonic() - started < within
    error = answer.json()
    assert {"code", "message", "hint"} <= set(error) <= {"code", "message", "hint", "field", "link"}
    assert error["message"].rstrip().endswith(".") or error["code"] == "primehub_error"
    assert error["hint"].endswith(".")
    for secret in (server.secret, "Traceback", "127.0.0.1", str(server.root)):
        assert secret not in answer.text
    assert server.request("GET", "api/status").status_code == 200
    return answer.status_code, error


RESOURCES = {
    "silence": (told.silent(executed=False), 504, "primehub_timeout"),
    "a dripping head": (told.dripping("head"), 504, "primehub_timeout"),
    "a dripping body": (told.dripping("body"), 504, "primehub_timeout"),
    "a drip without an end": (told.dripping("end"), 504, "primehub_timeout"),
    "resets": (told.reset(executed=False), 502, "primehub_unreachable"),
    "a 502 page": (told.page(502), 502, "primehub_unavailable"),
    "a 503 page": (told.page(503), 502, "primehub_unavailable"),
    "half an answer": (told.truncated("length"), 502, "primehub_bad_answer"),
    "half a JSON": (told.truncated("none"), 502, "primehub_bad_answer"),
    "null": (told.answering({"data": None}), 502, "primehub_bad_answer"),
    "a list": (told.answering([]), 502, "primehub_bad_answer"),
    "50 MB": (told.huge(50_000_000), 502, "primehub_answer_too_large"),
    "a redirect": (told.redirecting("http://primehub.invalid/"), 502, "primehub_redirected"),
    "a bad token": (told.refusing("Invalid API Token", "INTERNAL_ERROR", 400), 422, "token_rejected"),
    "no access": (told.refusing("user not auth", "NOT_AUTH"), 422, "access_denied"),
    "a bad licence": (told.refusing("License expired", "LICENSE_ERROR"), 422, "license_error"),
    "no jobs": (told.refusing('Cannot query field "phJobs" on type "Query".', None, 400), 422, "jobs_unavailable"),
    "no group": (told.answering({"data": {"group": None}}), 422, "group_not_found"),
}


@pytest.mark.parametrize("name", RESOURCES)
def test_the_dialog_opens_on(target, primehub, submission, name):
    behaviour, status, code = RESOURCES[name]
    primehub.on("Resources", behaviour)
    made = len(primehub.store.jobs)
    assert failed(target, "GET", "resources")[0] == status
    got, error = failed(target, "POST", "jobs", json=submission)
    assert (got, error["code"]) == (status, code)
    assert len(primehub.store.jobs) == made
    primehub.behave()
    assert target.api("GET", "resources").status_code == 200


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ({"data": {"me": None}}, 422, "token_rejected"),
        ({"data": {"me": []}}, 502, "primehub_bad_answer"),
        ({"data": {"me": {"username": None}}}, 502, "primehub_bad_answer"),
    ],
)
def test_a_token_that_is_nobodys(target, primehub, answer, status, code):
    primehub.on("Me", told.answering(answer))
    got, error = failed(target, "PUT", "token", json={"token": "typed-by-a-person"})
    assert (got, error["code"]) == (status, code)
    assert "typed-by-a-person" not in str(error)
    assert target.api("GET", "session").json()["token"]["source"] == "environment"


@pytest.mark.parametrize("fault", [told.reset(True), told.page(502, True), told.truncated("length"), told.silent(True)])
def test_a_lost_answer_is_still_the_job(target, primehub, submission, fault):
    primehub.on("CreateJob", fault, nth=1)
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 201, answer.text
    again = target.api("POST", "jobs", json=submission)
    assert (again.status_code, again.json()["id"]) == (200, answer.json()["id"])
    assert [job["id"] for job in primehub.jobs_of(submission["submission_id"])] == [answer.json()["id"]]


def test_not_created_is_told_and_retried(target, primehub, submission):
    primehub.on("CreateJob", told.answering({"errors": [{"message": "Internal server error"}]}), nth=1)
    status, error = failed(target, "POST", "jobs", json=submission)
    assert (status, error["code"]) == (502, "submission_not_created")
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 201, answer.text
    assert len(primehub.jobs_of(submission["submission_id"])) == 1


@pytest.mark.parametrize(("fault", "status"), [(told.silent(executed=True), 504), (told.reset(executed=True), 502)])
def test_unknown_is_told_with_where_to_look_and_resolved(target, primehub, submission, fault, status):
    primehub.on("CreateJob", fault)
    primehub.on("MyCommands", told.page(503))
    got, error = failed(target, "POST", "jobs", json=submission)
    assert (got, error["code"]) == (status, "submission_unknown")
    assert error["link"] == "/console/g/phusers/job"
    primehub.behave()
    answer = target.api("POST", "jobs", json=submission)
    assert answer.status_code == 200, answer.text
    assert [job["id"] for job in primehub.jobs_of(submission["submission_id"])] == [answer.json()["id"]]


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


def test_others_are_served_while_primehub_keeps_silent(target, primehub, submission):
    """Twenty people wait for PrimeHub; who needs no PrimeHub does not wait for them."""
    primehub.on("Resources", told.silent(executed=False))
    answers = []

    def ask():
        with target.session() as session:
            url = f"{target.url}primehub/api/resources?refresh=1"
            answers.append(session.get(url, headers={"Authorization": f"token {target.token}"}, timeout=60).status_code)

    people = [threading.Thread(target=ask) for _ in range(20)]
    for person in people:
        person.start()
    started = time.monotonic()
    assert target.request("GET", "api/status").status_code == 200
    assert target.api("GET", "session").status_code == 200
    assert time.monotonic() - started < AT_ONCE
    for person in people:
        person.join()
    assert answers == [504] * 20


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
