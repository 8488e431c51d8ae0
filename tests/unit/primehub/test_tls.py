"""TLS: which certificates are trusted, and what is said of the others."""

from __future__ import annotations

import datetime
import socket
import ssl
import time

import pytest
import trustme

from kit import misbehaving as told
from kit.clients import FAULTS, IN_TIME, SECRET, create, me
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.primehub.client import Client
from primehub_nbext.primehub.errors import (
    CertificateExpired,
    CertificateOfAnotherHost,
    NoAuthorities,
    PrimeHubFault,
    Redirected,
    Timeout,
    TlsError,
    UnknownAuthority,
    Unreachable,
)

pytestmark = [pytest.mark.alone, pytest.mark.usefixtures("nothing_left_behind")]


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def bundle(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def secured(authority, name: str = "127.0.0.1", **validity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **validity).configure_cert(context)
    return context


def tls_fault(client: Client, primehub: MisbehavingPrimeHub) -> TlsError:
    with pytest.raises(TlsError) as caught:
        me(client, primehub.token)
    assert (caught.value.code, caught.value.sent, primehub.requests) == ("primehub_tls_error", False, [])
    return caught.value


def test_a_private_authority_can_be_configured(connect, authority, bundle):
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        client = connect(primehub.endpoint, ca_bundle=bundle)
        assert me(client, primehub.token)["me"]["username"] == "alice"
        assert me(client, primehub.token)["me"]["username"] == "alice"
        assert primehub.connections == 1


@pytest.mark.parametrize("known", ["certifi's", "another"])
def test_an_unknown_authority_is_refused(connect, authority, tmp_path, known):
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        fault = tls_fault(connect(primehub.endpoint, ca_bundle=str(other) if known == "another" else ""), primehub)
    assert type(fault) is UnknownAuthority
    assert "PrimeHub.ca_bundle" in fault.hint


@pytest.mark.parametrize("name", ["primehub.example", "127.0.0.2"])
def test_a_certificate_of_another_host_is_refused(connect, authority, bundle, name):
    with MisbehavingPrimeHub(secured(authority, name)) as primehub:
        fault = tls_fault(connect(primehub.endpoint, ca_bundle=bundle), primehub)
        assert type(fault) is CertificateOfAnotherHost
        by_name = connect(primehub.endpoint.replace("127.0.0.1", "localhost"), ca_bundle=bundle)
        assert type(tls_fault(by_name, primehub)) is CertificateOfAnotherHost
    assert "ca_bundle" not in fault.hint


@pytest.mark.parametrize(("begins", "ends"), [(-2, -1), (1, 2)])
def test_a_certificate_that_is_not_valid_now_is_refused(connect, authority, bundle, begins, ends):
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    tls = secured(authority, not_before=now + begins * day, not_after=now + ends * day)
    with MisbehavingPrimeHub(tls) as primehub:
        fault = tls_fault(connect(primehub.endpoint, ca_bundle=bundle), primehub)
    assert type(fault) is CertificateExpired
    assert "ca_bundle" not in fault.hint


@pytest.mark.parametrize("content", [None, "", "not a certificate"])
def test_a_bundle_that_is_none(connect, authority, tmp_path, content):
    """It is named, is none of plain http's business, and once it is corrected that is enough."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        client = connect(primehub.endpoint, ca_bundle=str(file))
        fault = tls_fault(client, primehub)
        assert type(fault) is NoAuthorities
        assert "PrimeHub.ca_bundle" in fault.message and "PrimeHub.ca_bundle" in fault.hint
        assert ("does not exist" in fault.message) == (content is None)
        assert str(tmp_path) not in fault.message + fault.hint
        authority.cert_pem.write_to_path(file)
        assert me(client, primehub.token)["me"]["username"] == "alice"
    file.unlink()
    with MisbehavingPrimeHub() as plain:
        assert me(connect(plain.endpoint, ca_bundle=str(file)), plain.token)["me"]["username"] == "alice"
    with pytest.raises(Unreachable):
        me(connect("http://127.0.0.1:99999/", ca_bundle=str(file)), SECRET)


def test_a_plain_server_behind_https(connect, primehub):
    with pytest.raises(PrimeHubFault) as caught:
        me(connect(primehub.endpoint.replace("http:", "https:")), primehub.token)
    assert type(caught.value) in (TlsError, Timeout)
    assert "ca_bundle" not in caught.value.hint
    assert not caught.value.sent
    assert primehub.token not in str(primehub.requests)


def test_the_token_is_not_sent_over_a_downgraded_scheme(connect, authority, bundle, stranger):
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        primehub.on("Me", told.redirecting(stranger.endpoint, 307))
        with pytest.raises(Redirected):
            me(connect(primehub.endpoint, ca_bundle=bundle), primehub.token)
    assert (stranger.connections, stranger.requests) == (0, [])


def test_a_tls_handshake_that_never_ends(connect):
    with socket.create_server(("127.0.0.1", 0)) as quiet:
        started = time.monotonic()
        with pytest.raises(Timeout) as caught:
            me(connect(f"https://127.0.0.1:{quiet.getsockname()[1]}/"), SECRET)
    assert time.monotonic() - started < IN_TIME
    assert not caught.value.sent


@pytest.mark.parametrize("executed", [True, False])
def test_tls_that_breaks_after_sending_may_have_made_a_job(connect, authority, bundle, executed):
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        primehub.on("CreateJob", told.garbled_tls(executed))
        with pytest.raises(PrimeHubFault) as caught:
            create(connect(primehub.endpoint, ca_bundle=bundle), primehub)
        assert caught.value.sent
        assert len(primehub.store.jobs) == int(executed)


@pytest.mark.parametrize("name", ["dripping body", "no answer", "reset", "cut by length", "50 MB"])
def test_faults_under_tls(connect, authority, bundle, name):
    behaviour, expected = FAULTS[name]
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        primehub.on("", behaviour)
        started = time.monotonic()
        with pytest.raises(expected) as caught:
            create(connect(primehub.endpoint, ca_bundle=bundle), primehub)
        assert time.monotonic() - started < IN_TIME
        assert caught.value.sent
