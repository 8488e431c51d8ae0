"""When schedules run: the controller's parser, its zone, and changes of the clock."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

pytest.importorskip("cronsim")

from primehub_nbext.sandbox.controller.recurrence import NotACron, ZoneInField, next_time, normalized  # noqa: E402


def moments(text, after, zone, count):
    found, moment = [], datetime.fromisoformat(after).replace(tzinfo=timezone.utc)
    for _ in range(count):
        moment = next_time(text, moment, zone)
        found.append(f"{moment:%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("text", "after", "expected"),
    [
        ("0 4 * * *", "2026-11-22 04:00", "2026-11-23 04:00"),
        ("0 4 * * *", "2026-11-22 03:59:59", "2026-11-22 04:00"),
        ("0 4 * * 0", "2026-11-23 00:00", "2026-11-29 04:00"),
        ("0 4 1 * *", "2026-12-01 05:00", "2027-01-01 04:00"),
        ("*/15 9-10 * * 1-5", "2026-11-20 10:45", "2026-11-23 09:00"),
        ("0 0 ? * MON", "2026-11-22 00:00", "2026-11-23 00:00"),
        ("0 0 1 jan-Mar *", "2026-11-22 00:00", "2027-01-01 00:00"),
        ("0 0 29 2 *", "2026-11-22 00:00", "2028-02-29 00:00"),
        ("0 0 13 * 5", "2026-11-22 00:00", "2026-11-27 00:00"),  # the 13th or a Friday
        ("0 0 */2 * 5", "2026-11-21 00:00", "2026-11-23 00:00"),  # a step is no bare star: odd days or Fridays
        ("5,50 * * * *", "2026-11-22 10:05", "2026-11-22 10:50"),
        ("50/5 * * * *", "2026-11-22 10:50", "2026-11-22 10:55"),
    ],
)
def test_next_time(text, after, expected):
    after, expected = (datetime.fromisoformat(each).replace(tzinfo=timezone.utc) for each in (after, expected))
    assert next_time(text, after, "UTC") == expected


def test_a_day_that_never_comes_is_valid():
    assert next_time("0 0 30 2 *", datetime(2026, 11, 22, tzinfo=timezone.utc), "UTC") is None


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "60 * * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "-1 * * * *"]
    + ["0 0 * * 7", "@daily", "0 0 0 * *", "0 0 L * *", "0 0 * * 5#2", "0 0 * foo *", ", * * * *", "1- * * * *"],
)
def test_refuses_what_the_controller_refuses(text):
    with pytest.raises(NotACron):
        normalized(text)


def test_a_zone_in_the_fields_passes_the_check_and_fails_later():
    with pytest.raises(ZoneInField, match=r"^expected exactly 5 fields, found 6: \[TZ=UTC 0 4 \* \* \*\]$"):
        normalized("TZ=UTC 0 4 * * *")


def test_the_zone_is_the_systems():
    assert moments("0 4 * * *", "2026-07-01 00:00", "Asia/Taipei", 2) == ["07-01 20:00", "07-02 20:00"]


def test_an_hour_that_the_clock_skips_is_not_run():
    # Berlin, 28 March 2027: 02:00 becomes 03:00.
    assert moments("30 2 * * *", "2027-03-26 12:00", "Europe/Berlin", 2) == ["03-27 01:30", "03-29 00:30"]


def test_an_hour_that_comes_twice_is_run_twice():
    # Berlin, 31 October 2027: 03:00 becomes 02:00.
    assert moments("30 2 * * *", "2027-10-30 12:00", "Europe/Berlin", 3) == [
        "10-31 00:30",
        "10-31 01:30",
        "11-01 01:30",
    ]
    assert moments("*/30 2 * * *", "2027-10-30 12:00", "Europe/Berlin", 4) == [
        "10-31 00:00",
        "10-31 00:30",
        "10-31 01:00",
        "10-31 01:30",
    ]
