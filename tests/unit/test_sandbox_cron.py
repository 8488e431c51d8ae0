"""When the sandbox's schedules run."""

from __future__ import annotations

from datetime import datetime

import pytest

from primehub_nbext.sandbox.cron import expression, next_run


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("0 4 * * *", "2026-11-22 04:00", "2026-11-23 04:00"),
        ("0 4 * * 0", "2026-11-23 00:00", "2026-11-29 04:00"),
        ("0 4 * * 7", "2026-11-23 00:00", "2026-11-29 04:00"),
        ("0 4 1 * *", "2026-12-01 05:00", "2027-01-01 04:00"),
        ("*/15 9-10 * * 1-5", "2026-11-20 10:45", "2026-11-23 09:00"),
        ("0 0 29 2 *", "2026-11-22 00:00", "2028-02-29 00:00"),
        ("0 0 13 * 5", "2026-11-22 00:00", "2026-11-27 00:00"),
        ("5,50 * * * *", "2026-11-22 10:05", "2026-11-22 10:50"),
    ],
)
def test_next_run(text, after, expected):
    assert next_run(text, datetime.fromisoformat(after)) == datetime.fromisoformat(expected)


def test_a_day_that_never_comes():
    assert next_run("0 0 30 2 *", datetime(2026, 11, 22)) is None


@pytest.mark.parametrize("text", ["", "* * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *"])
def test_refuses_what_is_no_cron_expression(text):
    with pytest.raises(ValueError):
        next_run(text, datetime(2026, 11, 22))


def test_recurrence_types():
    assert expression({"type": "inactive"}) is None
    assert expression(None) is None
    assert expression({"type": "weekly", "cron": ""}) == "0 4 * * 0"
    assert expression({"type": "custom", "cron": "1 2 3 4 5"}) == "1 2 3 4 5"
