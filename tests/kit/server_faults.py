"""A server in; what a request that has to fail in order answers, in time, out."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

from kit import misbehaving as told
from kit.answers import resources

TIMEOUT, SETTLE = 1.0, 0.5  # seconds
# What waits for PrimeHub once; more than that is another deadline, not a busy computer.
ONE_TIMEOUT = TIMEOUT + 1.5
# A request about a submission may take one time-out, the lookups after it and their last one's time-out.
IN_TIME = ONE_TIMEOUT + SETTLE + TIMEOUT
TYPED = "typed-by-a-person"  # a token that nobody has


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
