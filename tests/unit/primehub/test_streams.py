"""Streams keep the rules of all requests: where the token goes, whom to trust, what a fault is, and one end."""

from __future__ import annotations

import asyncio
import ssl
import time

import pytest
import trustme

from kit import misbehaving as told
from kit.clients import IN_TIME, TIMEOUT
from kit.misbehaving import MisbehavingPrimeHub, PodLog
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.primehub.addresses import file_address, log_address
from primehub_nbext.primehub.errors import (
    BadAnswer,
    NameNotFound,
    NoAuthorities,
    ProxyFailed,
    Redirected,
    Timeout,
    UnknownAuthority,
    Unreachable,
)

ROUTE = "GET /api/logs"
PATH = "/api/logs/namespaces/hub/phjobs/job-1"


@pytest.fixture
def fetch(monkeypatch, primehub):
    """Reads all that is at an address, as a notebook server does."""
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    def fetch(address: str, **settings) -> tuple[int, bytes]:
        context = Context(PrimeHub(**{"api_endpoint": address, "request_timeout": TIMEOUT, **settings}))

        async def read():
            body = b""
            with await context.stream(address) as stream:
                while part := await stream.read(TIMEOUT):
                    body += part
            return stream.status, body

        return asyncio.run(read())

    return fetch


def base(primehub) -> str:
    return primehub.endpoint.removesuffix("/api/graphql")


def authorizations(primehub) -> set:
    return {request.headers.get("authorization") for request in primehub.requests}


def test_a_body_of_any_framing_and_size(fetch, primehub):
    text = bytes(range(256)) * 8000
    primehub.on(ROUTE, lambda exchange: exchange.answer(200, text, "text/plain"))
    assert fetch(base(primehub) + PATH) == (200, text)
    primehub.on(ROUTE, PodLog(text, ended=True))
    assert fetch(base(primehub) + PATH) == (200, text)

    def until_the_end(exchange):
        exchange.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\n" + text)
        exchange.close()

    primehub.on(ROUTE, until_the_end)
    assert fetch(base(primehub) + PATH) == (200, text)
    assert authorizations(primehub) == {f"Bearer {primehub.token}"}


@pytest.mark.parametrize(
    ("behaviour", "fault"),
    [
        (told.silent(executed=False), Timeout),
        (told.dripping("head"), Timeout),
        (told.reset(executed=False), Unreachable),
        (told.reset_within("head"), Unreachable),
        (told.truncated("length"), BadAnswer),
        (told.truncated("chunked"), BadAnswer),
        (lambda exchange: exchange.send(b"garbage\r\n\r\n"), BadAnswer),
        (lambda exchange: exchange.send(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 300_000), BadAnswer),
    ],
    ids=["silence", "dripping head", "reset", "reset in the head", "length", "chunked", "garbage", "endless head"],
)
def test_faults(fetch, primehub, behaviour, fault):
    primehub.on(ROUTE, behaviour)
    started = time.monotonic()
    with pytest.raises(fault) as caught:
        fetch(base(primehub) + PATH)
    assert time.monotonic() - started < IN_TIME
    assert "127.0.0.1" not in str(caught.value.to_dict())


def test_the_token_is_not_sent_after_a_redirect(fetch, primehub, stranger):
    primehub.on(ROUTE, told.redirecting(stranger.endpoint))
    with pytest.raises(Redirected):
        fetch(base(primehub) + PATH)
    assert stranger.connections == 0


def test_a_user_in_the_address_does_not_replace_the_token(fetch, primehub):
    primehub.on(ROUTE, PodLog(b"x", ended=True))
    fetch(base(primehub).replace("://", "://mallory:other@") + PATH)
    assert authorizations(primehub) == {f"Bearer {primehub.token}"}
    assert primehub.requests[0].headers["host"] == f"127.0.0.1:{primehub.port}"


def test_the_proxy_that_was_set_is_used(fetch, primehub):
    primehub.on("GET /api/logs", PodLog(b"x", ended=True))
    proxy = f"http://ann:pass%20word@127.0.0.1:{primehub.port}"
    assert fetch("http://primehub.invalid" + PATH, proxy=proxy) == (200, b"x")
    assert primehub.requests[0].path == "http://primehub.invalid" + PATH
    assert primehub.requests[0].headers["proxy-authorization"] == "Basic YW5uOnBhc3Mgd29yZA=="
    primehub.on("", told.page(403))
    with pytest.raises(ProxyFailed):
        fetch("https://primehub.invalid" + PATH, proxy=proxy)
    assert "authorization" not in primehub.requests[-1].headers
    with pytest.raises(ProxyFailed):
        fetch("https://primehub.invalid" + PATH, proxy="http://127.0.0.1:1")


def test_names_that_are_not_found_and_ports_where_nobody_listens(fetch):
    with pytest.raises(NameNotFound):
        fetch("http://primehub.invalid" + PATH)
    with pytest.raises(Unreachable):
        fetch("http://127.0.0.1:1" + PATH)


def test_tls(fetch, tmp_path):
    authority = trustme.CA()
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(bundle)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with MisbehavingPrimeHub(context) as secure:
        secure.on(ROUTE, PodLog(b"x" * 100_000, ended=True))
        assert fetch(base(secure) + PATH, ca_bundle=str(bundle)) == (200, b"x" * 100_000)
        with pytest.raises(UnknownAuthority):
            fetch(base(secure) + PATH)
        with pytest.raises(NoAuthorities):
            fetch(base(secure) + PATH, ca_bundle=str(tmp_path / "none.pem"))
        assert len(secure.requests) == 1


@pytest.mark.parametrize(
    "said",
    [
        "http://evil.example/api/logs/namespaces/hub/phjobs/job-1",
        "//evil.example/api/logs/namespaces/hub/phjobs/job-1",
        "/api/logs/namespaces/hub/phjobs/job-1",
        "http://a@evil.example:99/api/logs/namespaces/hub/phjobs/job-1?follow=true#x",
    ],
)
def test_of_a_log_s_address_only_the_path_is_believed(said):
    path = "/api/logs/namespaces/hub/phjobs/job-1"
    assert log_address("http://u:p@primehub:80/api/graphql", "", said, "job-1") == "http://primehub:80" + path
    other = log_address("http://primehub/api/graphql", "https://logs.example/primehub/", said, "job-1")
    assert other == "https://logs.example/primehub" + path


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "http://[",
        "http://h/api/logs/namespaces/hub/phjobs/job-2",
        "http://h/api/logs/namespaces/../../phjobs/job-1",
        "http://h/api/../logs/namespaces/hub/phjobs/job-1",
        "http://h/@evil.example/logs/namespaces/hub/phjobs/job-1",
        "http://h//evil.example/logs/namespaces/hub/phjobs/job-1",
        "http://h/api/logs/namespaces/hub/phjobs/job-1\r\nX: y",
        "http://h/api/logs/namespaces/hub/phjobs/job-1 HTTP/1.1",
    ],
)
def test_what_is_no_address_of_the_job_s_log(said):
    with pytest.raises(BadAnswer):
        log_address("http://primehub/api/graphql", "", said, "job-1")


def test_where_files_are():
    key = "groups/phusers/jobArtifacts/job-1/a b?#%.png"
    quoted = "files/groups/phusers/jobArtifacts/job-1/a%20b%3F%23%25.png"
    assert file_address("http://h/api/graphql", "", key) == f"http://h/api/{quoted}"
    assert file_address("https://h/primehub/api/graphql", "", key) == f"https://h/primehub/api/{quoted}"
    assert file_address("http://h/api/graphql", "https://l/x", key) == f"https://l/x/api/{quoted}"
