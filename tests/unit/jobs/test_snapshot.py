"""A snapshot is the whole notebook, byte for byte, or is not there; read by whom the notebook is read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import threading
import time
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.snapshots import ID, folder_of, snapshot
from primehub_nbext.jobs import copying
from primehub_nbext.jobs import snapshot as snapshot_module
from primehub_nbext.jobs.copying import _copy, _copy_file_range, _sendfile
from primehub_nbext.jobs.snapshot import LOCK, SubmissionFolder
from primehub_nbext.notebooks.reader import IN_PROCESS_BYTES


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
    assert (file.kernel, [(each["name"], each["value"]) for each in file.parameters]) == ("python3", [("a", 1)])
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
