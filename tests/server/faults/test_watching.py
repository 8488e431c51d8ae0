"""Many who watch a log, and PrimeHub's faults meanwhile: one stream, no thread, and nothing left in the end."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack

import pytest

from kit import misbehaving as told
from kit.browsing import Browser
from kit.misbehaving import PodLog
from kit.processes import wait_for

pytestmark = pytest.mark.alone
LINE = b"a line of a log, \xe5\x8f\xb0\n"


@pytest.fixture
def pod(primehub):
    data = {"displayName": "j", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    job = primehub.store.create_job(primehub.store.user("alice"), {**data, "command": "true"})
    pod = PodLog(LINE)
    pod.job_id = job["id"]
    primehub.end(pod.job_id, "Running")
    primehub.on("GET /api/logs", pod)
    return pod


def threads(server) -> int:
    return len(os.listdir(f"/proc/{server.process.pid}/task"))


def test_many_browsers(start, primehub, pod):
    """One of them is too slow, one leaves; the server is told to end in the middle."""
    target = start(primehub.endpoint)
    route = f"jobs/{pod.job_id}/log"
    with ExitStack() as browsers:
        first = browsers.enter_context(Browser(target, route, follow=1))
        wait_for("the first line", lambda: first.body == LINE)
        before = threads(target)
        slow = browsers.enter_context(Browser(target, route, slow=True, follow=1))
        others = [first, *(browsers.enter_context(Browser(target, route, follow=1)) for _ in range(30))]
        pod.write(LINE * 10)
        wait_for("all of them", lambda: all(each.body == LINE * 11 for each in others), seconds=30)
        assert (pod.opened, pod.open) == (1, 1)
        assert threads(target) <= before
        for _ in range(28):
            others.pop().leave()
        for _ in range(20):
            pod.write(LINE * 50_000)
        text = LINE * (11 + 20 * 50_000)
        wait_for("20 MB at the quickest", lambda: any(each.body == text for each in others), seconds=60)
        assert all(text.startswith(bytes(each.body)) for each in others), "what came is what was written"
        assert target.request("GET", "api/status").status_code == 200
        slow.may_read.set()
        wait_for("the slow one to be told", lambda: slow.over, seconds=30)
        assert len(slow.body) < len(text)
        os.kill(target.process.pid, signal.SIGTERM)
        wait_for("the server's end", lambda: target.process.popen.poll() is not None, seconds=60)
        assert "Task was destroyed" not in target.log_text()
    pod.wait_for(lambda log: log.open == 0)


def test_who_has_gone_is_not_read_for(target, primehub, pod):
    with Browser(target, f"jobs/{pod.job_id}/log", follow=1) as one:
        wait_for("the first line", lambda: one.body == LINE)
        with Browser(target, f"jobs/{pod.job_id}/log", follow=1) as two:
            wait_for("the first line", lambda: two.body == LINE)
        pod.write(LINE)
        wait_for("the second line", lambda: one.body == LINE * 2)
        assert pod.open == 1
    pod.wait_for(lambda log: log.open == 0)


@pytest.mark.parametrize(
    ("behaviour", "status", "code"),
    [
        (told.silent(executed=False), 504, "primehub_timeout"),
        (told.page(503), 502, "primehub_unavailable"),
        (told.redirecting("http://primehub.invalid/"), 502, "primehub_redirected"),
        (
            lambda exchange: exchange.answer(403, b'{"code":"x","message":"request not authorized"}'),
            422,
            "access_denied",
        ),
    ],
    ids=["silence", "503", "redirect", "403"],
)
def test_a_log_that_cannot_be_had(target, primehub, pod, behaviour, status, code):
    primehub.on("GET /api/logs", behaviour)
    for query in ("", "?follow=1"):
        answer = target.api("GET", f"jobs/{pod.job_id}/log{query}")
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_an_artifact_that_breaks_off_is_not_taken_for_whole(target, primehub, pod):
    items = [{"name": "a", "size": 200_000, "lastModified": None}]
    job = {"id": pod.job_id, "phase": "Succeeded", "groupName": "phusers", "artifact": {"items": items}}
    primehub.on("Artifacts", told.answering({"data": {"phJob": job}}))
    primehub.on("GET /api/files", told.truncated("chunked"))
    with Browser(target, f"jobs/{pod.job_id}/artifacts/a") as browser:
        wait_for("the end", lambda: browser.over)
        assert browser.broken or len(browser.body) < 200_000
