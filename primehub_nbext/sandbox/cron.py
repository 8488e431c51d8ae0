"""When a schedule runs next: a recurrence and a moment in, the next moment out."""

from __future__ import annotations

from datetime import datetime, timedelta

PRESETS = {"daily": "0 4 * * *", "weekly": "0 4 * * 0", "monthly": "0 4 1 * *"}
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
# Four years and a day: beyond the next 29 February there is nothing left to wait for.
HORIZON_DAYS = 4 * 366 + 1


def expression(recurrence: dict | None) -> str | None:
    """Return the five cron fields of a recurrence; None when it only runs on demand."""
    kind = (recurrence or {}).get("type") or "inactive"
    if kind == "inactive":
        return None
    return PRESETS.get(kind) or (recurrence or {}).get("cron") or ""


def parse(text: str) -> list[set[int]]:
    """Turn five cron fields into five sets of numbers; ValueError says which field is wrong."""
    fields = text.split()
    if len(fields) != 5:
        raise ValueError(f"a cron expression has 5 fields, not {len(fields)}")
    parsed = [_numbers(field, low, high) for field, (low, high) in zip(fields, RANGES)]
    if 7 in parsed[4]:
        parsed[4] = (parsed[4] - {7}) | {0}
    return parsed


def next_run(text: str, after: datetime) -> datetime | None:
    """Return the first whole minute later than `after` that the expression matches."""
    minutes, hours, days, months, weekdays = parse(text)
    _, _, day_field, _, weekday_field = text.split()
    day = after.replace(hour=0, minute=0, second=0, microsecond=0)
    for _ in range(HORIZON_DAYS):
        in_days, in_weekdays = day.day in days, (day.weekday() + 1) % 7 in weekdays
        # cron's old rule: when both day fields are restricted, either one is enough.
        either = "*" not in (day_field[0], weekday_field[0])
        if day.month in months and (in_days or in_weekdays if either else in_days and in_weekdays):
            for hour in sorted(hours):
                for minute in sorted(minutes):
                    moment = day.replace(hour=hour, minute=minute)
                    if moment > after:
                        return moment
        day += timedelta(days=1)
    return None


def _numbers(field: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, _, step_text = part.partition("/")
        step = int(step_text) if step_text else 1
        if span == "*":
            first, last = low, high
        else:
            first_text, dash, last_text = span.partition("-")
            first = int(first_text)
            last = int(last_text) if dash else (high if step_text else first)
        if step < 1 or not low <= first <= last <= high:
            raise ValueError(f'"{part}" is not between {low} and {high}')
        found.update(range(first, last + 1, step))
    return found
