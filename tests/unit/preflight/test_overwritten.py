"""Values that are given, and come to nothing; and those that the notebook makes use of."""

from __future__ import annotations

import pytest

TAG = {0: ["parameters"]}
CODES = {"parameter_overwritten", "parameter_undone", "parameter_used_before", "parameter_derived"}


@pytest.mark.parametrize(
    ("cells", "tags", "expected"),
    [
        (["start = 1", "start = 2", "start"], TAG, ("warning", "parameter_overwritten", 1, 1)),
        (["start = 1", "import x\nfor start in [1, 2]: pass"], TAG, ("warning", "parameter_overwritten", 1, 2)),
        (["start = 1", "(start, b) = 2, 3"], TAG, ("warning", "parameter_overwritten", 1, 1)),
        (
            ["start = 1", "def go():\n    global start\n    start = 2\ngo()"],
            TAG,
            ("warning", "parameter_overwritten", 1, 3),
        ),
        (["print(1)", "start = 1", "start"], {}, ("warning", "parameter_undone", 1, 1)),
        (["start = 2", "start", "start = 1"], {2: ["parameters"]}, ("warning", "parameter_used_before", 1, 1)),
        (["start = 1\nend = start + 10"], TAG, ("warning", "parameter_derived", 0, 2)),
        (
            ["start = 1", "start = 3", "start = 2"],
            {1: ["injected-parameters"]},
            ("warning", "parameter_overwritten", 2, 1),
        ),
    ],
)
def test_a_value_that_comes_to_nothing(told, cells, tags, expected):
    assert told(*cells, tags=tags, given={"start": 5}, codes=CODES) == [expected]


@pytest.mark.parametrize(
    ("cells", "tags"),
    [
        (["start = 1", "start += 1", "start"], TAG),
        (["start = 1", "start = start * 2"], TAG),
        (["start = 1", "print(start)", "start = 2"], TAG),
        (["start = 1", "if start is None:\n    start = 2"], TAG),
        (["start = 1", "if late:\n    start = 2"], TAG),
        (["start = 1", "def go():\n    start = 2\n    return start\ngo()"], TAG),
        (["start = 1", "def go(start): return start"], TAG),
        (["start = 1", "def go(): return start\napply(go)\nstart = 2"], TAG),
        (["start = 1", "class A:\n    start = 3"], TAG),
        (["start = 1", "[start for start in range(3)]"], TAG),
        (["start = 1", "!echo {start}\nstart = 2"], TAG),
        (["start = 1", "start = 5"], TAG),
        (["start = 1", "other.start = 3\nother['start'] = 4"], TAG),
        (["start = 1\nprint(start)\nassert start > 0"], TAG),
        (["start = 1\nend = lambda: start + 10"], TAG),
        (["start = 1\nstart = start + 1"], TAG),
        (["start = 1", "end = start + 10"], TAG),
        (["print(start)"], {}),
    ],
)
def test_a_value_that_is_made_use_of(told, cells, tags):
    assert told(*cells, tags=tags, given={"start": 5}, codes=CODES) == []


def test_what_is_declared_but_not_given_is_worth_a_note(told):
    cells = ["start = 1\nend = start + 1", "start = 2"]
    assert told(*cells, tags=TAG, codes=CODES) == [("note", "parameter_overwritten", 1, 1)]
    assert told("start = 1", "start = 2", codes=CODES) == []


@pytest.mark.parametrize(
    ("cells", "offered"),
    [
        (["import x", "start = 1\nend = 3", "start"], [{"cell": 1, "tag": "parameters"}]),
        (["start = 1\nprint(start)"], None),
        (["start = 1", "end = 3"], None),
    ],
)
def test_the_tag_is_offered_where_it_does_all(findings, cells, offered):
    found = [each for each in findings(*cells, given={"start": 5, "end": 6}) if each["code"] == "parameter_undone"]
    assert found and all((each["fix"]["edits"] if each["fix"] else None) == offered for each in found)


def test_a_derived_value_that_is_given_itself_is_no_matter(told):
    assert told("start = 1\nend = start + 10", tags=TAG, given={"start": 5, "end": 9}, codes=CODES) == []
