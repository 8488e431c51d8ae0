"""What others have written never makes a terminal do anything, and takes up the columns that it seems to."""

from __future__ import annotations

import re

import pytest

from kit.listed_jobs import add_job, command_of
from primehub_nbext.cli.plain import RESET, LogText, clean, fit, width

HOSTILE = [
    ("a\x1b]0;owned\x07b", "ab"),
    ("a\x1b]52;c;ZXZpbA==\x1b\\b", "ab"),
    ("a\x1b[2J\x1b[1;1Hb", "ab"),
    ("a\x9b2Jb\x9d0;t\x9cc", "abc"),
    ("a\x1bcb\x1b7\x1b(0c", "abc"),
    ("a\x1bPq#0\x1b\\b", "ab"),
    ("a\rb\bc\x00d\x7fe", "abcde"),
    ("a\u202eb\u2066c\u2028d", "abcd"),
    ("unfinished\x1b[", "unfinished"),
    ("unfinished\x1b]0;title", "unfinished"),
    ("family 👩\u200d👧 台灣", "family 👩\u200d👧 台灣"),
]


@pytest.mark.parametrize(("text", "shown"), HOSTILE)
def test_a_text_stays_text(text, shown):
    assert clean(text) == shown
    assert clean(f"{text}\nx") == f"{shown} x" if "]0;title" not in text else True
    assert "\x1b" not in clean(text, lines=True)


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize("colours", [True, False])
def test_a_log_keeps_colours_on_a_terminal_and_nothing_else(size, colours):
    log = (
        "\x1b[31mred\x1b[0m 台\x1b]0;owned\x07!\r\n50%\r100%\n\x1b[2Jé\x00\u202e\n".encode()
        + b"\xff\x1b]unfinished\nend"
    )
    safe = LogText(colours)
    said = "".join(safe.feed(log[at : at + size]) for at in range(0, len(log), size)) + safe.feed(b"", final=True)
    red = "\x1b[31mred\x1b[0m" if colours else "red"
    assert said == f"{red} 台!\n50%\n100%\né\n\ufffd\nend" + (RESET if colours else "")


def test_a_sequence_without_an_end_is_not_waited_for():
    safe = LogText(True)
    said = "".join(safe.feed(b"\x1b]" + b"x" * 1000) for _ in range(10))
    assert len(said) + len(safe.feed(b"done\n", final=True)) < 11_000
    assert "\x1b]" not in said


@pytest.mark.parametrize("text", ["", "train", "台灣台灣台灣", "e\u0301e\u0301", "x" * 30, "👩\u200d👧"])
@pytest.mark.parametrize("columns", [1, 4, 5, 40])
def test_a_cell_is_as_wide_as_it_is_said_to_be(text, columns):
    assert width(fit(text, columns)) == columns
    assert fit(text, columns).rstrip() == text or "…" in fit(text, columns)


def test_names_in_a_list_run_nothing_and_json_has_them_as_they_are(terminal, person, primehub):
    name = "evil\x1b]0;owned\x07\x1b[2J\nrow two\u202e 台灣"
    add_job(primehub, 1, command_of(str(person.volume), start="\x1b[31mred"), name=name)
    ended = terminal("jobs")
    assert ended.code == 0, ended.err
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", ended.out) is None
    assert len(ended.out.splitlines()) == 2, "a heading and a row"
    assert "evil row two 台灣" in ended.out
    told = terminal("jobs", "--json")
    assert told.out.isascii()
    assert told.json["jobs"][0]["display_name"] == name
