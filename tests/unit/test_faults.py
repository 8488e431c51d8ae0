"""Every fault of PrimeHub has a code and two sentences, within the total deadline, and the token goes nowhere else."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import threading
import time

import pytest

from kit.faulty_primehub import FaultyPrimeHub
from kit.servers import free_port
from primehub_nbext import errors, queries
from primehub_nbext.client import Client, displayable
from primehub_nbext.config import PrimeHub

DEADLINE = 1.0


@pytest.fixture
def primehub(tmp_path):
    with FaultyPrimeHub(tmp_path) as primehub:
        yield primehub


def client_for(endpoint: str, **settings) -> Client:
    return Client(PrimeHub(**{"request_timeout": DEADLINE, "connect_timeout": DEADLINE, **settings}), endpoint)


def ask(client: Client, token: str, document: str = queries.ME, **variables):
    return client.execute(document, variables, token)


def graphql(message: str, code: str | None = None, status: int = 200) -> str:
    error = {"message": message, **({"extensions": {"code": code}} if code else {})}
    return f"instead:json {status} " + json.dumps({"errors": [error], "data": None})


CE = 'Cannot query field "phJobs" on type "Query".'


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        ("before:reset!", "primehub_unreachable", 502),
        ("before:hang", "primehub_timeout", 504),
        ("after:hang", "primehub_timeout", 504),
        ("before:drip_head", "primehub_timeout", 504),
        ("before:drip_body", "primehub_timeout", 504),
        ("instead:html502", "primehub_unavailable", 502),
        ("instead:html503", "primehub_unavailable", 502),
        ("instead:html504", "primehub_timeout", 504),
        ("instead:truncated", "primehub_bad_answer", 502),
        ("instead:half_json", "primehub_bad_answer", 502),
        ("instead:big", "primehub_answer_too_large", 502),
        ("instead:redirect http://127.0.0.1:1/", "primehub_redirected", 502),
        ("instead:json 200 null", "primehub_bad_answer", 502),
        ("instead:json 200 []", "primehub_bad_answer", 502),
        ("instead:json 200 {}", "primehub_bad_answer", 502),
        ('instead:json 200 {"data": null}', "primehub_bad_answer", 502),
        ('instead:json 200 {"data": []}', "primehub_bad_answer", 502),
        ('instead:json 200 {"errors": {}}', "primehub_bad_answer", 502),
        ('instead:json 500 {"message": "oops"}', "primehub_unavailable", 502),
        ("instead:json 200 " + "[" * 100_000, "primehub_bad_answer", 502),
        (graphql("Context creation failed: Invalid API Token", "INTERNAL_ERROR", 400), "token_rejected", 422),
        (graphql("Context creation failed: Invalid API Token", None, 500), "token_rejected", 422),
        (graphql("request not authorized", "FORBIDDEN", 403), "token_rejected", 422),
        (graphql("user not auth", "NOT_AUTH"), "access_denied", 422),
        (graphql("User Gpu Quota exceeded", "EXCEED_QUOTA"), "quota_exceeded", 422),
        (graphql("User Memory exceeded", "EXCEED_QUOTA"), "quota_exceeded", 422),
        (graphql("License invalid", "LICENSE_ERROR"), "license_error", 422),
        (graphql(CE, "GRAPHQL_VALIDATION_FAILED", 400), "jobs_unavailable", 422),
        (graphql('phjobs.primehub.io "x" not found'), "job_not_found", 404),
        (graphql("boom", "INTERNAL_ERROR"), "primehub_error", 502),
        (graphql(""), "primehub_error", 502),
        ('instead:json 200 {"errors": [{"message": {"a": 1}, "extensions": []}]}', "primehub_error", 502),
    ],
)
def test_every_fault_has_a_sentence(primehub, fault, code, status):
    client = client_for(primehub.endpoint)
    primehub.faults["Me"] = [fault]
    started = time.monotonic()
    with pytest.raises(errors.PrimeHubError) as raised:
        ask(client, primehub.token)
    elapsed = time.monotonic() - started
    error = raised.value
    assert (error.code, error.status) == (code, status)
    assert error.message.strip()
    assert error.hint.endswith(".")
    assert primehub.token not in json.dumps(error.to_dict())
    assert "127.0.0.1" not in json.dumps(error.to_dict())
    assert elapsed < 5 * DEADLINE, "a drip or a hang outlived the total deadline"
    primehub.faults = {}
    assert ask(client, primehub.token)["me"]["username"] == "alice"


def test_no_thread_outlives_its_request(primehub):
    client = client_for(primehub.endpoint)
    ours = {thread.name for thread in threading.enumerate()}
    primehub.faults["Me"] = ["before:drip_head", "before:hang", "instead:html502"]
    for _ in range(3):
        with pytest.raises(errors.PrimeHubFault):
            ask(client, primehub.token)
    deadline = time.monotonic() + 10
    while left := {thread.name for thread in threading.enumerate()} - ours - {"faulty"}:
        assert time.monotonic() < deadline, left


@pytest.mark.parametrize(
    "endpoint", [f"http://127.0.0.1:{free_port()}/api/graphql", "http://no-such-host.invalid/api/graphql"]
)
def test_what_never_connected_was_not_sent(endpoint):
    with pytest.raises(errors.Unreachable) as raised:
        ask(client_for(endpoint), "token")
    assert raised.value.sent is False


def test_a_redirect_never_gets_the_token(primehub, tmp_path):
    with FaultyPrimeHub(tmp_path / "other") as other:
        primehub.faults["*"] = [f"instead:redirect {other.endpoint}!"]
        with pytest.raises(errors.Redirected):
            ask(client_for(primehub.endpoint), primehub.token)
        assert other.connections == 0


def test_netrc_and_proxies_of_the_environment_are_ignored(primehub, tmp_path, monkeypatch):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login mallory password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with FaultyPrimeHub(tmp_path / "proxy") as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.endpoint)
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        assert ask(client_for(primehub.endpoint), primehub.token)["me"]["username"] == "alice"
        assert proxy.connections == 0
    assert f"authorization: bearer {primehub.token}".lower() in primehub.seen[0].headers.lower()
    userinfo = primehub.endpoint.replace("http://", "http://mallory:secret@")
    assert ask(client_for(userinfo), primehub.token)["me"]["username"] == "alice"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that only its own file vouches for."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl program to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run([*command, *extra], check=True, capture_output=True, stdin=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context, pem


def test_a_private_authority_can_be_configured(certificate, tmp_path):
    context, pem = certificate
    with FaultyPrimeHub(tmp_path, tls=context) as primehub:
        with pytest.raises(errors.TlsError) as raised:
            ask(client_for(primehub.endpoint, ca_bundle=""), primehub.token)
        assert raised.value.sent is False
        assert primehub.seen == []
        client = client_for(primehub.endpoint, ca_bundle=str(pem))
        assert ask(client, primehub.token)["me"]["username"] == "alice"
        for fault in ("before:hang", "before:drip_body", "before:drip_head"):
            primehub.faults["Me"] = [fault]
            started = time.monotonic()
            with pytest.raises(errors.Timeout):
                ask(client, primehub.token)
            assert time.monotonic() - started < 5 * DEADLINE


def test_one_connection_serves_many_requests(primehub):
    client = client_for(primehub.endpoint)
    for _ in range(10):
        ask(client, primehub.token)
    assert primehub.connections == 1


def test_a_dead_connection_is_replaced(primehub):
    client = client_for(primehub.endpoint)
    ask(client, primehub.token)
    primehub.drop_connections()
    assert ask(client, primehub.token)["me"]["username"] == "alice"


def test_a_reset_question_is_asked_once_more_a_mutation_never(primehub):
    client = client_for(primehub.endpoint)
    primehub.faults["Me"] = ["before:reset"]
    assert ask(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.operations() == ["Me", "Me"]
    primehub.faults["CreateJob"] = ["before:reset"]
    with pytest.raises(errors.Unreachable) as raised:
        client.execute(queries.CREATE_JOB, {"data": {}}, primehub.token, idempotent=False)
    assert raised.value.sent
    assert primehub.operations().count("CreateJob") == 1


def test_an_echoed_token_is_not_passed_on(primehub):
    primehub.faults["Me"] = [graphql(f"bad thing: {primehub.token} was sent")]
    with pytest.raises(errors.ApiError) as raised:
        ask(client_for(primehub.endpoint), primehub.token)
    assert raised.value.message == "PrimeHub says: bad thing: … was sent"


def test_messages_are_short_single_lines():
    assert displayable("a\n\tb\x1b[31m\u202e c") == "a b [31m c"
    assert len(displayable("x" * 10_000)) == 300
    assert displayable({"a": 1}) == ""
