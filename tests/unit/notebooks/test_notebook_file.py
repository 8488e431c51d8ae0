"""What a notebook says about itself: its kernel, and the parameters cell as one would type it."""

from __future__ import annotations

import json
from pathlib import Path
from unittest.mock import patch

import nbformat
import pytest
from hypothesis import given, strategies

from kit.properties import often
from primehub_nbext.notebooks.errors import InvalidNotebook, NoKernel
from primehub_nbext.notebooks.file import NotebookFile, _load_by_cells, examine
from primehub_nbext.notebooks.parameters.declared import MAX_PARAMETERS
from primehub_nbext.notebooks.parameters.text import read_parameters

KERNEL = {"kernelspec": {"name": "python3", "language": "python"}}


def read(path: Path) -> NotebookFile:
    return NotebookFile.from_answer(examine(path.read_bytes()))


def write(path: Path, source="", tags=("parameters",), **changes) -> Path:
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": []}
    other = {"cell_type": "markdown", "metadata": {}, "source": "text"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": [other, cell], **changes}
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.ipynb"


@pytest.mark.parametrize(
    ("cells", "metadata", "has_code", "by_papermill"),
    [
        ([], {}, False, False),
        ([{"cell_type": "markdown", "source": "x = 1"}], {"papermill": None}, False, False),
        ([{"cell_type": "code", "source": [" \n", ""]}], {}, False, False),
        ([{"cell_type": "code", "source": ["\n", "x = 1"]}], {"papermill": {"output_path": "x"}}, True, True),
        ([{"cell_type": "code", "input": "x = 1"}], {}, True, False),
    ],
)
def test_what_kind_of_notebook_it_is(path, cells, metadata, has_code, by_papermill):
    found = read(write(path, cells=cells, metadata={**KERNEL, **metadata}))
    assert (found.has_code, found.by_papermill) == (has_code, by_papermill)


def test_the_kernel_and_the_parameters(path):
    source = [
        "# what to train\n",
        "start = 1\n",
        "rate: float = 1e-05\n",
        "name = 'Ann Lee'\n",
        "code = '007'\n",
        "day = None; flag = True\n",
        "columns = ['a', 2, {'b': -1.5}]\n",
        "huge = 10 ** 5\n",
        "later: int\n",
        "a, b = 1, 2\n",
        "start = 3\n",
        "print(start)\n",
    ]
    found = read(write(path, source))
    assert found.kernel == "python3"
    typed = ";".join(f"{each['name']}={each['default']}" for each in found.parameters if each["literal"])
    assert repr(read_parameters(typed)) == repr(
        {
            "start": 3,
            "rate": 1e-05,
            "name": "Ann Lee",
            "code": "007",
            "day": None,
            "flag": True,
            "columns": ["a", 2, {"b": -1.5}],
            "a": 1,
            "b": 2,
        }
    )


@pytest.mark.parametrize(
    "source",
    [
        "start = = 1",
        "start = (1,)",
        "start = {1}",
        "start = b'x'",
        "start = {1: 2}",
        "start = open('x')",
        "x" * 10,
        "\0",
    ]
    + ["start = " + "(" * 5000, "start = " + "-" * 3000 + "1"],
)
def test_a_cell_that_has_no_typable_default(path, source):
    found = read(write(path, source))
    for each in found.parameters:  # what is offered can be submitted as it is
        if each["literal"]:
            assert read_parameters(f"{each['name']}={each['default']}") == {each["name"]: each["value"]}


def test_only_a_tagged_cell_counts(path):
    assert read(write(path, "start = 1", tags=["other"])).parameters == []


def test_other_languages_are_not_read_as_python(path):
    metadata = {"kernelspec": {"name": "ir", "language": "R"}}
    [row] = read(write(path, "start <- 1", metadata=metadata)).parameters
    assert (row["name"], row["default"]) == ("start", "1")
    metadata = {"kernelspec": {"name": "x", "language": "python"}, "language_info": {"name": "scala"}}
    found = read(write(path, "start = 1", metadata=metadata))
    assert found == NotebookFile("x", "scala", [], True, False), "papermill asks language_info first"


def test_at_most_so_many(path):
    found = read(write(path, "\n".join(f"a{number} = {number}" for number in range(MAX_PARAMETERS + 20))))
    assert len(found.parameters) == MAX_PARAMETERS


def test_older_formats_are_read(path):
    cell = {"cell_type": "code", "input": "x", "language": "python", "metadata": {}, "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": KERNEL, "worksheets": [{"cells": [cell], "metadata": {}}]}
    path.write_text(json.dumps(old))
    assert read(path) == NotebookFile("python3", "python", [], True, False)


@pytest.mark.parametrize("version", [5, 0, -1, "4", None, 10**9])
def test_formats_of_the_future_and_of_nowhere(path, version):
    """Read as a notebook of this day, or refused; nothing else."""
    write(path, "start = 1", nbformat=version)
    try:
        assert read(path).kernel == "python3"
    except InvalidNotebook as refusal:
        assert refusal.code == "invalid_notebook"


@pytest.mark.parametrize("metadata", [{}, {"kernelspec": {}}, {"kernelspec": {"name": ""}}, {"kernelspec": "python3"}])
def test_no_kernel(path, metadata):
    with pytest.raises((NoKernel, InvalidNotebook)) as refusal:
        read(write(path, metadata=metadata))
    assert refusal.value.field == "notebook_path"


# --- cell by cell ---------------------------------------------------------------------------------------------------


def as_jupyter_saves(cells: list, **changes) -> bytes:
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": KERNEL, "cells": cells, **changes}
    return nbformat.writes(nbformat.from_dict(notebook)).encode()


def as_a_whole(content: bytes) -> dict:
    with patch("primehub_nbext.notebooks.file._load_by_cells", side_effect=ValueError):
        return examine(content)


def cell(source="", kind="code", outputs=(), **metadata) -> dict:
    code = {"outputs": list(outputs), "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "metadata": metadata, "source": source, **code}


OUTPUT = {"output_type": "stream", "name": "stdout", "text": "  },\n  {\n  }\n ],\n" * 3}
NOTEBOOKS = {
    "one cell": [cell("print(1)", outputs=[OUTPUT])],
    "several": [
        cell("# title", "markdown"),
        cell("start = 1\nend = 'ü'", tags=["parameters"]),
        cell("x", deep={"a": {}}),
    ],
    "many": [cell(f"print({number})", outputs=[OUTPUT]) for number in range(50)],
    "long": [cell("x" * 10_000, "raw"), cell("start = 1", tags=["parameters"], outputs=[OUTPUT] * 500)],
}


@pytest.mark.parametrize("cells", NOTEBOOKS.values(), ids=NOTEBOOKS)
def test_what_jupyter_saved_is_read_cell_by_cell(cells):
    content = as_jupyter_saves(cells)
    by_cells, whole = _load_by_cells(content), json.loads(content)
    for each in whole["cells"]:
        each.pop("outputs", None)
    assert by_cells == whole
    assert examine(content) == as_a_whole(content)


@often(400)
@given(data=strategies.data())
def test_a_damaged_file_is_read_alike_in_both_ways(data):
    """Cut, overwritten, doubled or exchanged anywhere: what passes cell by cell passes as a whole, and the reverse."""
    content = bytearray(as_jupyter_saves(NOTEBOOKS["several"]))
    places = strategies.integers(0, len(content))
    pieces = [
        b"\n  },\n  {\n",
        b"\n  }\n ],\n",
        b"]",
        b"}",
        b'"',
        b"\\",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b",",
        b"NaN",
        b"",
    ]
    for _ in range(data.draw(strategies.integers(1, 3))):
        begin, end = sorted((data.draw(places), data.draw(places)))
        kept = data.draw(strategies.sampled_from([content[begin : begin + 1], content[begin:end], b""]))
        content[begin : data.draw(strategies.sampled_from([begin, begin + 1, end]))] = (
            data.draw(strategies.sampled_from(pieces)) + kept
        )
    assert examine(bytes(content)) == as_a_whole(bytes(content))


def test_empty_and_other_layouts_are_read_as_a_whole():
    for content in (as_jupyter_saves([]), json.dumps(json.loads(as_jupyter_saves(NOTEBOOKS["several"]))).encode()):
        with pytest.raises(ValueError):
            _load_by_cells(content)
        assert examine(content)["kernel"] == "python3"
