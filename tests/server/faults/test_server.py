"""Faults of the way to PrimeHub, and what they leave of the server: it serves others, and holds nothing."""

from __future__ import annotations

import os
import socket
import ssl
import time
import uuid
from contextlib import ExitStack

import pytest
import trustme

from kit import misbehaving as told
from kit.answers import membership
from kit.misbehaving import MisbehavingPrimeHub
from kit.processes import wait_for
from kit.server_faults import RESOURCES, cannot_open, crowd
from primehub_nbext.config import PrimeHub

pytestmark = pytest.mark.alone
# What the server needs for itself on a busy computer, without waiting for PrimeHub.
AT_ONCE = 5
MAX_WORKERS = PrimeHub.max_workers.default_value


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
