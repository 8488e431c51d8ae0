"""Job logs: a job's id in; what it has written, and what it goes on to write, out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Callable

from ..jobs.errors import LogNotYet
from ..jobs.log import open_log
from ..jobs.log_watch import TAIL_LINES, Lost
from .notebook_jobs import checked
from .session import Session, default_session

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds between two looks for the log of a job that waits
GAP = b"\n[some of the log is missing here, or is there twice]\n"


def log(job_id: str, *, tail: int | None = None, session: Session | None = None) -> str:
    """What a job has written so far; ANSI colours and all.

    tail : only so many of the last lines

    Raises LogNotYet and the other kinds of NoLog, which say why there is none; JobNotFound.
    """
    session = session or default_session()
    return session.awaited(_read(session, checked(job_id), tail)).decode("utf-8", "replace")


def follow_log(job_id: str, *, tail: int = TAIL_LINES, session: Session | None = None) -> Iterator[bytes]:
    """The last lines of a job's log and what comes after them, as it comes, until it is complete.

    Of a job that waits, the log is waited for.

    tail : how many lines to begin with, at most 2000

    Raises the kinds of NoLog but LogNotYet; JobNotFound, and what PrimeHub answers.
    """
    session = session or default_session()
    logs, pause, gone_on = session.logs, FIRST_PAUSE, b""
    checked(job_id)
    while True:
        try:
            watch = session.awaited(logs.watch(job_id, min(tail, TAIL_LINES)))
        except LogNotYet:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            continue
        try:
            if gone_on:
                yield gone_on
            while part := session.awaited(watch.read()):
                yield part
            return
        except Lost:
            gone_on = GAP
        finally:
            session.awaited(_closed(watch.close))


async def _read(session: Session, job_id: str, tail: int | None) -> bytes:
    opened = await open_log(session.context, job_id, tail, follow=False)
    try:
        parts = []
        while part := await opened.stream.read(session.context.config.request_timeout):
            parts.append(part)
        return b"".join(parts)
    finally:
        opened.stream.close()


async def _closed(close: Callable[[], None]) -> None:
    close()
