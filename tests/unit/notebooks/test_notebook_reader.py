"""A notebook file is read in this process or, when it is large, in one of its own; both say the same."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from primehub_nbext.notebooks import reader as reader_module
from primehub_nbext.notebooks.errors import InvalidNotebook, NoKernel, NotebookUnchecked
from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.notebooks.reader import IN_PROCESS_BYTES, MAX_BYTES, PROGRAM, NotebookReader

KERNEL = {"kernelspec": {"name": "python3", "language": "python"}}

START = {"name": "start", "value": 1, "cell": 0}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "train.ipynb"


def write(path: Path, padding: int, metadata: dict) -> None:
    code = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": "start = 1", "outputs": []}
    metadata = {**metadata, "padding": "x" * padding}
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [code]}, indent=1))


@contextlib.contextmanager
def reader_of(path: Path):
    with path.open("rb") as file, NotebookReader(file.fileno(), os.fstat(file.fileno()).st_size) as reader:
        yield reader


def read(path: Path) -> NotebookFile:
    with reader_of(path) as reader:
        reader.begin()
        return reader.result()


@pytest.mark.parametrize("size", [0, IN_PROCESS_BYTES])
def test_a_large_file_reads_like_a_small_one(path, size):
    write(path, size, KERNEL)
    found = read(path)
    assert found == NotebookFile("python3", "python", found.parameters, True, False)
    assert [{name: each[name] for name in START} for each in found.parameters] == [START]
    write(path, size, {})
    with pytest.raises(NoKernel):
        read(path)
    path.write_text("{" + " " * size)
    with pytest.raises(InvalidNotebook):
        read(path)


@pytest.mark.parametrize("size", [0, IN_PROCESS_BYTES])
def test_read_from_its_beginning_when_it_is_complete(tmp_path, size):
    """As snapshots are: written through the same descriptor, after the reader was made."""
    write(tmp_path / "source.ipynb", size, KERNEL)
    content = (tmp_path / "source.ipynb").read_bytes()
    with (tmp_path / "copy.ipynb").open("wb+") as file, NotebookReader(file.fileno(), len(content)) as reader:
        file.write(content)
        file.flush()
        reader.begin()
        assert reader.result().kernel == "python3"


def test_a_file_that_would_fill_the_memory_is_refused(path):
    with path.open("wb+") as file:
        file.truncate(MAX_BYTES + 1)
        with pytest.raises(InvalidNotebook, match="larger than"):
            NotebookReader(file.fileno(), MAX_BYTES + 1)


def test_no_process_stays_behind(path):
    write(path, IN_PROCESS_BYTES, KERNEL)
    with pytest.raises(ZeroDivisionError), reader_of(path) as reader:
        process = reader._process
        assert process.poll() is None
        raise ZeroDivisionError
    assert process.returncode is not None


def test_a_process_that_dies_is_told(path):
    """As where there is too little memory: nothing is known of the notebook, so it is not called a bad one."""
    write(path, IN_PROCESS_BYTES, KERNEL)
    with reader_of(path) as reader:
        reader._process.kill()
        reader._process.wait()
        reader.begin()
        with pytest.raises(NotebookUnchecked) as refusal:
            reader.result()
    assert "Nothing was submitted" in refusal.value.hint


def test_a_process_that_takes_too_long_is_told(path, monkeypatch):
    monkeypatch.setattr(reader_module, "READ_SECONDS", 0.01)
    write(path, IN_PROCESS_BYTES, KERNEL)
    with reader_of(path) as reader, pytest.raises(NotebookUnchecked):
        reader.result()  # it was never told to begin


def test_a_process_that_cannot_be_started_is_told(path, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/no/such/interpreter")
    write(path, IN_PROCESS_BYTES, KERNEL)
    with pytest.raises(NotebookUnchecked):
        read(path)


def test_a_process_whose_server_is_gone_ends(path):
    write(path, IN_PROCESS_BYTES, KERNEL)
    with path.open("rb") as file:
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, "", str(file.fileno())],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=(file.fileno(),),
            timeout=60,
        )
    assert (run.returncode, run.stdout, run.stderr) == (0, b"", b"")
