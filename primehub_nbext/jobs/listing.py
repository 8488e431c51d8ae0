"""The list of jobs: a JobQuery in; a page of the working group's notebook jobs out, newest first.

PrimeHub may keep 4000 jobs, with commands of some kB. So it is asked at most twice for a page: for names and phases of
so many jobs as the page may need, and for all of those, and only those, that it shows; for the commands only of jobs
that were never listed before.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Any

from ..context import Context
from ..errors import PrimeHubError
from ..primehub import documents
from ..primehub.errors import AnswerTooLarge, BadAnswer, PrimeHubFault, Trouble
from .command import is_job_id
from .head import WrittenHead
from .known_heads import KnownHeads
from .query import OVER, TIME, JobQuery
from .view import JobView, now_text, view_of_job

SCAN = 500  # jobs whose names are looked at for one page, about 85 kB, where some are left out
SLACK = 3  # jobs that may be made between the two requests
MAX_ANSWERS = 64  # last answers that are kept


class Listing:
    """The job list of a notebook server."""

    def __init__(self, context: Context):
        self.context = context
        self.heads = KnownHeads()
        self._answers: OrderedDict[tuple[object, ...], dict[str, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, query: JobQuery, root_dir: str) -> dict[str, Any]:
        """`{"jobs", "next", "unsearched", "as_of", "problem"}`, as docs/rest-api.md describes them.

        Where PrimeHub cannot be asked, or shows an empty list for a moment, the last answer there is, with `problem`.

        Raises OutsideGroupVolume and its kind, and what PrimeHub answers.
        """
        token = self.context.credentials.require()
        key = (query, self.context.group.id, root_dir, token)
        with self._lock:
            last = self._answers.get(key)
        try:
            answer = self._ask(query, root_dir)
        except PrimeHubFault as fault:
            if last is None:
                raise
            return {**last, "problem": fault.to_dict()}
        if last and last["jobs"] and answer is None:
            # PrimeHub forgets no job while it is young; while it begins its list anew it has none, without an error.
            return {**last, "problem": Trouble().to_dict()}
        answer = answer or {"jobs": [], "next": None, "unsearched": 0}
        answer = {**answer, "as_of": now_text(), "problem": None}
        with self._lock:
            self._answers[key] = answer
            self._answers.move_to_end(key)
            while len(self._answers) > MAX_ANSWERS:
                self._answers.popitem(last=False)
        return answer

    def ended(self) -> list[JobView]:
        """The jobs of the last answers that have ended, of which a list tells the truth however old it is."""
        current = self.context.credentials.current()
        whose = (self.context.group.id, current.text if current else None)
        with self._lock:
            answers = [answer for key, answer in self._answers.items() if (key[1], key[3]) == whose]
        return [view for answer in answers for view in answer["jobs"] if view["phase"] in OVER]

    def _ask(self, query: JobQuery, root_dir: str) -> dict[str, Any] | None:
        """A page, or None where PrimeHub has no jobs at all."""
        place = self.context.volume.locate(root_dir, query.notebook) if query.notebook else None
        filtered = bool(place or query.search or query.phases)
        size = SCAN if filtered else 2 * query.limit
        after, made = query.cursor
        [listed] = self._jobs(documents.JOBS, ["phJobs"], query, {"first": size, "after": after})
        if not listed and not after:
            return None
        # To a cursor that is gone PrimeHub answers with the beginning of its list.
        late = [bool(made) and _made(job) > made for job in listed]
        fits = [False if late[n] else self._fits(job, query, place) for n, job in enumerate(listed)]
        found = [n for n, fit in enumerate(fits) if fit]
        wanted = found[: query.limit]
        end = wanted[-1] if len(found) > len(wanted) else len(listed)
        # As many commands are read as a page without a search would read.
        room = query.limit - sum(listed[n]["id"] not in self.heads for n in wanted)
        planned = sorted([*wanted, *[n for n in range(end) if fits[n] is None][:room]])
        shown, rows = self._rows(query, listed, planned)
        views: list[JobView] = []
        for at, n in enumerate(shown):
            head = self.heads.get(listed[n]["id"])
            if listed[n]["id"] in rows and head and self._fits(listed[n], query, place):
                try:
                    views.append(view_of_job(self.context, rows[listed[n]["id"]], head, root_dir, glance=True))
                except PrimeHubError:
                    continue  # its parameters are none that any version wrote
            if len(views) == query.limit:
                shown = shown[: at + 1]
        cut = bool(shown) and any(n > shown[-1] for n in [*found, *planned])
        last = listed[shown[-1]] if cut else listed[-1] if len(listed) >= size else None
        passed = fits[: shown[-1]] if cut else fits
        unsearched = sum(fit is None and n not in shown for n, fit in enumerate(passed))
        following = f"{last['id']}~{_made(last)}".rstrip("~") if last else None
        return {"jobs": views, "next": following, "unsearched": unsearched}

    def _fits(self, job: dict[str, Any], query: JobQuery, place: tuple[str, str] | None) -> bool | None:
        """Whether a job is one to show, or may be as far as one knows without its command; None: its command tells."""
        if query.phases and job.get("phase") not in query.phases:
            return False
        head = self.heads.get(job["id"])
        if job["id"] in self.heads and (head is None or (place and not self._runs(head, place))):
            return False
        searched = head.searched if head and query.search else ""
        fits = query.matches(searched, job.get("displayName"), job["id"], job.get("userName"))
        return fits if head else fits or None

    def _runs(self, head: WrittenHead, place: tuple[str, str]) -> bool:
        return head.volume == self.context.volume.path and (head.folder, head.name) == place

    def _rows(
        self, query: JobQuery, listed: list[dict[str, Any]], shown: list[int]
    ) -> tuple[list[int], dict[str, dict[str, Any]]]:
        """Those of these places in the list that an answer has room for, and all that is told of their jobs, by id."""
        while shown:
            try:
                return shown, self._told(query, listed, shown)
            except AnswerTooLarge:  # commands of others may have 900 kB each
                if len(shown) == 1:
                    raise
                shown = shown[: len(shown) // 2]
        return [], {}

    def _told(self, query: JobQuery, listed: list[dict[str, Any]], shown: list[int]) -> dict[str, dict[str, Any]]:
        """All that PrimeHub tells of the jobs at these places in the list, by id; their heads are known then."""
        parts: list[list[int]] = []
        for n in shown:
            unknown = listed[n]["id"] not in self.heads
            if parts and parts[-1][-1] == n - 1 and (listed[n - 1]["id"] not in self.heads) == unknown:
                parts[-1].append(n)
            else:
                parts.append([n])
        commands = [listed[part[0]]["id"] not in self.heads for part in parts]
        variables: dict[str, Any] = {}
        for number, part in enumerate(parts):
            before = listed[part[0] - 1]["id"] if part[0] else query.cursor[0]
            variables[f"after{number}"] = before
            variables[f"first{number}"] = len(part) + (0 if before else min(SLACK, len(part)))
        names = [f"rows{number}" for number in range(len(parts))]
        lists = self._jobs(documents.job_rows(commands), names, query, variables)
        rows = {job["id"]: job for jobs in lists for job in jobs}
        for number, part in enumerate(parts):
            for n in part if commands[number] else []:
                job_id = listed[n]["id"]
                if job_id in rows:
                    self.heads.add(job_id, rows[job_id].get("command"))
        return rows

    def _jobs(
        self, document: str, names: list[str], query: JobQuery, variables: dict[str, Any]
    ) -> list[list[dict[str, Any]]]:
        """The lists of jobs that PrimeHub answers, under these names. Raises BadAnswer where it answers no lists."""
        answer = self.context.execute(document, {"group": self.context.group.id, "mine": query.mine, **variables})
        lists = [answer.get(name) for name in names]
        if not all(isinstance(jobs, list) for jobs in lists):
            raise BadAnswer()
        return [[job for job in jobs or () if isinstance(job, dict) and is_job_id(job.get("id"))] for jobs in lists]


def _made(job: dict[str, Any]) -> str:
    """When a job was made, "" where that is no time."""
    made = job.get("createTime")
    return made if isinstance(made, str) and TIME.fullmatch(made) else ""
