"""Snapshots that the disk, a permission, a change meanwhile or the notebook itself forbids: its error, nothing left."""

from __future__ import annotations

import json
import os
import resource
import signal
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.snapshots import fails, folder_of, snapshot
from primehub_nbext.jobs import copying
from primehub_nbext.jobs.copying import TRIES, _copy
from primehub_nbext.jobs.errors import NotebookChanging
from primehub_nbext.notebooks.errors import (
    InvalidNotebook,
    NoKernel,
    NotebookNotFound,
    VolumeFull,
    VolumePermissionDenied,
)
from primehub_nbext.notebooks.reader import IN_PROCESS_BYTES
from primehub_nbext.notebooks.volume import GroupVolume

NOBODY = 65534


def as_root() -> bool:
    return os.geteuid() == 0


def in_a_child(function) -> None:
    """Run a check in a forked process, because what it does to itself cannot be undone; its failure is ours."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            function()
            os.write(write, b"passed")
        except BaseException as error:
            os.write(write, repr(error).encode()[:4000])
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    assert said == b"passed", said.decode(errors="replace")


def test_disk_full(volume):
    """The kernel's limit of a file's size stands for a full disk: both fail in the middle of writing."""
    Path(volume.path, "experiment-1", "train.ipynb").write_bytes(b" " * 200_000)

    def check():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        fails(volume, VolumeFull)

    in_a_child(check)


def as_another_user(check) -> None:
    """Root may do everything, so what permissions forbid is tried as nobody."""

    def checked():
        if as_root():
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        check()

    in_a_child(checked)


def test_no_permission_to_read_the_notebook(volume):
    os.chmod(os.path.join(volume.path, "experiment-1", "train.ipynb"), 0)
    as_another_user(lambda: fails(volume, VolumePermissionDenied))


def test_no_permission_to_write_in_the_volume(volume):
    os.chmod(volume.path, 0o555)

    def check():
        with pytest.raises(VolumePermissionDenied):
            snapshot(volume)
        assert not os.path.exists(os.path.join(volume.path, ".primehub"))

    as_another_user(check)


def test_no_permission_to_write_where_snapshots_are(volume):
    """It says so, because to copy the notebook elsewhere would not help."""
    folder_of(volume).parent.mkdir(parents=True)
    os.chmod(folder_of(volume).parent, 0o755)

    def check():
        with pytest.raises(VolumePermissionDenied) as refusal:
            snapshot(volume)
        assert ".primehub" in refusal.value.message

    as_another_user(check)


def test_a_vanished_notebook(volume):
    os.unlink(os.path.join(volume.path, "experiment-1", "train.ipynb"))
    fails(volume, NotebookNotFound)


def changing(monkeypatch, volume: GroupVolume, times: int, change) -> list:
    """Somebody changes the notebook right after it was copied, so many times."""
    copy, copied = _copy, []

    def disturbed(source, target, size):
        copy(source, target, size)
        copied.append(size)
        if len(copied) <= times:
            change(Path(volume.path, "experiment-1", "train.ipynb"))

    monkeypatch.setattr(copying, "_copy", disturbed)
    return copied


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b" ")


def touch_inside(path: Path) -> None:
    """A change that leaves the size as it was."""
    content = path.read_bytes()
    with path.open("r+b") as file:
        file.write(content.replace(b"print(1)", b"print(2)"))
    os.utime(path, ns=(1, 1))


def test_a_notebook_that_keeps_changing(volume, monkeypatch):
    copied = changing(monkeypatch, volume, 100, grow)
    fails(volume, NotebookChanging)
    assert len(copied) == TRIES


@pytest.mark.parametrize("change", [grow, touch_inside])
def test_a_notebook_that_changed_once_is_copied_again(volume, monkeypatch, change):
    copied = changing(monkeypatch, volume, 1, change)
    snapshot(volume)
    assert len(copied) == 2
    source = Path(volume.path, "experiment-1", "train.ipynb")
    assert (folder_of(volume) / "train.ipynb").read_bytes() == source.read_bytes()


def test_a_notebook_replaced_meanwhile_is_copied_as_it_was_opened(volume, monkeypatch):
    """Jupyter saves by writing a new file: the copy is the whole old or the whole new one, never half of each."""
    source = Path(volume.path, "experiment-1", "train.ipynb")
    before = source.read_bytes()

    def replace(path: Path) -> None:
        os.replace(write_notebook(path.with_name("new.ipynb"), "print('new')"), path)

    changing(monkeypatch, volume, 1, replace)
    snapshot(volume)
    assert (folder_of(volume) / "train.ipynb").read_bytes() in (before, source.read_bytes())


V4 = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", InvalidNotebook),
        (b"not json", InvalidNotebook),
        (b"\xff\xfe\x00", InvalidNotebook),
        (b"null", InvalidNotebook),
        (b"[]", InvalidNotebook),
        (b"{}", InvalidNotebook),
        (b"[" * 100_000, InvalidNotebook),
        (json.dumps(V4).encode()[:-10], InvalidNotebook),
        (json.dumps({**V4, "cells": [1]}).encode(), InvalidNotebook),
        (json.dumps({**V4, "cells": {}}).encode()[:-20], InvalidNotebook),
        (json.dumps({**V4, "metadata": []}).encode(), InvalidNotebook),
        (json.dumps({**V4, "nbformat": 99}).encode(), InvalidNotebook),
        (json.dumps({**V4, "metadata": {}}).encode(), NoKernel),
        (json.dumps({**V4, "metadata": {"kernelspec": None}}).encode(), NoKernel),
        (json.dumps({**V4, "metadata": {"kernelspec": {"name": " "}}}).encode(), NoKernel),
        (json.dumps({**V4, "metadata": {"kernelspec": {"name": 3}}}).encode(), NoKernel),
        # Named, since older pytests put the whole of it into the environment, with which no process can be started.
        pytest.param(b"[" + b" " * (IN_PROCESS_BYTES + 1), InvalidNotebook, id="large"),
        pytest.param(json.dumps({**V4, "metadata": {"x": "y" * IN_PROCESS_BYTES}}).encode(), NoKernel, id="big"),
    ],
)
def test_not_a_notebook_that_could_run(volume, content, error):
    Path(volume.path, "experiment-1", "train.ipynb").write_bytes(content)
    fails(volume, error)
