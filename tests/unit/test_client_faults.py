"""The client against a PrimeHub that misbehaves: every fault has its error in time, and the token stays with us."""

from __future__ import annotations

import contextlib
import datetime
import gc
import json
import logging
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import trustme

from kit import misbehaving as told
from kit import silent_resolver
from kit.answers import membership, resources
from kit.misbehaving import MisbehavingPrimeHub
from kit.processes import wait_for
from primehub_nbext import errors, queries
from primehub_nbext.client import Client
from primehub_nbext.config import PrimeHub
from primehub_nbext.credentials import Credentials
from primehub_nbext.resources import ResourceCache

pytestmark = pytest.mark.alone
TIMEOUT = 1.0  # seconds of the client's total deadline
IN_TIME = 2 * TIMEOUT  # more than that is another deadline, not a busy computer
SECRET = "secret-0123456789-secret"


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Whatever happened, a closed client leaves neither threads nor descriptors."""
    before, descriptors = set(threading.enumerate()), count_descriptors()
    yield
    wait_for("the client's threads to end", lambda: set(threading.enumerate()) <= before, seconds=10)
    wait_for("the client's sockets to be closed", lambda: count_descriptors() <= descriptors, seconds=10)


def count_descriptors() -> int:
    gc.collect()  # a pool of urllib3 closes its connections when it is collected
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture
def stranger():
    """Another host, which has no business with the token."""
    with MisbehavingPrimeHub() as stranger:
        yield stranger


@pytest.fixture
def connect():
    """Makes clients, and closes them."""
    clients = []

    def connect(endpoint: str, **settings) -> Client:
        client = Client(PrimeHub(**{"request_timeout": TIMEOUT, **settings}), endpoint)
        clients.append(client)
        return client

    yield connect
    for client in clients:
        client.close()


def me(client: Client, token: str) -> dict:
    return client.execute(queries.ME, {}, token)


def create(client: Client, primehub: MisbehavingPrimeHub) -> dict:
    data = {
        "displayName": "a job",
        "groupId": primehub.group["id"],
        "instanceType": "cpu-1",
        "image": "base-notebook",
        "command": "true",
    }
    return client.execute(queries.CREATE_JOB, {"data": data}, primehub.token, idempotent=False)


FAULTS = {
    "no answer": (told.silent(executed=False), errors.Timeout),
    "no answer, but done": (told.silent(executed=True), errors.Timeout),
    "late, then done": (told.late(TIMEOUT * 3, executed=False), errors.Timeout),
    "reset": (told.reset(executed=False), errors.Unreachable),
    "reset, but done": (told.reset(executed=True), errors.Unreachable),
    "reset in the head": (told.reset_within("head"), errors.Unreachable),
    "reset in the body": (told.reset_within("body"), errors.BadAnswer),
    "dripping head": (told.dripping("head"), errors.Timeout),
    "dripping body": (told.dripping("body"), errors.Timeout),
    "dripping without an end": (told.dripping("end"), errors.Timeout),
    "500 page": (told.page(500), errors.BadAnswer),
    "502 page": (told.page(502), errors.Unavailable),
    "503 page": (told.page(503), errors.Unavailable),
    "504 page": (told.page(504), errors.Timeout),
    "404 page": (told.page(404), errors.BadAnswer),
    "login page": (told.page(200), errors.BadAnswer),
    "cut by length": (told.truncated("length"), errors.BadAnswer),
    "cut in chunks": (told.truncated("chunked"), errors.BadAnswer),
    "cut JSON": (told.truncated("none"), errors.BadAnswer),
    "empty": (told.answering(b""), errors.BadAnswer),
    "not UTF-8": (told.answering(b'{"data": {"me": "\xff"}}'), errors.BadAnswer),
    "deep JSON": (told.answering(b"[" * 100_000), errors.BadAnswer),
    "null": (told.answering(None), errors.BadAnswer),
    "a list": (told.answering([{"data": {}}]), errors.BadAnswer),
    "null data": (told.answering({"data": None}), errors.BadAnswer),
    "empty data": (told.answering({"data": {}}), errors.BadAnswer),
    "a list as data": (told.answering({"data": ["me"]}), errors.BadAnswer),
    "errors of another shape": (told.answering({"errors": "no"}), errors.BadAnswer),
    "an error without anything": (told.answering({"errors": [{}]}), errors.ApiError),
    "50 MB": (told.huge(50_000_000), errors.AnswerTooLarge),
    "50 MB, not told": (told.huge(50_000_000, "none"), errors.AnswerTooLarge),
    "50 MB, compressed": (told.huge(50_000_000, "gzip"), errors.AnswerTooLarge),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_error_in_time(connect, primehub, name):
    behaviour, expected = FAULTS[name]
    primehub.on("", behaviour)
    started = time.monotonic()
    with pytest.raises(errors.PrimeHubFault) as caught:
        create(connect(primehub.endpoint), primehub)
    assert time.monotonic() - started < IN_TIME
    assert type(caught.value) is expected
    assert caught.value.sent, "the request may have arrived"
    assert primehub.count("CreateJob") == 1
    assert caught.value.status == (504 if expected is errors.Timeout else 502)
    assert caught.value.message and caught.value.hint
    assert str(primehub.port) not in caught.value.message + caught.value.hint


def test_a_large_answer_is_not_read_to_its_end(connect, primehub):
    primehub.on("Me", told.huge(200_000_000))
    with pytest.raises(errors.AnswerTooLarge):
        me(connect(primehub.endpoint, max_answer_bytes=1_000_000), primehub.token)
    assert primehub.bytes_sent < 100_000_000


@pytest.mark.parametrize(
    ("message", "code", "status", "expected"),
    [
        ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", 400, errors.TokenRejected),
        ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", 500, errors.TokenRejected),
        ("request not authorized", "FORBIDDEN", 403, errors.TokenRejected),
        ("user not auth", "NOT_AUTH", 200, errors.AccessDenied),
        ("User Gpu Quota exceeded", "EXCEED_QUOTA", 200, errors.QuotaExceeded),
        ("User Memory exceeded", "EXCEED_QUOTA", 200, errors.QuotaExceeded),
        ("License expired", "LICENSE_ERROR", 200, errors.LicenseError),
        ('Cannot query field "phJobs" on type "Query".', "GRAPHQL_VALIDATION_FAILED", 400, errors.JobsUnavailable),
        ('Cannot query field "createPhJob" on type "Mutation".', None, 400, errors.JobsUnavailable),
        ("Something else", "INTERNAL_SERVER_ERROR", 200, errors.ApiError),
    ],
)
def test_a_refusal_of_primehub_has_its_error(connect, primehub, message, code, status, expected):
    primehub.on("Me", told.refusing(message, code, status))
    with pytest.raises(errors.PrimeHubError) as caught:
        me(connect(primehub.endpoint), primehub.token)
    assert type(caught.value) is expected
    assert caught.value.message.endswith(".") or message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"data": {"me": None}}, errors.Trouble),
        ({"data": {"me": {}}}, errors.BadAnswer),
        ({"data": {"me": ["alice"]}}, errors.BadAnswer),
        ({"data": {"me": {"username": 1}}}, errors.BadAnswer),
        ({"data": {"you": {}}}, errors.Trouble),
    ],
)
def test_nobody_answers_to_the_token(connect, primehub, answer, expected, tmp_path):
    primehub.on("Me", told.answering(answer))
    client = connect(primehub.endpoint, token_file=str(tmp_path / "token.json"))
    with pytest.raises(expected):
        Credentials(client.config, client).keep(SECRET)
    assert not (tmp_path / "token.json").exists()


GROUP = {"id": "g", "name": "phusers", "enabledSharedVolume": True, "instanceTypes": [{"name": "cpu-1"}]}


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, errors.GroupNotFound),
        ([], errors.BadAnswer),
        ({}, errors.NoGroupVolume),
        ({**GROUP, "images": []}, errors.NoImages),
        ({**GROUP, "images": [{"name": "i"}], "instanceTypes": []}, errors.NoInstanceTypes),
        ({**GROUP, "images": None}, errors.Trouble),
        (GROUP, errors.Trouble),
        ({**GROUP, "images": {"name": "i"}}, errors.BadAnswer),
        ({**GROUP, "images": [None, 1, {"name": None}]}, errors.NoImages),
    ],
)
def test_resources_of_another_shape(connect, primehub, group, expected):
    primehub.on("Resources", told.answering({"data": resources(group, "g")}))
    primehub.on("Membership", told.answering({"data": membership("another")}))
    client = connect(primehub.endpoint)
    with pytest.raises(expected):
        ResourceCache(client.config, client).get("g", primehub.token)


def test_nobody_listens(connect):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        endpoint = f"http://127.0.0.1:{gone.getsockname()[1]}/api/graphql"
    with pytest.raises(errors.Unreachable) as caught:
        me(connect(endpoint), SECRET)
    assert not caught.value.sent


def test_no_such_host(connect):
    with pytest.raises(errors.NameNotFound) as caught:
        me(connect("http://primehub.invalid/api/graphql"), SECRET)
    assert not caught.value.sent
    assert "invalid" not in caught.value.message


@pytest.mark.parametrize("endpoint", ["http://", "ftp://127.0.0.1/", "http://127.0.0.1:99999/", "http://a..b/", "x"])
def test_an_address_that_is_none(connect, endpoint):
    with pytest.raises(errors.Unreachable) as caught:
        me(connect(endpoint), SECRET)
    assert not caught.value.sent
    assert SECRET not in caught.value.message + caught.value.hint


@contextlib.contextmanager
def unanswering_address():
    """As many connections as the backlog takes; the next one's handshake is never answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as others:
        for _ in range(4):
            other = others.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())
        yield full.getsockname()


