"""Looking for a submission: its id in; the first job that PrimeHub lists of it out.

What is found is there. What is not found proves nothing (claims.py), so looks are short.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from ..context import Context
from ..primehub import documents
from ..primehub.errors import AnswerTooLarge, BadAnswer, PrimeHubFault, Timeout
from .claims import round_of
from .command import is_job_id
from .head import WrittenHead

PAGE = 20  # jobs in one answer; each has a command of some kB, ours at most 100 kB, others' 900
CLOCKS = 600.0  # seconds by which PrimeHub's clock may differ from this server's
SHORTEST = 1.0  # seconds that one answer is waited for at least, also where less is left
FIRST_WAIT, LONGEST_WAIT = 0.25, 2.0  # seconds between two looks


def look_for(
    context: Context, submission_id: str, number: int, since: float | None, until: float
) -> dict[str, Any] | None:
    """The first PhJob that was made of this round of a submission; looks again and again.

    Parameters
    ----------
    number : of the round, see claims.py
    since : when the submission was first sent, in seconds since 1970, if known; no older job is looked at
    until : when to give up, on the clock of time.monotonic

    Raises
    ------
    PrimeHubFault
        PrimeHub could not be asked in the time.
    PrimeHubError
        It refuses to be asked.
    """
    wait = FIRST_WAIT
    while True:
        fault = found = None
        try:
            found = _look(context, submission_id, number, since, until)
        except PrimeHubFault as each:
            fault = each
        if found:
            return found
        left = until - time.monotonic()
        if left <= 0:
            if fault:
                raise fault
            return None
        time.sleep(min(wait, left))
        wait = min(wait * 2, LONGEST_WAIT)


def job_details(job: Any) -> dict[str, Any]:
    """`{"id", "phase", "user", "create_time"}` of a PhJob. Raises BadAnswer."""
    if not isinstance(job, dict) or not is_job_id(job.get("id")):
        raise BadAnswer()

    def text(name: str) -> str | None:
        return job[name] if isinstance(job.get(name), str) else None

    return {
        "id": job["id"],
        "phase": text("phase") or "Pending",
        "user": text("userName"),
        "create_time": text("createTime"),
    }


def _look(
    context: Context, submission_id: str, number: int, since: float | None, until: float
) -> dict[str, Any] | None:
    """One look through the jobs of the whole group, newest first: also somebody else's token may have made the job."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    for each in _newest(context, since, until):
        head = _head_of(each.get("command"), submission_id)
        # A job of version 1 says no round: it was made before there were rounds.
        if head and (head.attempt is None or round_of(head.attempt) == number):
            found.append((_number(head.attempt), str(each.get("createTime")), each))
    # Of an attempt, later ones are reruns.
    return min(found, key=lambda each: each[:2])[2] if found else None


def _number(attempt: str | None) -> int:
    return int(attempt.split("-")[1]) if attempt else 0


def _newest(context: Context, since: float | None, until: float) -> Iterator[dict[str, Any]]:
    """The group's PhJobs, page after page, until they are older than `since`, or the time is over. Raises Timeout."""
    after, size, seen = "", PAGE, set[str]()
    while True:
        try:
            page = _page(context, after, size, until)
        except AnswerTooLarge:
            if size == 1:
                raise
            size = max(1, size // 4)
            continue
        yield from page
        ids = [each["id"] for each in page]
        # To a cursor that is gone PrimeHub answers with the beginning of its list.
        if len(page) < size or seen & set(ids) or _older(page[-1].get("createTime"), since):
            return
        if time.monotonic() >= until:
            raise Timeout()
        seen.update(ids)
        after = ids[-1]


def _page(context: Context, after: str, size: int, until: float) -> list[dict[str, Any]]:
    jobs = context.execute(
        documents.NEWEST_COMMANDS,
        {"group": context.group.id, "after": after, "first": size},
        seconds=max(SHORTEST, until - time.monotonic()),
    ).get("phJobs")
    if not isinstance(jobs, list) or not all(isinstance(each, dict) and is_job_id(each.get("id")) for each in jobs):
        raise BadAnswer()
    return jobs


def _head_of(command: Any, submission_id: str) -> WrittenHead | None:
    # Looking for the id in a command costs far less than taking its head apart.
    if not isinstance(command, str) or f"/{submission_id}/" not in command:
        return None
    head = WrittenHead.of(command)
    return head if head is not None and head.submission_id == submission_id else None


def _older(create_time: Any, since: float | None) -> bool:
    """Whether a job was made before the submission was sent."""
    if since is None or not isinstance(create_time, str):
        return False
    try:
        made = datetime.strptime(create_time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        return False
    return made.timestamp() < since - CLOCKS
