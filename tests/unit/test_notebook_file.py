"""What a notebook says about itself: its kernel, and the parameters cell as one would type it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from primehub_nbext.errors import InvalidNotebook, NoKernel
from primehub_nbext.notebook_file import IN_PROCESS_BYTES, MAX_PARAMETERS, NotebookFile
from primehub_nbext.parameters import read_parameters

KERNEL = {"kernelspec": {"name": "python3", "language": "python"}}


def read(path: Path) -> NotebookFile:
    file = os.open(path, os.O_RDONLY)
    try:
        return NotebookFile.read(file)
    finally:
        os.close(file)


def write(path: Path, source="", tags=("parameters",), **changes) -> Path:
    cell = {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": []}
    other = {"cell_type": "markdown", "metadata": {}, "source": "text"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": KERNEL, "cells": [other, cell], **changes}
    path.write_text(json.dumps(notebook))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.ipynb"


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
    typed = ";".join(f"{each['name']}={each['value']}" for each in found.parameters)
    assert repr(read_parameters(typed)) == repr(
        {
            "start": 3,
            "rate": 1e-05,
            "name": "Ann Lee",
            "code": "007",
            "day": None,
            "flag": True,
            "columns": ["a", 2, {"b": -1.5}],
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
        read_parameters(f"{each['name']}={each['value']}")


def test_only_a_tagged_cell_counts(path):
    assert read(write(path, "start = 1", tags=["other"])).parameters == []


def test_other_languages_are_not_read_as_python(path):
    metadata = {"kernelspec": {"name": "ir", "language": "R"}}
    assert read(write(path, "start = 1", metadata=metadata)) == NotebookFile("ir", [])


def test_at_most_so_many(path):
    found = read(write(path, "\n".join(f"a{number} = {number}" for number in range(MAX_PARAMETERS + 20))))
    assert len(found.parameters) == MAX_PARAMETERS


def test_older_formats_are_read(path):
    cell = {"cell_type": "code", "input": "x", "language": "python", "metadata": {}, "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": KERNEL, "worksheets": [{"cells": [cell], "metadata": {}}]}
    path.write_text(json.dumps(old))
    assert read(path) == NotebookFile("python3", [])


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


@pytest.mark.parametrize("size", [0, IN_PROCESS_BYTES])
def test_a_large_file_reads_like_a_small_one(path, size):
    write(path, "start = 1", metadata={**KERNEL, "padding": "x" * size})
    assert read(path) == NotebookFile("python3", [{"name": "start", "value": "1"}])
    write(path, metadata={"padding": "x" * size})
    with pytest.raises(NoKernel):
        read(path)
    path.write_text("{" + " " * size)
    with pytest.raises(InvalidNotebook):
        read(path)