def test_a_port_that_never_accepts(connect):
    with unanswering_address() as (host, port):
        started = time.monotonic()
        with pytest.raises(errors.Timeout) as caught:
            me(connect(f"http://{host}:{port}/", connect_timeout=0.3), SECRET)
    assert not caught.value.sent
    assert time.monotonic() - started < TIMEOUT


@pytest.fixture
def name_of(monkeypatch):
    """Gives a name several addresses."""

    def name_of(*addresses) -> str:
        found = [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
        return "http://primehub.example/"

    return name_of


@pytest.mark.parametrize(("connect_timeout", "limit"), [(0.3, 0.3), (5.0, TIMEOUT)])
def test_many_addresses_have_one_deadline(connect, name_of, connect_timeout, limit):
    with unanswering_address() as address:
        client = connect(name_of(*[address] * 10), connect_timeout=connect_timeout)
        started = time.monotonic()
        with pytest.raises(errors.Timeout) as caught:
            me(client, SECRET)
    assert not caught.value.sent
    assert limit * 0.9 < time.monotonic() - started < limit + TIMEOUT / 2


def test_addresses_after_one_that_never_answers_are_tried(connect, primehub, name_of):
    with unanswering_address() as unanswering, socket.create_server(("127.0.0.1", 0)) as gone:
        refusing = gone.getsockname()
        gone.close()
        client = connect(name_of(refusing, unanswering, ("127.0.0.1", primehub.port)))
        assert me(client, primehub.token)["me"]["username"] == "alice"
        assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.connections == 1


def test_a_name_lookup_that_hangs(connect, primehub, monkeypatch):
    """Nobody waits longer than the deadline, all wait for the same lookup, and what it finds in the end is not kept."""
    answered, asked = threading.Event(), []

    def getaddrinfo(*args, **options):
        asked.append(args)
        answered.wait(told.STOP_SECONDS)
        return found

    found = socket.getaddrinfo("127.0.0.1", primehub.port, type=socket.SOCK_STREAM)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    client = connect("http://primehub.example/api/graphql")

    def ask(_) -> bool:
        with pytest.raises(errors.Timeout) as caught:
            me(client, SECRET)
        return caught.value.sent

    started = time.monotonic()
    with ThreadPoolExecutor(5) as people:
        sent = list(people.map(ask, range(5)))
    assert time.monotonic() - started < IN_TIME
    assert (sent, len(asked)) == ([False] * 5, 1)
    answered.set()
    wait_for("the lookup to end", lambda: silent_resolver.lookups() == 0, seconds=10)
    assert me(client, primehub.token)["me"]["username"] == "alice"
    assert len(asked) == 2


def test_a_name_server_that_never_answers(tmp_path):
    """The system's own resolver, in a network of its own where nobody answers it."""
    unshare = ["unshare", "--map-root-user", "--mount", "--net"]
    possible = subprocess.run([*unshare, "true"], capture_output=True, text=True)
    if possible.returncode:
        pytest.skip("cannot have a network of one's own here: " + possible.stderr.strip())
    command = [*unshare, sys.executable, silent_resolver.__file__, str(tmp_path), str(TIMEOUT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["asked"], "the name server was never asked"
    assert set(result["codes"]) == {"primehub_timeout"}
    assert result["slowest"] < IN_TIME < silent_resolver.RESOLVER_SECONDS
    assert (result["lookups"], result["lookups after the resolver gave up"]) == (1, 0)


# Connections


def test_one_connection_is_used_again(connect, primehub):
    client = connect(primehub.endpoint)
    for _ in range(5):
        assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.connections == 1


def test_a_dead_connection_is_replaced(connect, primehub):
    """PrimeHub closes connections that were idle for long: neither queries nor createPhJob may fail over that."""
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.close_connections()
    assert create(client, primehub)["createPhJob"]["id"]
    primehub.close_connections()
    me(client, primehub.token)
    assert (primehub.connections, primehub.count("CreateJob")) == (3, 1)


def test_a_connection_that_dies_under_a_query_is_tried_again(connect, primehub):
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.on("Me", told.reset(executed=False), nth=1)
    assert me(client, primehub.token)["me"]["username"] == "alice"
    assert primehub.count("Me") == 3


def test_a_connection_that_dies_under_create_is_not(connect, primehub):
    client = connect(primehub.endpoint)
    me(client, primehub.token)
    primehub.on("CreateJob", told.reset(executed=False), nth=1)
    with pytest.raises(errors.Unreachable) as caught:
        create(client, primehub)
    assert caught.value.sent
    assert primehub.count("CreateJob") == 1


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (told.reset(executed=False, executed_after=TIMEOUT), errors.Unreachable),
        (told.page(502, executed_after=TIMEOUT), errors.Unavailable),
    ],
)
def test_a_gateway_that_gives_up_before_primehub(connect, primehub, behaviour, expected):
    primehub.on("CreateJob", behaviour)
    with pytest.raises(expected) as caught:
        create(connect(primehub.endpoint), primehub)
    assert (caught.value.sent, len(primehub.store.jobs)) == (True, 0)
    wait_for("the job that was made later", lambda: len(primehub.store.jobs) == 1, seconds=10)


def test_both_tries_have_one_deadline(connect, primehub):
    primehub.on("Me", told.silent(executed=False))
    primehub.on("Me", told.reset(executed=False, after=0.8 * TIMEOUT), nth=1)
    started = time.monotonic()
    with pytest.raises(errors.Timeout):
        me(connect(primehub.endpoint), primehub.token)
    assert time.monotonic() - started < 1.6 * TIMEOUT
    assert primehub.count("Me") == 2


def test_a_fault_leaves_the_client_usable(connect, primehub):
    client = connect(primehub.endpoint)
    for behaviour in (told.truncated("length"), told.huge(50_000_000), told.dripping("body"), told.silent(False)):
        primehub.on("Me", behaviour)
        with pytest.raises(errors.PrimeHubFault):
            me(client, primehub.token)
        primehub.behave()
        assert me(client, primehub.token)["me"]["username"] == "alice"


# Where the token goes


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_the_token_is_not_sent_after_a_redirect(connect, primehub, stranger, status):
    primehub.on("Me", told.redirecting(stranger.endpoint, status))
    with pytest.raises(errors.Redirected):
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
        with pytest.raises(errors.ProxyFailed) as caught:
            me(connect(endpoint, proxy=f"http://127.0.0.1:{primehub.port}"), SECRET)
        assert "PrimeHub.proxy" in caught.value.hint
        assert (caught.value.code, caught.value.sent) == ("primehub_unreachable", False)


def test_a_proxy_that_is_not_there(connect):
    with pytest.raises(errors.ProxyFailed):
        me(connect("http://127.0.0.1:1/", proxy="http://proxy.invalid:3128"), SECRET)


def test_a_proxy_that_lets_nothing_pass(connect, primehub):
    primehub.on("", told.page(403))
    with pytest.raises(errors.ProxyFailed) as caught:
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
        with pytest.raises(errors.PrimeHubError) as caught:
            me(client, SECRET)
        assert SECRET not in repr(caught.value) + str(caught.value.to_dict())
        assert len(caught.value.message) < 400
    assert "Me" in caplog.text, "the log is too quiet to prove anything"
    assert SECRET not in caplog.text


def test_text_of_primehub_is_one_plain_line(connect, primehub):
    primehub.on("Me", told.refusing("first\nsecond\x1b[31m\u202e third\0", None))
    with pytest.raises(errors.ApiError) as caught:
        me(connect(primehub.endpoint), primehub.token)
    assert caught.value.message == "PrimeHub says: first second [31m third"


# TLS


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


def tls_fault(client: Client, primehub: MisbehavingPrimeHub) -> errors.TlsError:
    with pytest.raises(errors.TlsError) as caught:
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
    assert type(fault) is errors.UnknownAuthority
    assert "PrimeHub.ca_bundle" in fault.hint


@pytest.mark.parametrize("name", ["primehub.example", "127.0.0.2"])
def test_a_certificate_of_another_host_is_refused(connect, authority, bundle, name):
    with MisbehavingPrimeHub(secured(authority, name)) as primehub:
        fault = tls_fault(connect(primehub.endpoint, ca_bundle=bundle), primehub)
        assert type(fault) is errors.CertificateOfAnotherHost
        by_name = connect(primehub.endpoint.replace("127.0.0.1", "localhost"), ca_bundle=bundle)
        assert type(tls_fault(by_name, primehub)) is errors.CertificateOfAnotherHost
    assert "ca_bundle" not in fault.hint


@pytest.mark.parametrize(("begins", "ends"), [(-2, -1), (1, 2)])
def test_a_certificate_that_is_not_valid_now_is_refused(connect, authority, bundle, begins, ends):
    now, day = datetime.datetime.now(datetime.timezone.utc), datetime.timedelta(days=1)
    tls = secured(authority, not_before=now + begins * day, not_after=now + ends * day)
    with MisbehavingPrimeHub(tls) as primehub:
        fault = tls_fault(connect(primehub.endpoint, ca_bundle=bundle), primehub)
    assert type(fault) is errors.CertificateExpired
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
        assert type(fault) is errors.NoAuthorities
        assert "PrimeHub.ca_bundle" in fault.message and "PrimeHub.ca_bundle" in fault.hint
        assert ("does not exist" in fault.message) == (content is None)
        assert str(tmp_path) not in fault.message + fault.hint
        authority.cert_pem.write_to_path(file)
        assert me(client, primehub.token)["me"]["username"] == "alice"
    file.unlink()
    with MisbehavingPrimeHub() as plain:
        assert me(connect(plain.endpoint, ca_bundle=str(file)), plain.token)["me"]["username"] == "alice"
    with pytest.raises(errors.Unreachable):
        me(connect("http://127.0.0.1:99999/", ca_bundle=str(file)), SECRET)


def test_a_plain_server_behind_https(connect, primehub):
    with pytest.raises(errors.PrimeHubFault) as caught:
        me(connect(primehub.endpoint.replace("http:", "https:")), primehub.token)
    assert type(caught.value) in (errors.TlsError, errors.Timeout)
    assert "ca_bundle" not in caught.value.hint
    assert not caught.value.sent
    assert primehub.token not in str(primehub.requests)


def test_the_token_is_not_sent_over_a_downgraded_scheme(connect, authority, bundle, stranger):
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        primehub.on("Me", told.redirecting(stranger.endpoint, 307))
        with pytest.raises(errors.Redirected):
            me(connect(primehub.endpoint, ca_bundle=bundle), primehub.token)
    assert (stranger.connections, stranger.requests) == (0, [])


def test_a_tls_handshake_that_never_ends(connect):
    with socket.create_server(("127.0.0.1", 0)) as quiet:
        started = time.monotonic()
        with pytest.raises(errors.Timeout) as caught:
            me(connect(f"https://127.0.0.1:{quiet.getsockname()[1]}/"), SECRET)
    assert time.monotonic() - started < IN_TIME
    assert not caught.value.sent


@pytest.mark.parametrize("executed", [True, False])
def test_tls_that_breaks_after_sending_may_have_made_a_job(connect, authority, bundle, executed):
    with MisbehavingPrimeHub(secured(authority)) as primehub:
        primehub.on("CreateJob", told.garbled_tls(executed))
        with pytest.raises(errors.PrimeHubFault) as caught:
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
