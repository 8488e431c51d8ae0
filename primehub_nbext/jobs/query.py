"""What part of the job list is wanted: the query of `GET jobs` in; a checked JobQuery out, or what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import BadRequest
from .command import JOB_ID
from .search import plain

PHASES = ("Pending", "Preparing", "Running", "Succeeded", "Failed", "Cancelled", "Unknown")
OVER = ("Succeeded", "Failed", "Cancelled", "Unknown")
TRUTH = {"": False, "0": False, "false": False, "1": True, "true": True}
MAX_SEARCH = 200
MAX_LIMIT, LIMIT = 100, 25
TIME = re.compile("[0-9TZ:.-]{1,40}")
CURSOR = re.compile(rf"({JOB_ID})(?:~({TIME.pattern}))?")


@dataclass(frozen=True)
class JobQuery:
    """Which jobs to list.

    notebook : Jupyter's path of the notebook that they run, "" for any
    mine : whether only those of the token's user
    search : words, each in a job's name or id, the name of its user or its parameters, in any case of letters
    phases : of PHASES; none for any
    before : `next` of the answer that these continue, "" for the newest
    limit : how many at most
    """

    notebook: str = ""
    mine: bool = False
    search: str = ""
    phases: tuple[str, ...] = ()
    before: str = ""
    limit: int = LIMIT

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> JobQuery:
        """The query in the arguments of an address. Raises BadRequest."""
        search, before = arguments.get("search", "").strip(), arguments.get("before", "")
        if len(search) > MAX_SEARCH:
            raise refused("search", f"text of at most {MAX_SEARCH} characters")
        if before and not CURSOR.fullmatch(before):
            raise refused("before", "what an earlier answer had as next")
        mine = TRUTH.get(arguments.get("mine", "").lower())
        if mine is None:
            raise refused("mine", "1 or 0")
        phases = _phases(arguments.get("phase", ""))
        return cls(arguments.get("notebook", ""), mine, search, phases, before, _limit(arguments.get("limit", "")))

    @property
    def cursor(self) -> tuple[str, str]:
        """The id of the job after which the list goes on, and when that was made; "" where not known."""
        found = CURSOR.fullmatch(self.before)
        return (found[1], found[2] or "") if found else ("", "")

    def matches(self, parameters: str, *said: object) -> bool:
        """Whether each word of `search` is in one of these texts; what is no text has nothing in it.

        parameters : of a job, as search.parameter_words has them
        """
        if not self.search:
            return True
        known = "\n".join([parameters, *(plain(each) for each in said if isinstance(each, str))])
        return all(word in known for word in plain(self.search).split())


def _phases(text: str) -> tuple[str, ...]:
    known = {phase.lower(): phase for phase in PHASES}
    wanted = [word.strip().lower() for word in text.split(",") if word.strip()]
    if not all(word in known for word in wanted):
        raise refused("phase", f"one or more of {', '.join(PHASES)}, with commas between")
    return tuple(known[word] for word in wanted)


def _limit(text: str) -> int:
    if not text:
        return LIMIT
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MAX_LIMIT:
        raise refused("limit", f"a number from 1 to {MAX_LIMIT}")
    return int(text)


def refused(name: str, what: str) -> BadRequest:
    """The error about an argument of the address that is not `what` it has to be."""
    return BadRequest(
        "`{name}` in the address is not {what}.",
        "Correct it, or leave it out. See docs/rest-api.md.",
        values={"name": name, "what": what},
    )
