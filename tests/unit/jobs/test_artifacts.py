"""What PrimeHub says of a job's artifacts and resources, whatever it says; and ranges of bytes."""

from __future__ import annotations

import asyncio
import json
import os

import pytest

from primehub_nbext.handlers.artifacts import part_of, read_range
from primehub_nbext.jobs.artifacts import MOST_DEEP, _files_since, read_artifacts
from primehub_nbext.jobs.errors import RangeNotSatisfiable
from primehub_nbext.jobs.monitoring import SPANS, advice, note_on, peaks, read_span
from primehub_nbext.primehub.errors import BadAnswer

GB = 2**30


def test_only_the_job_s_own_artifacts_are_listed():
    """As recorded: those of a longer id that begins alike are there, too, with a slash at first."""
    names = ["b.txt", "/others.txt", "../x", "a/../../x", "a//b", "./a", "", ".metadata/expiredAt", "a/.metadata/x", 5]
    items = [{"name": name, "size": 1, "lastModified": None} for name in names]
    items += [None, [], {"name": "huge", "size": -1}, {"name": "text", "size": "1"}, {"size": 1}]
    found = read_artifacts({"artifact": {"items": items}})
    assert [each.name for each in found] == ["a/.metadata/x", "b.txt"]


@pytest.mark.parametrize("answer", [None, [], {}, {"items": None}, {"items": {}}, "x", 5])
def test_an_answer_that_is_no_list(answer):
    with pytest.raises(BadAnswer):
        read_artifacts({"artifact": answer})


def test_folders_in_folders_are_looked_at_so_deep_only(tmp_path):
    deep = tmp_path.joinpath(*"d" * 2 * MOST_DEEP)
    deep.mkdir(parents=True)
    for folder in [deep, *deep.parents][: 2 * MOST_DEEP + 1]:
        (folder / "file").touch()
    top = os.open(tmp_path, os.O_RDONLY)
    try:
        assert _files_since(top, 0.0) == MOST_DEEP + 1
    finally:
        os.close(top)


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=5-", 5, 100),
        ("bytes=-5", 95, 100),
        ("bytes=-500", 0, 100),
        ("bytes=90-999", 90, 100),
    ],
)
def test_a_range(asked, begin, end):
    assert read_range(asked, 100) == (begin, end)


@pytest.mark.parametrize(
    "asked", ["", "bytes=", "bytes=-", "bytes=a-b", "bytes=0-1,4-5", "bytes=9-2", "items=0-1", "0-1"]
)
def test_what_is_no_range_is_all_of_it(asked):
    assert read_range(asked, 100) is None


@pytest.mark.parametrize(("asked", "size"), [("bytes=100-", 100), ("bytes=-0", 100), ("bytes=0-", 0)])
def test_a_range_of_nothing(asked, size):
    with pytest.raises(RangeNotSatisfiable):
        read_range(asked, size)


@pytest.mark.parametrize(("begin", "end"), [(0, 100), (0, 1), (7, 8), (9, 31), (99, 100)])
def test_a_part_of_a_stream(begin, end):
    whole = bytes(range(100))
    parts = iter([whole[at : at + 10] for at in range(0, 100, 10)] + [b""])

    async def read():
        return next(parts)

    async def all_of():
        reading, came = part_of(read, begin, end), b""
        while part := await reading():
            came += part
        return came

    assert asyncio.run(all_of()) == whole[begin:end]


LIES = [None, 5, "x", {}, [None, 5, [], "x"], [{"timestamp": "x", "cpu_util": None, "mem_used": [], "GPU": 5}]]
LIES += [
    [{"GPU": [None, {}, {"index": "a"}, {"index": 0, "gpu_util": float("nan"), "mem_used": -1}]}],
    [{"cpu_util": 1e300}],
]


@pytest.mark.parametrize("lie", LIES, ids=repr)
def test_measurements_of_any_shape_are_numbers(lie):
    span = read_span(lie, {"GPU": lie})
    json.dumps(span, allow_nan=False)
    assert len(span["time"]) == len(span["cpu"]) == len(span["memory"])
    assert all(len(gpu["utilization"]) == len(span["time"]) for gpu in span["gpus"])


def seen(cpu: float, memory: float, gpu: float | None = None) -> dict:
    gpus = [] if gpu is None else [{"index": 0, "utilization": [gpu], "memory": [0], "memory_total": None}]
    empty = {"time": [], "cpu": [], "memory": [], "gpus": []}
    return {name: empty for name in SPANS} | {"1h": {"time": [1], "cpu": [cpu], "memory": [memory], "gpus": gpus}}


@pytest.mark.parametrize(
    ("spans", "limits", "codes"),
    [
        (seen(0.3, 0.9 * GB), {"cpu": 4, "memory": 16 * GB, "gpu": 0}, ["smaller_instance_type"]),
        (seen(3.9, 0.9 * GB), {"cpu": 4, "memory": 16 * GB, "gpu": 0}, []),
        (seen(0.3, 0.1 * GB), {"cpu": 1, "memory": GB, "gpu": 0}, []),
        (seen(0.3, 1.9 * GB), {"cpu": 1, "memory": 2 * GB, "gpu": 0}, ["memory_nearly_used"]),
        (seen(0.3, 1.5 * GB, 0), {"cpu": 1, "memory": 2 * GB, "gpu": 1}, ["gpu_idle"]),
        (seen(0.3, 1.5 * GB, 40), {"cpu": 1, "memory": 2 * GB, "gpu": 1}, []),
        (seen(0, 0), {"cpu": 1, "memory": 2 * GB, "gpu": 0}, []),
        (seen(0.3, GB), {"cpu": None, "memory": None, "gpu": None}, []),
    ],
)
def test_advice_where_it_pays(spans, limits, codes):
    assert [each["code"] for each in advice(peaks(spans), limits)] == codes


def test_peak_memory_as_a_sentence():
    [said] = advice(peaks(seen(0.3, 0.9 * GB)), {"cpu": 4, "memory": 16 * GB, "gpu": 0})
    assert said["message"] == "Peak memory 0.9 of 16.0 GB: a smaller instance type would do."


def test_why_nothing_was_measured():
    assert note_on(None, over=False, measured=False)["code"] == "monitoring_not_yet"
    assert note_on(None, over=True, measured=False)["code"] == "monitoring_none"
    assert note_on(None, over=True, measured=True)["code"] == "monitoring_too_short"
    assert note_on(peaks(seen(0, 0)), over=True, measured=True)["code"] == "monitoring_zero"
    assert note_on(peaks(seen(0, 1)), over=True, measured=True) is None
