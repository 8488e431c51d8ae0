"""Watched logs: a job's id in; watches of its log out, however many of them over one stream from PrimeHub.

A watch is a position in a ring of the log's newest bytes, so a hundred cost a hundred numbers. No thread is held: all
of this runs on the event loop. PrimeHub is read as fast as the quickest watch takes it; who falls behind the ring is
told so, and begins again at its end. A stream that breaks is opened again, and goes on where it broke: a log only
grows, so what was there before is recognised in it.
"""

from __future__ import annotations

import asyncio
import random
import re
import secrets
import time
from typing import Callable

from ..context import Context
from ..errors import PrimeHubError
from ..primehub.errors import PrimeHubFault, Timeout
from .errors import NoLog
from .log import Readable, open_log, read_log_job
from .query import OVER
from .ring import Ring

RING_BYTES = 2 * 1024 * 1024
PART_BYTES = 64 * 1024
TAIL_LINES = 2000  # that PrimeHub is asked for at first
QUIET_SECONDS = 0.3  # without a byte, after which what was there already has come
BURST_SECONDS = 2.0  # or so many since the beginning, when the job never pauses
KEPT_SECONDS = 60.0  # for which a log that nobody watches can be gone on with
REFUSED_SECONDS = 2.0  # for which who comes later gets the refusal of who came first
PATIENCE_SECONDS = 60.0  # for PrimeHub to come back
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds between two tries


class Lost(Exception):
    """The watch cannot go on where it was: what follows was dropped, or is not known."""


class WatchedLogs:
    """The logs that are watched, or were a moment ago, by job. Used on the event loop only."""

    def __init__(self, context: Context):
        self._context = context
        self._logs: dict[str, WatchedLog] = {}

    async def watch(self, job_id: str, tail: int, cursor: str = "") -> Watch:
        """A watch of the last `tail` lines (2000 at most) and of what follows; from `cursor` on, if it is still known.

        Raises as `log.open_log`.
        """
        log = self._logs.get(job_id)
        if log is None or not log.of_use(cursor):
            log = self._logs[job_id] = WatchedLog(self._context, job_id, self._forget)
        watch = Watch(log)
        try:
            await log.begin()
            watch.position = log.find(cursor)
            if watch.position is None and tail < TAIL_LINES:
                await log.settled.wait()
                watch.position = log.ring.tail(tail)
            elif watch.position is None:
                watch.position = log.ring.start
        except BaseException:
            watch.close()
            raise
        return watch

    def close(self) -> None:
        """End all watches: the token is another."""
        for log in self._logs.values():
            log.end(Lost())
        self._logs.clear()

    def _forget(self, log: WatchedLog) -> None:
        if not log.watches and self._logs.get(log.job_id) is log:
            del self._logs[log.job_id]


class Watch:
    """A place in a log; to be closed. `position` counts bytes from where the log was opened first."""

    def __init__(self, log: WatchedLog):
        self.position: int | None = None
        self._log = log
        log.watches.add(self)

    @property
    def cursor(self) -> str:
        """By which another watch goes on from here."""
        return f"{self._log.name}.{self.position}"

    @property
    def source(self) -> str:
        """`pod` or `kept`."""
        return self._log.source

    async def read(self) -> bytes:
        """The next part, as soon as there is one; b"" when the log is complete.

        Raises Lost, or the PrimeHubError that ended the log's stream for good.
        """
        assert self.position is not None, "a watch that is handed out has its place"
        while True:
            try:
                part = self._log.ring.read(self.position, PART_BYTES)
            except LookupError:
                raise Lost from None
            if part:
                self.position += len(part)
                self._log.taken.set()
                return part
            if self._log.over:
                if self._log.failure:
                    raise self._log.failure
                return b""
            await self._log.next_change()

    def close(self) -> None:
        """Go; the last one ends the stream from PrimeHub."""
        self._log.leave(self)


