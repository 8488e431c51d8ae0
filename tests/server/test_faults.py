"""Faults of PrimeHub as the browser meets them, through a real server: a true status, two sentences, still alive."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
import uuid
from contextlib import ExitStack, contextmanager

import pytest
import trustme

from kit import misbehaving as told
from kit.answers import membership, resources
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.processes import wait_for
from kit.servers import main_hosts, start_server
from primehub_nbext.config import PrimeHub

pytestmark = pytest.mark.alone
TIMEOUT, SETTLE = 1.0, 0.5  # seconds
# What waits for PrimeHub once; more than that is another deadline, not a busy computer.
ONE_TIMEOUT = TIMEOUT + 1.5
# A request about a submission may take one time-out, the lookups after it and their last one's time-out.
IN_TIME = ONE_TIMEOUT + SETTLE + TIMEOUT
# What the server needs for itself on a busy computer, without waiting for PrimeHub.
AT_ONCE = 5
MAX_WORKERS = PrimeHub.max_workers.default_value
TYPED = "typed-by-a-person"  # a token that nobody has


@pytest.fixture(scope="module", params=main_hosts())
def host(request):
    return request.param


@pytest.fixture(scope="module")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="module")
def stranger():
    """Another host, to which the server's environment sends everything that heeds it."""
    with MisbehavingPrimeHub() as stranger:
        yield stranger


@pytest.fixture(scope="module")
def start(host, primehub, stranger, tmp_path_factory):
    """Starts servers, which must survive all that happens here, must not say the token, and talk to no stranger."""
    servers = []

    def start(endpoint: str, **env: str):
        home = tmp_path_factory.mktemp(f"faults-{host}")
        write_notebook(home / "phusers" / "train.ipynb", "print(1)")
        netrc = home / "netrc"
        netrc.write_text("default login mallory password other\n")
        netrc.chmod(0o600)
        proxy = f"http://127.0.0.1:{stranger.port}"
        env = {
            **primehub.notebook_env(home),
            "PRIMEHUB_API_ENDPOINT": endpoint,
            "PRIMEHUB_API_TOKEN": primehub.token,
            "PRIMEHUB_REQUEST_TIMEOUT": str(TIMEOUT),
            "PRIMEHUB_SETTLE_TIMEOUT": str(SETTLE),
            "NETRC": str(netrc),
            **{name: proxy for each in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") for name in (each, each.lower())},
            **env,
        }
        args = ("--PrimeHub.resources_max_age=0",)
        server = start_server(host, home, env=env, args=args)
        server.secret = env["PRIMEHUB_API_TOKEN"]
        servers.append(server)
        return server

    yield start
    logs = [server.log_text() for server in servers]
    assert [server.stop() for server in servers] == [[]] * len(servers), "a notebook server left processes behind"
    for log in logs:
        assert "primehub: query Resources" in log, "the log is too quiet to prove anything"
        assert primehub.token not in log
        assert "Traceback" not in log
    assert (stranger.connections, stranger.requests) == (0, [])
    sent = {request.headers.get("authorization") for request in primehub.requests}
    assert sent <= {f"Bearer {primehub.token}", f"Bearer {TYPED}"}


@pytest.fixture(scope="module")
def target(primehub, start):
    """One server for most tests here."""
    return start(primehub.endpoint)


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


def failed(server, method: str, route: str, within: float = ONE_TIMEOUT, **options) -> tuple[int, dict]:
    """Status and error of a request that has to fail in order, after which the server is as it was."""
    started = time.monotonic()
    answer = server.api(method, route, **options)
    assert time.monotonic() - started < within
    error = answer.json()
    assert {"code", "message", "hint"} <= set(error) <= {"code", "message", "hint", "field", "link", "values"}
    assert error["message"].rstrip().endswith(".") or error["code"] == "primehub_error"
    assert error["hint"].endswith(".")
    for secret in (server.secret, "Traceback", "127.0.0.1", str(server.root)):
        assert secret not in answer.text
    assert server.request("GET", "api/status").status_code == 200
    return answer.status_code, error


def group_with(**lists):
    """The group, but with other lists."""

    def behaviour(exchange):
        group = {"id": exchange.primehub.group["id"], "name": "phusers", "enabledSharedVolume": True}
        group |= {"instanceTypes": [{"name": "cpu-1"}], "images": [{"name": "i", "url": "i:1"}], **lists}
        told.answering({"data": resources(group)})(exchange)

    return behaviour


def cannot_open(server, submission: dict, status: int, code: str) -> dict:
    """The error that both a dialog that opens and a submission get: of one time-out at most, nothing was sent yet."""
    errors = []
    for method, route, options in (("GET", "resources", {}), ("POST", "jobs", {"json": submission})):
        got, error = failed(server, method, route, **options)
        assert (got, error["code"]) == (status, code)
        errors.append(error)
    assert errors[0] == errors[1]
    return error


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
    "a group that vanished": (told.answering({"data": resources(None)}), 422, "group_not_found"),
    "a part that failed": (group_with(images=None), 502, "primehub_trouble"),
    "no instance types": (group_with(instanceTypes=[]), 422, "no_instance_types"),
    "no images": (group_with(images=[]), 422, "no_images"),
}


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


