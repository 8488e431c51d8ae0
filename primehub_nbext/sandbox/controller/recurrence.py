"""When a schedule runs: a recurrence in; cron fields checked as PrimeHub's controller checks them, the next time out.

The controller's parser is robfig/cron v3 with five fields: names and "?" are allowed, Sunday is 0 only, there is no
"@daily", and a day matches by day of month or day of week unless one of the two is a bare "*" or "?". cronsim, which
does the calendar, follows Debian's cron where they differ; so its fields get plain numbers.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

PRESETS = {"daily": "0 4 * * *", "weekly": "0 4 * * 0", "monthly": "0 4 1 * *"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: tuple[tuple[int, int, dict[str, int]], ...] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, {name: number for number, name in enumerate(MONTHS, 1)}),
    (0, 6, {name: number for number, name in enumerate(DAYS)}),
)
# A fold of the clock is shorter than this: local times so near may come in another order than moments do.
FOLD = timedelta(hours=3)


class NotACron(ValueError):
    """The controller's parser refuses these fields."""


class ZoneInField(NotACron):
    """Its check lets a zone before the fields pass, and making the entry then fails with this text."""


def fields_of(recurrence: dict) -> str:
    """The five fields of a recurrence that is not inactive; of a custom one as they were typed."""
    return PRESETS.get(recurrence.get("type", ""), recurrence.get("cron", ""))


def normalized(text: str) -> str:
    """The same five fields in numbers. Raises NotACron."""
    parts = text.split()
    if parts and parts[0].startswith(("TZ=", "CRON_TZ=")):
        normalized(" ".join(parts[1:]))
        raise ZoneInField(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    if len(parts) != 5:
        raise NotACron(f"expected exactly 5 fields, found {len(parts)}: [{' '.join(parts)}]")
    return " ".join(_numbers(part, *limits) for part, limits in zip(parts, FIELDS))


def next_time(text: str, after: datetime, zone: str) -> datetime | None:
    """The first moment later than `after` (aware) that five fields match in a zone, in UTC; None: there is no such day.

    A local time that a change of the clock leaves out is left out; one that comes twice counts twice. Raises NotACron.
    """
    try:
        where: tzinfo = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):  # no such name, or a system without time zones
        where = timezone.utc
    try:
        local_times = CronSim(normalized(text), (after.astimezone(where) - FOLD).replace(tzinfo=None))
        found: list[datetime] = []
        for local in local_times:
            if found and local - FOLD > min(found).astimezone(where).replace(tzinfo=None):
                break
            for fold in (0, 1):
                moment = local.replace(tzinfo=where, fold=fold).astimezone(timezone.utc)
                there = moment.astimezone(where)
                if there.replace(tzinfo=None) == local and there.fold == fold and moment > after:
                    found.append(moment)
    except CronSimError:  # such as 30 February, which the controller takes
        return None
    return min(found, default=None)


def _numbers(field: str, low: int, high: int, names: dict[str, int]) -> str:
    """A field without names and steps, "*" where it has no say."""
    found: set[int] = set()
    for part in filter(None, field.split(",")):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, {}) if slash else 1
        if span in ("*", "?"):
            if step <= 1 and not slash:
                return "*"
            first, last = low, high
        else:
            first_text, dash, last_text = span.partition("-")
            first = _number(first_text, names)
            last = _number(last_text, names) if dash else high if slash else first
        if first < low or last > high or first > last or step < 1:
            raise NotACron(f"{part} is not within {low} and {high}")
        found.update(range(first, last + 1, step))
    if not found:
        raise NotACron("a field has nothing in it")
    return ",".join(map(str, sorted(found)))


def _number(text: str, names: dict[str, int]) -> int:
    named = names.get(text.lower())
    if named is None and not (text.isascii() and text.isdigit()):
        raise NotACron(f"{text} is no number")
    return int(text) if named is None else named
