"""Notebooks that a hostile colleague wrote, by shape and by name: read, or refused."""

from __future__ import annotations

import dataclasses
import json
import os

import pytest

from kit.notebooks import write_notebook
from primehub_nbext.notebooks.errors import NotebookNotFound, OutsideGroupVolume
from primehub_nbext.notebooks.file import NotebookFile, examine
from primehub_nbext.notebooks.folders import open_inside
from primehub_nbext.notebooks.parameters.candidates import find_candidates
from primehub_nbext.notebooks.parameters.declared import MAX_SOURCE

SIZE = MAX_SOURCE - 1000
FIELDS = {field.name for field in dataclasses.fields(NotebookFile)}


def cells(*cells, **metadata) -> bytes:
    kernelspec = {"kernelspec": {"name": "python3", "language": "python"}, **metadata}
    return json.dumps({"cells": cells, "metadata": kernelspec, "nbformat": 4, "nbformat_minor": 5}).encode()


def tagged(source, **changes) -> dict:
    return {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": [], **changes}


@pytest.mark.parametrize(
    "content",
    [
        cells(tagged([1, 2])), cells(tagged([["a=1"]])), cells(tagged(5)), cells(tagged(None)), cells(tagged({"a": 1})),
        cells([]), cells(None), cells("x"), cells({}), cells({"cell_type": []}),
        cells(tagged("a=1", metadata=[])), cells(tagged("a=1", metadata={"tags": {"parameters": 1}})),
        cells(kernelspec=[]), cells(kernelspec=5), cells(kernelspec={"name": {}}), cells(language_info=[]),
        cells(tagged("a=" + "(" * 100_000)), cells(tagged("a=" + "-" * 100_000 + "1")), cells(tagged("a=1\0")),
        cells(tagged("a=0x" + "f" * 20_000)), cells(tagged("a='\\ud800'")), cells(tagged("a=" + "[" * 150 + "]" * 150)),
        cells(tagged("a={1, 2}; b=b'x'; c=1j; d=..., e=(1,)")), b"[" * 200_000, b"\xff\xfe", b"", b"null", b"5",
        b'{"nbformat": 4}', b'{"nbformat": []}', b'{"nbformat": 99, "nbformat_minor": 0}', b'{"nbformat": 1e999}',
        b'{"nbformat": 3, "nbformat_minor": 0, "worksheets": 5, "metadata": {}}',
        b'{"nbformat": 3, "nbformat_minor": 0, "worksheets": [], "metadata": {}}',
        b'{"nbformat": 2, "nbformat_minor": {}, "worksheets": [{"cells": [5]}], "metadata": {}}',
    ],
)  # fmt: skip
def test_a_notebook_of_any_shape_is_read_or_refused(content):
    answer = examine(content)
    assert set(answer) in (FIELDS, {"code"})
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ('"""\n' + " " * SIZE + '!\n"""\na=1', "python"), ('"""\na' + " " * SIZE + '!\n"""\na=1', "python"),
        ('"""\n' + "a: x\n" * (SIZE // 10) + '"""\n' + "".join(f"b{n}=1;" for n in range(SIZE // 20)), "python"),
        ("a=b\n" * (SIZE // 4), "python"), ("x <- " + "1" * SIZE + "a", "R"), ("x = " + "1_" * (SIZE // 2), "julia"),
    ],
)  # fmt: skip
def test_a_cell_that_was_made_to_be_read_for_hours_is_read(source, language):
    """Each took minutes, in which nothing else of the notebook server went on."""
    cell = {"type": "code", "source": source, "tags": []}
    assert examine(cells(tagged(source), language_info={"name": language}))["parameters"]
    find_candidates([cell, {**cell, "source": "print(a)"}], language, ["a"])


def test_names_that_only_look_like_the_volume_are_outside(place, tmp_path):
    (tmp_path / "phusers-old").mkdir()
    write_notebook(tmp_path / "phusers-old/x.ipynb")
    os.mkfifo(tmp_path / "phusers/pipe.ipynb")
    os.symlink("/proc/self/root", tmp_path / "phusers/root")
    os.symlink("/dev/zero", tmp_path / "phusers/zero.ipynb")
    for path in (
        "phusers-old/x.ipynb",
        "phusers/root/etc/x.ipynb",
        "phusers/zero.ipynb",
        "phusers/../x",
        "/etc/passwd",
    ):
        with pytest.raises(OutsideGroupVolume):
            place.volume.place(str(tmp_path), path)
    for path in ("phusers/pipe.ipynb", "phusers/\ud800.ipynb", "phusers/" + "x" * 300 + ".ipynb"):
        with pytest.raises(NotebookNotFound):
            place.volume.place(str(tmp_path), path)
    with pytest.raises(OSError):
        open_inside(place.volume.open_root(), "pipe.ipynb")