def test_others_are_served_while_primehub_keeps_silent(target, primehub):
    """Twenty people wait for PrimeHub; who needs no PrimeHub does not wait for them."""
    primehub.on("Resources", told.silent(executed=False))
    before = primehub.count("Resources")
    with crowd(target, 20, "resources?refresh=1") as answers:
        wait_for("the first to reach PrimeHub", lambda: primehub.count("Resources") > before)
        started = time.monotonic()
        assert target.request("GET", "api/status").status_code == 200
        assert target.api("GET", "session").status_code == 200
        assert time.monotonic() - started < AT_ONCE
    assert answers == [504] * 20


@contextmanager
def crowd(server, people: int, route: str):
    """So many ask the same during the block; the list of statuses is complete when it ends."""
    answers = []

    def ask():
        with server.session() as session:
            url = f"{server.url}primehub/api/{route}"
            answers.append(session.get(url, headers={"Authorization": f"token {server.token}"}, timeout=60).status_code)

    threads = [threading.Thread(target=ask) for _ in range(people)]
    for thread in threads:
        thread.start()
    yield answers
    for thread in threads:
        thread.join()


def test_the_way_to_primehub(start, primehub, submission, tmp_path):
    """One address: nobody listens there; then nobody answers; then somebody whose certificate has to be trusted."""
    bundle = tmp_path / "ca.pem"
    authority, other = trustme.CA(), trustme.CA()
    other.cert_pem.write_to_path(bundle)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(tls)
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        address = port.getsockname()
        server = start(f"https://127.0.0.1:{address[1]}/api/graphql", PRIMEHUB_CA_BUNDLE=str(bundle))
        cannot_open(server, submission, 502, "primehub_unreachable")

        port.listen(0)
        with ExitStack() as others:
            for _ in range(4):  # as many as the backlog takes; the next one's handshake is never answered
                waiting = others.enter_context(socket.socket())
                waiting.setblocking(False)
                waiting.connect_ex(address)
            cannot_open(server, submission, 504, "primehub_timeout")

        with MisbehavingPrimeHub(tls, port) as secure:
            secure.store = primehub.store
            error = cannot_open(server, submission, 502, "primehub_tls_error")
            assert "certificate could not be verified" in error["message"]
            assert "PrimeHub.ca_bundle" in error["hint"]
            bundle.unlink()
            error = cannot_open(server, submission, 502, "primehub_tls_error")
            assert "(PrimeHub.ca_bundle) does not exist" in error["message"]
            assert secure.requests == []
            authority.cert_pem.write_to_path(bundle)
            answer = server.api("POST", "jobs", json=submission)
            assert answer.status_code == 201, answer.text
            assert len(secure.jobs_of(submission["submission_id"])) == 1
        cannot_open(server, {**submission, "submission_id": uuid.uuid4().hex}, 502, "primehub_unreachable")


def test_a_primehub_whose_name_is_not_found(start, submission):
    error = cannot_open(start("http://primehub.invalid/api/graphql"), submission, 502, "primehub_unreachable")
    assert "host name" in error["message"]


def test_faults_leave_no_thread_and_no_descriptor(target, primehub, submission):
    def used() -> tuple[int, int]:
        return tuple(len(os.listdir(f"/proc/{target.process.pid}/{kind}")) for kind in ("task", "fd"))

    def round_of_faults() -> None:
        for behaviour, status, _ in RESOURCES.values():
            primehub.on("Resources", behaviour)
            primehub.on("Membership", told.answering({"data": membership("another")}))
            assert target.api("GET", "resources").status_code == status
            primehub.behave()
        primehub.on("CreateJob", told.reset(executed=True), nth=1)
        assert target.api("POST", "jobs", json={**submission, "submission_id": uuid.uuid4().hex}).status_code == 201
        primehub.behave()
        assert target.api("GET", "resources").status_code == 200

    # The pool makes a thread when none is idle, which is a matter of luck; from here on it has all that it may have.
    primehub.on("Jobs", told.silent(executed=False))
    with crowd(target, MAX_WORKERS, "jobs") as answers:
        pass
    assert answers == [504] * MAX_WORKERS
    primehub.behave()
    round_of_faults()
    threads, descriptors = used()
    for _ in range(2):
        round_of_faults()
    wait_for("the threads to end", lambda: used()[0] <= threads, seconds=10)
    wait_for("the descriptors to be closed", lambda: used()[1] <= descriptors, seconds=10)


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
