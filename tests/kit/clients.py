"""Clients against a PrimeHub that misbehaves: what they ask, how long they may take, and the faults there are."""

from __future__ import annotations

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.primehub import documents
from primehub_nbext.primehub.client import Client
from primehub_nbext.primehub.errors import (
    AnswerTooLarge,
    ApiError,
    BadAnswer,
    Timeout,
    Unavailable,
    Unreachable,
)

TIMEOUT = 1.0  # seconds of the client's total deadline
IN_TIME = 2 * TIMEOUT  # more than that is another deadline, not a busy computer
SECRET = "secret-0123456789-secret"

FAULTS = {
    "no answer": (told.silent(executed=False), Timeout),
    "no answer, but done": (told.silent(executed=True), Timeout),
    "late, then done": (told.late(TIMEOUT * 3, executed=False), Timeout),
    "reset": (told.reset(executed=False), Unreachable),
    "reset, but done": (told.reset(executed=True), Unreachable),
    "reset in the head": (told.reset_within("head"), Unreachable),
    "reset in the body": (told.reset_within("body"), BadAnswer),
    "dripping head": (told.dripping("head"), Timeout),
    "dripping body": (told.dripping("body"), Timeout),
    "dripping without an end": (told.dripping("end"), Timeout),
    "500 page": (told.page(500), BadAnswer),
    "502 page": (told.page(502), Unavailable),
    "503 page": (told.page(503), Unavailable),
    "504 page": (told.page(504), Timeout),
    "404 page": (told.page(404), BadAnswer),
    "login page": (told.page(200), BadAnswer),
    "cut by length": (told.truncated("length"), BadAnswer),
    "cut in chunks": (told.truncated("chunked"), BadAnswer),
    "cut JSON": (told.truncated("none"), BadAnswer),
    "empty": (told.answering(b""), BadAnswer),
    "not UTF-8": (told.answering(b'{"data": {"me": "\xff"}}'), BadAnswer),
    "deep JSON": (told.answering(b"[" * 100_000), BadAnswer),
    "null": (told.answering(None), BadAnswer),
    "a list": (told.answering([{"data": {}}]), BadAnswer),
    "null data": (told.answering({"data": None}), BadAnswer),
    "empty data": (told.answering({"data": {}}), BadAnswer),
    "a list as data": (told.answering({"data": ["me"]}), BadAnswer),
    "errors of another shape": (told.answering({"errors": "no"}), BadAnswer),
    "an error without anything": (told.answering({"errors": [{}]}), ApiError),
    "50 MB": (told.huge(50_000_000), AnswerTooLarge),
    "50 MB, not told": (told.huge(50_000_000, "none"), AnswerTooLarge),
    "50 MB, compressed": (told.huge(50_000_000, "gzip"), AnswerTooLarge),
}


def me(client: Client, token: str) -> dict:
    return client.execute(documents.ME, {}, token)


def create(client: Client, primehub: MisbehavingPrimeHub) -> dict:
    data = {
        "displayName": "a job",
        "groupId": primehub.group["id"],
        "instanceType": "cpu-1",
        "image": "base-notebook",
        "command": "true",
    }
    return client.execute(documents.CREATE_JOB, {"data": data}, primehub.token, idempotent=False)
