"""`jobs/<id>/artifacts`: what a job left in PrimeHub's store: the list, and each file, whole or a range of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import Callable

from tornado import web

from ..jobs.artifacts import Artifact, find_artifact, list_artifacts, open_artifact
from ..jobs.errors import RangeNotSatisfiable
from ..primehub.errors import BadAnswer
from .base import PrimeHubHandler
from .streaming import StreamingHandler


class ArtifactCollectionHandler(PrimeHubHandler):
    """The artifacts of a job."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/artifacts lists them."""
        self.answer(await self.run(list_artifacts, self.context, job_id, self.root_dir))


class ArtifactHandler(StreamingHandler):
    """One artifact, to be saved: never shown on this origin, where a page of somebody's could act as its reader."""

    @web.authenticated
    async def get(self, job_id: str, name: str) -> None:
        """GET jobs/<id>/artifacts/<name> sends it, or with Range a part of it."""
        artifact, address = await self.run(find_artifact, self.context, job_id, name)
        tag = f'"{artifact.size}-{artifact.modified}"'
        asked = self.request.headers.get("Range", "")
        if self.request.headers.get("If-Range", tag) != tag:
            asked = ""
        try:
            begin, end = read_range(asked, artifact.size) or (0, artifact.size)
        except RangeNotSatisfiable as error:
            self.set_header("Content-Range", f"bytes */{artifact.size}")
            self.answer(error.to_dict(), error.status)
            return
        await self.while_connected(self._send(artifact, address, begin, end, tag))

    async def _send(self, artifact: Artifact, address: str, begin: int, end: int, tag: str) -> None:
        stream = await open_artifact(self.context, address)
        with stream:
            self.inert("application/octet-stream", artifact.name.rpartition("/")[2])
            self.set_header("Accept-Ranges", "bytes")
            self.set_header("ETag", tag)
            self.set_header("Content-Length", str(end - begin))
            if (begin, end) != (0, artifact.size):
                self.set_status(206)
                self.set_header("Content-Range", f"bytes {begin}-{end - 1}/{artifact.size}")
            await self.send(part_of(lambda: stream.read(self.context.config.request_timeout), begin, end))


def read_range(asked: str, size: int) -> tuple[int, int] | None:
    """The bytes that a Range header asks for, as first and behind the last; None for all of them.

    Several ranges, other units and what is no range count as none, as HTTP allows. Raises RangeNotSatisfiable.
    """
    match = re.fullmatch(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", asked.replace(" ", ""))
    if not match:
        return None
    first, last, final = match.groups()
    if final is not None:
        begin, end = max(0, size - int(final)), size
    else:
        begin, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < begin:
            return None
    if begin >= end:
        raise RangeNotSatisfiable()
    return begin, end


def part_of(read: Callable[[], Awaitable[bytes]], begin: int, end: int) -> Callable[[], Awaitable[bytes]]:
    """Reads the bytes from `begin` to `end` of what `read` reads; PrimeHub itself has no ranges.

    Raises BadAnswer where that ends before `end`: the file has changed.
    """
    position = 0

    async def reading() -> bytes:
        nonlocal position
        while position < end:
            part = await read()
            if not part:
                raise BadAnswer("PrimeHub's answer ended too early.")
            start, position = position, position + len(part)
            wanted = part[max(0, begin - start) : max(0, end - start)]
            if wanted:
                return wanted
        return b""

    return reading
