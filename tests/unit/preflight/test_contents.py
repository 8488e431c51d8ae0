"""Notebooks that hold nothing to run, and what looks like them."""

from __future__ import annotations

import pytest

from kit.subjects import subject_of
from primehub_nbext.preflight.contents import find_contents


@pytest.mark.parametrize(
    ("sources", "empty"),
    [
        ([], True),
        (["#@title Licensed under the Apache License\n# You may not use this file"], True),
        (["# a comment", "\n# start = 1"], True),
        (["# a comment", "print(1)"], False),
        (["'a text'"], False),
        (["# a comment", "!ls"], False),
        (["%matplotlib inline"], False),
        (["%%html\n<b>x</b>"], False),
        (["# this is\nno Python"], False),
    ],
)
def test_comments_are_no_code(sources, empty):
    assert [each["code"] for each in find_contents(subject_of(*sources))] == (["no_code"] if empty else [])


def test_what_another_language_takes_for_a_comment_is_not_known():
    assert find_contents(subject_of("# a comment", language="R")) == []
