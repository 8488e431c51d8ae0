"""A job's log: the job's id in; a stream of what its pod has written, or of what was kept of that, or why not, out.

PrimeHub passes on what Kubernetes says of the pod: where there is none yet, or none any more, an error. Logs are kept
in its store where the operator wants that (fluentd writes them, once an hour).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from ..context import Context
from ..primehub import documents
from ..primehub.addresses import log_address
from ..primehub.errors import Trouble
from ..primehub.streams import Stream
from .asking import ask_about
from .errors import LogCancelled, LogNeverWritten, LogNotYet, LogRemoved, LogTimedOut, NoLog
from .query import OVER

MOST_LINES = 100_000  # of a tail
# JavaScript's complaint while the job has no status at all, in the words of Node 14 and of later ones.
NO_STATUS = re.compile(r"podName.*undefined|undefined.*podName")
REASONS: dict[str, type[NoLog]] = {
    "OverActivateDeadline": LogTimedOut,
    "PodCreationFailed": LogNeverWritten,
    "OverQuota": LogNeverWritten,
    "OverRequeueLimit": LogNeverWritten,
}


class Readable(Protocol):
    """What a log is read from."""

    async def read(self, seconds: float | None = None) -> bytes:
        """The next part; b"" at the end. Raises Timeout when nothing comes for so many seconds."""
        ...

    def close(self) -> None:
        """End it."""


@dataclass
class OpenLog:
    """`source` is `pod`, or `kept` for what was kept of a pod that is gone."""

    stream: Readable
    source: str


async def open_log(context: Context, job_id: str, tail: int | None, follow: bool) -> OpenLog:
    """What a job has written, the last `tail` lines of it; with `follow` also what it will write.

    Raises LogNotYet and the other kinds of NoLog, JobNotFound, AccessDenied, TokenRejected, PrimeHubFault.
    """
    job = await context.run(read_log_job, context, job_id)
    address = log_address(context.endpoint, context.config.log_url, job.get("logEndpoint"), job_id)
    query = "?follow=true" if follow else "?follow=false"
    stream = await context.stream(address + query + ("" if tail is None else f"&tailLines={tail}"))
    if stream.status == 200:
        if stream.headers.get("content-type") == "application/octet-stream":  # Kubernetes hung up
            stream.close()
            raise Trouble()
        return OpenLog(stream, "pod")
    refusal, answer = await stream.refusal(context.config.request_timeout)
    if not _no_pod(stream.status, answer):
        raise Trouble() if answer.get("kind") == "Status" else refusal
    if job.get("phase") not in OVER:
        raise LogNotYet()
    return await _open_kept(context, address, job, tail)


def read_log_job(context: Context, job_id: str) -> dict[str, Any]:
    """A PhJob as `documents.LOG` has it. Raises JobNotFound, AccessDenied, BadAnswer."""
    return ask_about(context, documents.LOG, job_id)


async def _open_kept(context: Context, address: str, job: dict[str, Any], tail: int | None) -> OpenLog:
    # The empty line behind the last one counts as a line there.
    query = "?persist=true" + ("" if tail is None else f"&tailLines={tail + 1}")
    stream = await context.stream(address + query)
    if stream.status == 200:
        try:
            first = await stream.read(context.config.request_timeout)
        except BaseException:
            stream.close()
            raise
        if first and first != b"\n":
            return OpenLog(_Kept(stream, first, tail is not None), "kept")
        stream.close()
    else:
        refusal, answer = await stream.refusal(context.config.request_timeout)
        if not _no_pod(stream.status, answer):  # without a store PrimeHub answers as for the pod
            raise Trouble() if answer.get("kind") == "Status" else refusal
    if job.get("phase") == "Cancelled":
        raise LogCancelled()
    raise REASONS.get(str(job.get("reason")), LogRemoved)()


class _Kept:
    """A log that was kept, of which a part was read already; without the line end too many that a tail of it has."""

    def __init__(self, stream: Stream, first: bytes, trimmed: bool):
        self._stream, self._held, self._trimmed = stream, first, trimmed
        self._over = False

    async def read(self, seconds: float | None = None) -> bytes:
        """As Stream.read."""
        while not self._over:
            part = await self._stream.read(seconds)
            if not part:
                self._over = True
                return self._held[:-1] if self._trimmed and self._held.endswith(b"\n") else self._held
            ready, self._held = self._held[:-1], self._held[-1:] + part
            if ready:
                return ready
        return b""

    def close(self) -> None:
        """End it."""
        self._stream.close()


def _no_pod(status: int, answer: dict[str, Any]) -> bool:
    """Whether PrimeHub, or Kubernetes through it, says that there is no pod, or none that has started."""
    said = str(answer.get("message"))
    if answer.get("kind") == "Status":
        return status == 404 or (status == 400 and "waiting to start" in said)
    return status == 500 and NO_STATUS.search(said) is not None
