"""A snapshot is the whole notebook, byte for byte, or nothing; and nothing that was planted leads it elsewhere."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import stat
import threading
import time
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.snapshots import ID, fails, folder_of, snapshot
from primehub_nbext.jobs import copying
from primehub_nbext.jobs import snapshot as snapshot_module
from primehub_nbext.jobs.copying import TRIES, _copy, _copy_file_range, _sendfile
from primehub_nbext.jobs.errors import NotebookChanging
from primehub_nbext.jobs.record import SubmissionRecord
from primehub_nbext.jobs.snapshot import LOCK, RECORD, SubmissionFolder
from primehub_nbext.notebooks.errors import (
    InvalidNotebook,
    NoKernel,
    NotebookNotFound,
    VolumeError,
    VolumeFull,
    VolumePermissionDenied,
)
from primehub_nbext.notebooks.reader import IN_PROCESS_BYTES
from primehub_nbext.notebooks.volume import GroupVolume

NOBODY = 65534


# --- the copy -------------------------------------------------------------------------------------


def test_a_snapshot_is_the_notebook_byte_for_byte(volume):
    source = Path(volume.path, "experiment-1", "train.ipynb")
    source.write_bytes(source.read_bytes().replace(b"\n", b"\r\n") + b"\r\n \t")
    assert snapshot(volume).kernel == "python3"
    copy = folder_of(volume) / "train.ipynb"
    assert copy.read_bytes() == source.read_bytes()
    assert not copy.is_symlink() and copy.stat().st_ino != source.stat().st_ino
    source.write_text("changed")
    assert copy.read_text() != "changed"


def test_every_way_of_copying_gives_the_same_bytes(tmp_path):
    content = os.urandom(3 * 1024 * 1024 + 17)
    (tmp_path / "source").write_bytes(content)
    ways = {
        "copy_file_range": _copy_file_range,
        "sendfile": _sendfile,
    }
    for name, way in ways.items():
        with open(tmp_path / "source", "rb") as source, open(tmp_path / name, "wb") as target:
            assert way(source.fileno(), target.fileno(), len(content)), name
        assert (tmp_path / name).read_bytes() == content


def test_copies_through_memory_where_the_kernel_cannot(volume, monkeypatch):
    monkeypatch.setattr(copying, "_copy_file_range", lambda *_: False)
    monkeypatch.setattr(copying, "_sendfile", lambda *_: False)
    snapshot(volume)
    assert (folder_of(volume) / "train.ipynb").read_bytes() == Path(
        volume.path, "experiment-1", "train.ipynb"
    ).read_bytes()


@pytest.mark.alone
def test_a_large_notebook_is_read_by_a_process_of_its_own(volume):
    """30 MB; meanwhile this process goes on: reading it here would hold the interpreter for the whole time."""
    big = write_notebook(Path(volume.path, "big.ipynb"), "a = 1")
    notebook = json.loads(big.read_bytes())
    notebook["cells"][0]["metadata"]["tags"] = ["parameters"]
    notebook["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * (30 * 1024 * 1024)}]
    big.write_text(json.dumps(notebook))
    assert big.stat().st_size > IN_PROCESS_BYTES
    done, pauses = threading.Event(), []

    def watch():
        before = time.monotonic()
        while not done.wait(0.005):
            pauses.append(time.monotonic() - before)
            before = time.monotonic()

    thread = threading.Thread(target=watch)
    thread.start()
    began = time.monotonic()
    try:
        file = snapshot(volume, "big.ipynb", "big.ipynb")
    finally:
        took = time.monotonic() - began
        done.set()
        thread.join()
    assert (file.kernel, file.parameters) == ("python3", [{"name": "a", "value": "1"}])
    assert (folder_of(volume) / "big.ipynb").read_bytes() == big.read_bytes()
    # Most of the time nothing held this thread, on a busy machine too.
    assert len(pauses) > 3 and sorted(pauses)[len(pauses) // 2] < took / 3


@pytest.mark.parametrize("name", ["-d.ipynb", "it's {x} $(id)\n∂.ipynb", "x" * 249 + ".ipynb", "submission.json.ipynb"])
def test_names_of_every_kind(volume, name):
    shutil.copy(Path(volume.path, "experiment-1", "train.ipynb"), Path(volume.path, name))
    snapshot(volume, name, name)
    assert (folder_of(volume) / name).read_bytes() == Path(volume.path, name).read_bytes()


def test_nothing_of_a_snapshot_is_seen_before_it_is_whole(volume, monkeypatch):
    seen = []
    copy = _copy

    def watched(source, target, size):
        copy(source, target, size)
        seen.extend(os.listdir(folder_of(volume)))

    monkeypatch.setattr(copying, "_copy", watched)
    snapshot(volume)
    assert seen and "train.ipynb" not in seen
    assert sorted(os.listdir(folder_of(volume))) == [LOCK, "train.ipynb"]


def test_a_server_killed_while_it_copies_leaves_no_snapshot(volume):
    """SIGKILL between the copy and the renaming; the next attempt of the same submission succeeds and clears up."""
    child = os.fork()
    if child == 0:
        snapshot_module.os = _KillOn(os, "fsync")
        snapshot(volume)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert not (folder_of(volume) / "train.ipynb").exists()
    with SubmissionFolder(volume, ID) as folder:
        folder.write_snapshot("experiment-1/train.ipynb", "train.ipynb")
        folder.clear(keep="train.ipynb")
    assert sorted(os.listdir(folder_of(volume))) == [LOCK, "train.ipynb"]


class _KillOn:
    """The os module, but for one function that ends the process at once."""

    def __init__(self, module, name: str):
        self._module, self._name = module, name

    def __getattr__(self, name: str):
        if name == self._name:
            os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self._module, name)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o664, 0o444])
def test_a_snapshot_is_read_by_whom_the_notebook_is_read(volume, mode):
    source = Path(volume.path, "experiment-1", "train.ipynb")
    source.chmod(mode)
    snapshot(volume)
    assert stat.S_IMODE((folder_of(volume) / "train.ipynb").stat().st_mode) == mode | 0o600


@pytest.mark.parametrize("mode", [0o700, 0o2770, 0o2775, 0o777])
def test_who_may_write_in_the_volume_may_submit(volume, mode):
    """The umask of whoever comes first must not keep the others of the group out; their snapshots are their own."""
    os.chmod(volume.path, mode)
    before = os.umask(0o022)
    try:
        snapshot(volume)
    finally:
        os.umask(before)
    folders = [folder_of(volume), *folder_of(volume).parents]
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in folders[1:4]] == [mode] * 3
    assert stat.S_IMODE(folders[0].stat().st_mode) & 0o022 == 0


# --- what the disk says ---------------------------------------------------------------------------


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


# --- what is no notebook --------------------------------------------------------------------------

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


# --- what somebody planted ------------------------------------------------------------------------


@pytest.mark.parametrize("planted", [".primehub", ".primehub/notebook-jobs", f".primehub/notebook-jobs/{ID}"])
@pytest.mark.parametrize("below", ["", "notebook-jobs", f"notebook-jobs/{ID}"])
def test_a_planted_link_in_the_place_of_a_folder(volume, outside, planted, below):
    (outside / below).mkdir(parents=True, exist_ok=True)
    link = Path(volume.path, planted)
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    before = sorted(outside.rglob("*"))
    with pytest.raises(VolumeError):
        snapshot(volume)
    assert sorted(outside.rglob("*")) == before


@pytest.mark.parametrize("name", [LOCK, RECORD, "train.ipynb"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_planted_link_in_the_place_of_a_file(volume, outside, name, exists):
    folder_of(volume).mkdir(parents=True)
    target = outside / "precious"
    if exists:
        target.write_text('{"state": "created", "id": "planted"}')
    (folder_of(volume) / name).symlink_to(target)
    with contextlib.suppress(VolumeError), SubmissionFolder(volume, ID) as folder:
        assert folder.read_record() == ("" if name == RECORD else None)
        folder.write_record({"state": "sent"})
        folder.write_snapshot("experiment-1/train.ipynb", "train.ipynb")
        assert folder.read_record() == {"state": "sent"}
    assert os.listdir(outside) == (["precious"] if exists else [])
    if exists:
        assert target.read_text() == '{"state": "created", "id": "planted"}'


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
@pytest.mark.parametrize("name", [LOCK, RECORD])
def test_something_else_in_the_place_of_a_file_does_not_hold_the_server(volume, name, make):
    folder_of(volume).mkdir(parents=True)
    make(folder_of(volume) / name)
    ended = threading.Event()

    def work():
        with contextlib.suppress(VolumeError), SubmissionFolder(volume, ID) as folder:
            assert folder.read_record() == (None if name == LOCK else "")
        ended.set()

    threading.Thread(target=work, daemon=True).start()
    assert ended.wait(20)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 100_000, b"{}" + b" " * 2_000_000])
def test_a_damaged_record_is_one_all_the_same(volume, content):
    """Something was noted, so something may have been sent."""
    with SubmissionFolder(volume, ID) as folder:
        assert SubmissionRecord.of(folder.read_record(), ID).state == "new"
        (folder_of(volume) / RECORD).write_bytes(content)
        assert SubmissionRecord.of(folder.read_record(), ID).state == "sent"


def test_a_record_reads_back(volume):
    record = {"state": "sent", "command": "x" * 100_000, "display_name": "台灣 😀"}
    with SubmissionFolder(volume, ID) as folder:
        folder.write_record({"state": "old"})
        folder.write_record(record)
        assert folder.read_record() == record


def test_removing_leaves_nothing(volume):
    with SubmissionFolder(volume, ID) as folder:
        folder.write_record({"state": "sent"})
        folder.write_snapshot("experiment-1/train.ipynb", "train.ipynb")
        assert SubmissionFolder.exists(volume, ID)
        folder.remove()
    assert not SubmissionFolder.exists(volume, ID)
    assert os.listdir(folder_of(volume).parent) == []


def test_the_lock_keeps_other_processes_away(volume):
    """A child holds the folder, then removes it: who waited gets a new one, not the removed one."""
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        with SubmissionFolder(volume, ID) as folder:
            os.write(ready[1], b"1")
            os.read(go[0], 1)
            folder.remove()
        os._exit(0)
    os.read(ready[0], 1)
    entered = threading.Event()

    def enter():
        with SubmissionFolder(volume, ID) as folder:
            folder.write_record({"state": "mine"})
            entered.set()

    thread = threading.Thread(target=enter)
    thread.start()
    assert not entered.wait(0.3)
    os.write(go[1], b"1")
    os.waitpid(child, 0)
    thread.join(20)
    assert entered.is_set()
    assert json.loads((folder_of(volume) / RECORD).read_text()) == {"state": "mine"}
    for end in (*ready, *go):
        os.close(end)
