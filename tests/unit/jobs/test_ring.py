"""A ring keeps the newest bytes at their places, and knows them again in a stream that was opened anew."""

from __future__ import annotations

import random

import pytest

from primehub_nbext.jobs.ring import PROBE, Ring

LINES = [f"line {number} {'x' * (number % 70)}\n".encode() for number in range(2000)]


def ring_of(data: bytes, most: int = 1 << 20) -> Ring:
    ring = Ring(most)
    for at in range(0, len(data), 999):
        ring.append(data[at : at + 999])
    return ring


def test_the_newest_are_kept_at_their_places():
    data = b"".join(LINES)
    ring = ring_of(data, 10_000)
    assert ring.end == len(data)
    assert 10_000 <= ring.end - ring.start <= 12_500
    assert ring.read(ring.start, 1 << 20) == data[ring.start :]
    assert data[: ring.start].endswith(b"\n"), "what is dropped ends with a line"
    assert ring.read(ring.end - 7, 3) == data[-7:-4]
    for gone in (ring.start - 1, 0, ring.end + 1):
        with pytest.raises(LookupError):
            ring.read(gone, 1)


@pytest.mark.parametrize("data", [b"a\nbb\nccc\n", b"a\nbb\nccc"])
def test_the_last_lines(data):
    ring = ring_of(data)
    tails = [ring.read(ring.tail(lines), 100) for lines in range(5)]
    assert tails == [b"", data[5:], data[2:], data, data]


def test_a_stream_that_was_opened_again_goes_on_where_the_first_ended():
    """Whatever it begins with, and wherever the first was cut off, also within a line."""
    chosen = random.Random(5)
    data = b"".join(LINES)
    starts = [0]
    for line in LINES:
        starts.append(starts[-1] + len(line))
    for _ in range(300):
        end = chosen.randrange(1, len(data))
        begin = chosen.choice([start for start in starts if start <= end])
        now = chosen.randrange(end, len(data))
        again = data[begin:now]
        overlap = ring_of(data[:end]).overlap(again, whole=True)
        if begin == end:  # nothing of it is known: something may be missing, and the watch begins anew
            assert overlap in (-1, None) or data[end - overlap : end] == again[:overlap]
        else:
            assert overlap == end - begin, (begin, end, now)


def test_it_waits_until_it_can_tell():
    data = b"".join(LINES)
    ring = ring_of(data[:50_000])
    assert ring.overlap(b"", False) is None
    assert ring.overlap(data[: PROBE - 1], False) is None
    assert ring.overlap(data[:49_999], False) is None
    assert ring.overlap(data[:50_000], False) == 50_000
    assert ring.overlap(b"another log\n" * 1000, True) == -1


def test_a_stream_that_reaches_back_beyond_the_ring():
    data = b"".join(LINES)
    ring = ring_of(data[:50_000], 10_000)
    assert ring.start > 0
    assert ring.overlap(data[:60_000], True) == 50_000


def test_a_log_that_repeats_itself_for_ever_takes_no_time():
    ring = ring_of(b"tick\n" * 400_000, 2 << 20)
    assert ring.overlap(b"tick\n" * 2000, True) == 10_000
    assert ring_of(b"x" * 3_000_000, 2 << 20).overlap(b"x" * 100_000, True) is not None
