"""Notebooks whose code was written to bring down who reads it: all findings are asked for, and come."""

from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.script.cell import MAX_SOURCE, MEMORY, REMEMBERED
from primehub_nbext.preflight.script.collector import RARE, rarer
from primehub_nbext.preflight.script.notebook import MAX_NODES
from primehub_nbext.preflight.subject import Subject

SIZE = MAX_SOURCE - 100


def subject(*sources: str) -> Subject:
    cells = [{"type": "code", "source": source, "tags": [], "execution_count": 1} for source in sources]
    file = NotebookFile("python3", "python", [], has_code=True, by_papermill=False, cells=cells)
    return Subject("x.ipynb", file, volume="/home/jovyan/phusers", folder="", home="/home/jovyan")


@pytest.mark.parametrize(
    "source",
    [
        "(" * SIZE, "-" * SIZE + "1", "not " * (SIZE // 4) + "1", "a" + "+a" * (SIZE // 2), "a" + ".a" * (SIZE // 2),
        "a" + "()" * (SIZE // 2), "open(" * 100 + "'a'" + ")" * 100, "open('a'" + "+'a'" * (SIZE // 5) + ")",
        "if a:p\n" + "elif a:p\n" * (SIZE // 10), "lambda:" * (SIZE // 7) + "1", "a=" * (SIZE // 2) + "a",
        "a=a+a;" * (SIZE // 6), "f'{" * (SIZE // 3), "'''" * (SIZE // 3), "!" * SIZE, "!a\n" * (SIZE // 3),
        "%a\n" * (SIZE // 3), "a?\n" * (SIZE // 3), "!a\\\n" * (SIZE // 4), "%%time\n" * (SIZE // 7),
        "a=!" * (SIZE // 3), "%%bash\n" + "\\\n" * (SIZE // 2), "!cp " + "'" * SIZE,
        "!" + "mkdir artifacts;" * (SIZE // 17), "\0", "\ud800", "a='\\ud800'\nopen(a)", "# coding: rot13\nopen('a')",
        "from a import *;" * (SIZE // 17), "\r" * SIZE, "\f%cd x", "x = 1\n" * 170_000, "x" * 1_000_000,
        "{" * 1_000_000,
    ],
)  # fmt: skip
def test_a_cell_of_any_shape(source):
    asked = subject("import os\np = 'a'\nopen(os.path.join(p, p))", source)
    find(asked)
    assert [call.name for call in asked.script.calls() if call.cell.index == 0] == ["open", "os.path.join"]


def test_names_made_of_names_are_looked_up_once_each():
    doubling = [f"a{i + 1} = a{i} + a{i}" for i in range(60)]
    asked = subject("a0 = 'x'", *doubling, "open(a60)")
    find(asked)
    call = asked.script.calls()[-1]
    assert not asked.texts.of(call.node.args[0], call.cell, call.scope).whole


def test_what_is_kept_is_bounded():
    asked = subject(*[f"[{i},{'a,' * 30_000}]" for i in range(30)])
    assert not asked.script.complete
    assert sum(cell.names.nodes for cell in asked.script.cells) < MAX_NODES + MAX_SOURCE
    assert MEMORY.held <= REMEMBERED


def test_the_search_for_cycles_is_never_off_and_soon_as_before():
    before, seen = gc.get_threshold(), []

    def held_up(path: str) -> bool:
        seen.append((gc.isenabled(), gc.get_threshold()[0]))
        raise OSError("the disk is gone")

    asked = subject("open('a')")
    with pytest.raises(OSError, match="gone"):
        find(replace(asked, exists=held_up))
    assert seen == [(True, RARE)]
    assert gc.get_threshold() == before


@pytest.mark.parametrize("threshold", [0, 2 * RARE])
def test_a_search_that_is_rarer_still_stays_so(threshold):
    before = gc.get_threshold()
    gc.set_threshold(threshold)
    try:
        find(subject("open('b')"))
        assert gc.get_threshold()[0] == threshold
    finally:
        gc.set_threshold(*before)


def test_a_large_notebook_holds_up_no_other_request_with_a_search():
    searches: list[int] = []
    note = lambda phase, info: searches.append(info["generation"]) if phase == "start" else None  # noqa: E731

    def look(name: str, cells: int) -> None:
        find(subject(*[f"open('{name}{i}', buffering={i}).write(str({i} + len('b')))" for i in range(cells)]))

    look("a", 9000)  # all that is remembered, and is forgotten for what comes now
    gc.collect()
    gc.callbacks.append(note)
    try:
        with rarer():
            look("b", 3000)
        made = [[] for _ in range(100)]
    finally:
        gc.callbacks.remove(note)
    assert (searches, len(made), gc.get_freeze_count()) == ([], 100, 0)


def test_cells_without_end():
    asked = subject(*["open('a')"] * 10_000)
    find(asked)
    assert len(asked.script.calls()) == 10_000