class WatchedLog:
    """One job's log: the ring, who watches, and the task that fills the one for the others.

    name : of this object, so that no position is taken for one of another
    source : `pod` or `kept`
    over : whether nothing more comes; `failure` says why, if not because the log is complete
    settled : whether what was there when the log was opened has come
    taken : that somebody has taken a part, or gone
    """

    def __init__(self, context: Context, job_id: str, forget: Callable[[WatchedLog], None]):
        self.job_id = job_id
        self.name = secrets.token_hex(4)
        self.ring = Ring(RING_BYTES)
        self.watches: set[Watch] = set()
        self.source = "pod"
        self.over = False
        self.failure: BaseException | None = None
        self.settled, self.taken = asyncio.Event(), asyncio.Event()
        self._context, self._forget = context, forget
        self._opened, self._changed = asyncio.Event(), asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ended = 0.0

    async def begin(self) -> None:
        """See to it that the log is read, and return when it is. Raises what PrimeHub refused it with."""
        if self._task is None and not self.over:
            self._task = asyncio.ensure_future(self._fill())
        await self._opened.wait()
        if self.failure and not self.ring.end:
            raise self.failure

    def of_use(self, cursor: str) -> bool:
        """Whether somebody who comes now, perhaps with a cursor, is better off here than with another stream."""
        if not self.over:
            return True
        if isinstance(self.failure, PrimeHubError):
            return time.monotonic() - self._ended < REFUSED_SECONDS
        return self.failure is None and self.find(cursor) is not None

    def find(self, cursor: str) -> int | None:
        """The position that a cursor names, if it is one of this log that is still there."""
        name, _, position = cursor.partition(".")
        if name != self.name or not re.fullmatch("[0-9]{1,18}", position):
            return None
        return int(position) if self.ring.start <= int(position) <= self.ring.end else None

    async def next_change(self) -> None:
        """Return when there is more in the ring, or no more to come."""
        await self._changed.wait()

    def leave(self, watch: Watch) -> None:
        """One watches less; after the last one the ring stays for a while, for who comes back."""
        self.watches.discard(watch)
        self.taken.set()
        if not self.watches:
            if self._task:
                self._task.cancel()
                self._task = None
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._forget, self)

    def end(self, failure: BaseException | None) -> None:
        """Nothing more comes."""
        self.failure, self.over, self._ended = failure, True, time.monotonic()
        if self._task and self._task is not asyncio.current_task():
            self._task.cancel()
        self._opened.set()
        self.settled.set()
        self._tell()

    async def _fill(self) -> None:
        pause, broken_since = FIRST_PAUSE, None
        try:
            while True:
                before = self.ring.end
                try:
                    if await self._read_once() or await self._job_is_over():
                        self.end(None)
                        return
                    broken_since = None
                except PrimeHubFault as fault:
                    now = time.monotonic()
                    broken_since = now if broken_since is None or self.ring.end > before else broken_since
                    if not self._opened.is_set() or now - broken_since > PATIENCE_SECONDS:
                        raise fault from None
                pause = FIRST_PAUSE if self.ring.end > before else min(2 * pause, LONGEST_PAUSE)
                await asyncio.sleep(pause * random.uniform(0.5, 1))
        except Exception as error:  # whatever it is, those who wait for the log have to hear of it
            self.end(error)

    async def _read_once(self) -> bool:
        """Read a stream from PrimeHub to its end; whether that is surely the log's end, too."""
        try:
            opened = await open_log(self._context, self.job_id, TAIL_LINES, follow=True)
        except NoLog:
            if not self.ring.end:
                raise
            return True  # the pod has gone with all that it had to say
        try:
            if self.ring.end:
                if opened.source == "kept":
                    return True
                await self._go_on(opened.stream)
            self.source = opened.source
            self._opened.set()
            await self._take(opened.stream)
            return opened.source == "kept"
        finally:
            opened.stream.close()

    async def _go_on(self, stream: Readable) -> None:
        """Find in a stream that was opened again the place that the ring ends at. Raises Lost, Timeout."""
        came, began, whole = b"", time.monotonic(), False
        while (known := self.ring.overlap(came, whole)) is None:
            if whole:
                raise Timeout() if not came else Lost()
            try:
                part = await stream.read(QUIET_SECONDS if came else self._context.config.request_timeout)
            except Timeout:
                whole = True
                continue
            came += part
            whole = not part or len(came) > RING_BYTES or time.monotonic() - began > BURST_SECONDS
        if known < 0:
            raise Lost
        self._append(came[known:])

    async def _take(self, stream: Readable) -> None:
        began = time.monotonic()
        while True:
            await self._room()
            quiet = QUIET_SECONDS if self.ring.end else BURST_SECONDS
            try:
                part = await stream.read(None if self.settled.is_set() else quiet)
            except Timeout:
                self.settled.set()
                continue
            if not part:
                self.settled.set()
                return
            self._append(part)
            if time.monotonic() - began > BURST_SECONDS:
                self.settled.set()

    async def _room(self) -> None:
        """Return when the quickest watch has read so far that the rest of the ring is enough for what comes."""
        while True:
            places = [watch.position for watch in self.watches if watch.position is not None]
            if not places or self.ring.end - max(places) <= RING_BYTES // 2:
                return
            self.taken.clear()
            await self.taken.wait()

    async def _job_is_over(self) -> bool:
        job = await self._context.run(read_log_job, self._context, self.job_id)
        return job.get("phase") in OVER

    def _append(self, part: bytes) -> None:
        self.ring.append(part)
        self._tell()

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
