"""Logs over HTTP: a job or a user's notebook in; what its pod has written, as it is written, out."""

from __future__ import annotations

import asyncio
import collections
import gzip
import re
import zlib
from pathlib import Path

from tornado.http1connection import HTTP1Connection

from ..cluster.bucket import Bucket
from ..cluster.faults import ConnectionCut
from . import jobs
from .handlers import ApiHandler
from .permissions import check_member
from .refusals import Refused, reading, type_error

CHUNK_BYTES = 64 * 1024
# A log file tells nobody that it grew; this is how often someone who follows it looks.
FOLLOW_SECONDS = 0.2
# Of a kept log: its newest bytes; or so many for each line asked for.
KEPT_BYTES, KEPT_BYTES_PER_LINE = 64 * 1024 * 1024, 32


class PodLogHandler(ApiHandler):
    """Streams the log of a pod; Kubernetes' status, type and body pass through."""

    def head(self, *_):
        """HEAD tells the type and nothing else, for any pod."""
        self.set_header("Content-Type", "application/octet-stream")
        self.finish()

    async def stream(self, pod: str) -> None:
        """Send what a pod has written, the last `tailLines` of it; with `follow` also what it will write."""
        tail, follow = self.get_query_argument("tailLines", ""), self.get_query_argument("follow", "") == "true"
        try:
            path = self.cluster.pods.log(pod)
        except ConnectionCut:
            self.set_header("Content-Type", "application/octet-stream")
            self.finish()
            return
        if path is None:
            message = f'container "main" in pod "{pod}" is waiting to start: ContainerCreating'
            self.kubernetes_status(400, "BadRequest", message)
        elif tail and not re.fullmatch(r"-?\d+", tail):
            self.kubernetes_status(400, "BadRequest", f'strconv.ParseInt: parsing "{tail}": invalid syntax')
        elif tail and int(tail) < 0:
            message = f'PodLogOptions "{pod}" is invalid: tailLines: Invalid value: {tail}: '
            self.kubernetes_status(422, "Invalid", message + "must be greater than or equal to 0")
        else:
            await self._send(path, pod, int(tail) if tail else None, follow)

    def write_error(self, status_code, **kwargs):
        """A pod that is not there is told of in Kubernetes' way, all else as on other routes."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if getattr(error, "status", None) == 404 and hasattr(self, "pod"):
            details = {"name": self.pod, "kind": "pods"}
            self.kubernetes_status(404, "NotFound", f'pods "{self.pod}" not found', details)
            return
        super().write_error(status_code, **kwargs)

    async def _send(self, path: Path, pod: str, tail: int | None, follow: bool) -> None:
        connection = self.request.connection
        assert isinstance(connection, HTTP1Connection), "Tornado's server speaks nothing else"
        self.set_header("Content-Type", "text/plain")
        await self.flush()
        position = None
        while True:
            # The phase first: what is written before a pod ends is then surely read below.
            over = not follow or not self.cluster.pods.running(pod)
            try:
                log = path.open("rb")
            except OSError:  # the pod, and its log with it, has been removed
                return
            with log:
                if position is None:
                    position = 0 if tail is None else start_of_tail(log, tail)
                log.seek(position)
                while chunk := log.read(CHUNK_BYTES):
                    self.write(chunk)
                    position += len(chunk)
                    await self.flush()
            if over or connection.stream.closed():
                return
            await asyncio.sleep(FOLLOW_SECONDS)


class JobLogHandler(PodLogHandler):
    """The log of a job of the caller's groups: its pod's, or what was kept of it in the store."""

    async def get(self, job_id):
        """GET /api/logs/namespaces/<any>/phjobs/<id>?follow&tailLines&persist is what the job has written."""
        if self.cluster.edition != "ee":
            self.not_found()
            return
        context = self.context()
        job = reading(self.cluster.kubernetes.get, jobs.KIND, job_id)
        try:
            check_member(context, job["spec"]["groupId"])
        except Refused:
            raise self.forbidden() from None
        if "status" not in job:
            raise type_error("podName", "undefined")
        if self.get_query_argument("persist", "") == "true" and self.cluster.bucket:
            tail = self.get_query_argument("tailLines", "")
            self._send_kept(kept_log(self.cluster.bucket, job_id, int(tail) if tail.isdigit() else None))
            return
        self.pod = job["status"].get("podName", "undefined")
        await self.stream(self.pod)

    def _send_kept(self, text: bytes) -> None:
        self.set_header("Content-Type", "application/octet-stream")
        if text:
            self.write(text)
            self.flush()
        self.finish()


class NotebookLogHandler(PodLogHandler):
    """The log of the caller's own notebook server."""

    async def get(self):
        """GET /api/logs/jupyterhub is the log of the caller's notebook."""
        self.pod = f"jupyter-{self.context().user.username}"
        await self.stream(self.pod)


def kept_log(bucket: Bucket, job_id: str, tail: int | None) -> bytes:
    """What was kept of a job's log, oldest first; empty where nothing was."""
    found = sorted(bucket.list(f"logs/phjob/{job_id}/"), key=lambda stored: (stored.modified, stored.key))
    text = b"".join(_unzipped(path) for stored in found if (path := bucket.file(stored.key)))
    if not text or tail is None:
        return text[-KEPT_BYTES:]
    lines = text[-max(1, tail * KEPT_BYTES_PER_LINE) :].split(b"\n")
    return b"\n".join(lines[-tail:] if tail else []) + b"\n"


def _unzipped(path: Path) -> bytes:
    data = path.read_bytes()
    if path.suffix != ".gz":
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):
        return data


def start_of_tail(log, lines: int) -> int:
    """Where the last `lines` lines of an open log begin."""
    starts = collections.deque([0], maxlen=lines + 1)
    for line in log:
        starts.append(starts[-1] + len(line))
    return starts[0] if lines else starts[-1]
