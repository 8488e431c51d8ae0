"""The token goes to PrimeHub and nowhere else: no redirect, file, proxy, cookie, message or log."""

from __future__ import annotations

import logging

import pytest

from kit import misbehaving as told
from kit.clients import SECRET, me
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.primehub.errors import (
    ApiError,
    ProxyFailed,
    Redirected,
)

pytestmark = pytest.mark.usefixtures("nothing_left_behind")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_is_not_sent_after_a_redirect(connect, primehub, stranger, status):
    primehub.on("Me", told.redirecting(stranger.endpoint, status))
    with pytest.raises(Redirected):
        me(connect(primehub.endpoint), primehub.token)
    assert (stranger.connections, stranger.requests) == (0, [])


def test_no_netrc_replaces_the_token(connect, primehub, tmp_path, monkeypatch):
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password other\ndefault login mallory password other\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    me(connect(primehub.endpoint), primehub.token)
    assert primehub.requests[0].headers["authorization"] == f"Bearer {primehub.token}"


def test_a_user_in_the_address_does_not_replace_the_token(connect, primehub):
    me(connect(primehub.endpoint.replace("://", "://mallory:other@")), primehub.token)
    assert primehub.requests[0].headers["authorization"] == f"Bearer {primehub.token}"


def test_no_proxy_of_the_environment_sees_the_token(connect, primehub, stranger, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{stranger.port}")
        monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{stranger.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    me(connect(primehub.endpoint), primehub.token)
    assert stranger.connections == 0


def test_the_proxy_that_was_set_is_used(connect, primehub):
    """The endpoint cannot be reached but through it."""
    client = connect("http://primehub.invalid/api/graphql", proxy=f"http://127.0.0.1:{primehub.port}")
    assert me(client, primehub.token)["me"]["username"] == "alice"


def test_a_proxy_that_is_down(connect, primehub):
    primehub.stop_listening()
    for endpoint in ("http://primehub.invalid/", "https://primehub.invalid/"):
        with pytest.raises(ProxyFailed) as caught:
            me(connect(endpoint, proxy=f"http://127.0.0.1:{primehub.port}"), SECRET)
        assert "PrimeHub.proxy" in caught.value.hint
        assert (caught.value.code, caught.value.sent) == ("primehub_unreachable", False)


def test_a_proxy_that_is_not_there(connect):
    with pytest.raises(ProxyFailed):
        me(connect("http://127.0.0.1:1/", proxy="http://proxy.invalid:3128"), SECRET)


def test_a_proxy_that_lets_nothing_pass(connect, primehub):
    primehub.on("", told.page(403))
    with pytest.raises(ProxyFailed) as caught:
        me(connect("https://primehub.invalid/", proxy=f"http://127.0.0.1:{primehub.port}"), SECRET)
    assert not caught.value.sent
    assert [SECRET in str(request) for request in primehub.requests] == [False]


def test_no_cookie_comes_back(connect, primehub):
    client = connect(primehub.endpoint)
    primehub.on("Me", lambda exchange: exchange.answer(200, b'{"data": {"me": {}}}', **{"Set-Cookie": "a=b; Path=/"}))
    me(client, primehub.token)
    me(client, primehub.token)
    assert [request.headers.get("cookie") for request in primehub.requests] == [None, None]


def test_the_token_is_in_no_message_and_no_log(connect, primehub, caplog):
    caplog.set_level(logging.DEBUG)
    client = connect(primehub.endpoint)
    primehub.on("Me", told.refusing(f"the token {SECRET} is bad", None), nth=1)
    primehub.on("Me", told.refusing(f"{SECRET}{SECRET} " * 1000, "EXCEED_QUOTA"), nth=2)
    primehub.on("Me", told.page(502), nth=3)
    for _ in range(3):
        with pytest.raises(PrimeHubError) as caught:
            me(client, SECRET)
        assert SECRET not in repr(caught.value) + str(caught.value.to_dict())
        assert len(caught.value.message) < 400
    assert "Me" in caplog.text, "the log is too quiet to prove anything"
    assert SECRET not in caplog.text


def test_text_of_primehub_is_one_plain_line(connect, primehub):
    primehub.on("Me", told.refusing("first\nsecond\x1b[31m\u202e third\0", None))
    with pytest.raises(ApiError) as caught:
        me(connect(primehub.endpoint), primehub.token)
    assert caught.value.message == "PrimeHub says: first second [31m third"
