"""The folder of a submission: what is planted leads nowhere else, a record reads back, one at a time has the lock."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit.snapshots import ID, folder_of, snapshot
from primehub_nbext.jobs.record import SubmissionRecord
from primehub_nbext.jobs.snapshot import LOCK, RECORD, SubmissionFolder
from primehub_nbext.notebooks.errors import (
    VolumeError,
)


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
    assert os.listdir(volume.path) == ["experiment-1"]


def test_what_others_have_left_in_the_folders_above_stays(volume):
    Path(volume.path, ".primehub").mkdir()
    Path(volume.path, ".primehub", "profile").write_text("export A=1")
    with SubmissionFolder(volume, ID) as folder:
        folder.remove()
    assert os.listdir(os.path.join(volume.path, ".primehub")) == ["profile"]


def test_folders_that_others_remove_are_made_again(volume):
    """Forty submissions at once, each of which is refused and removes what is empty then."""

    def refused(number: int) -> None:
        with SubmissionFolder(volume, f"{ID}-{number}") as folder:
            folder.write_record({"number": number})
            assert folder.read_record() == {"number": number}
            folder.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(refused, range(40)))
    assert not os.path.exists(os.path.join(volume.path, ".primehub"))


def test_a_volume_that_went_away_is_said_to_be_so(volume, monkeypatch):
    """Its descriptor is still open, but nothing can be made in it."""
    root = os.open(tempfile.mkdtemp(), os.O_RDONLY)
    os.rmdir(os.readlink(f"/proc/self/fd/{root}"))
    monkeypatch.setattr(type(volume), "open_root", lambda self: root)
    with pytest.raises(VolumeError), SubmissionFolder(volume, ID):
        pass


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
