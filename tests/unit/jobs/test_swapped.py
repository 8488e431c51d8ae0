"""Somebody in the group exchanges files and folders for links all the time while snapshots are made and removed."""

from __future__ import annotations

import contextlib
import ctypes
import os
import tempfile
import threading
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.snapshots import ID
from primehub_nbext.jobs.head import SNAPSHOTS
from primehub_nbext.jobs.prune import prune
from primehub_nbext.jobs.snapshot import SubmissionFolder
from primehub_nbext.notebooks.errors import NotebookNotFound, OutsideGroupVolume, VolumeError
from primehub_nbext.notebooks.volume import GroupVolume

AT_FDCWD, RENAME_EXCHANGE = -100, 2
libc = ctypes.CDLL(None, use_errno=True)
SPOTS = [".primehub", SNAPSHOTS, f"{SNAPSHOTS}/{ID}", "experiment-1", "experiment-1/train.ipynb"]
LISTED = "listed-0001"  # a submission that PrimeHub knows: pruning takes the others
TURNS = 200


def exchange(one: Path, other: Path) -> None:
    """Swap two names in one step. The spot may be missing for a moment: it is made and removed meanwhile."""
    libc.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE)


@contextlib.contextmanager
def exchanging(spot: Path, other: Path):
    done = threading.Event()

    def work():
        while not done.is_set():
            exchange(spot, other)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def contents(folder: Path) -> dict:
    return {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("spot", SPOTS)
def test_nothing_outside_is_read_written_or_removed(spot):
    with tempfile.TemporaryDirectory(prefix="swapped-") as home:
        volume = GroupVolume("phusers", str(Path(home, "phusers")))
        outside, root = Path(home, "outside"), Path(volume.path)
        notebook = write_notebook(root / "experiment-1" / "train.ipynb", "print('ours')")
        ours = notebook.read_bytes()
        # The outside looks like the inside, so that whoever gets there would go on.
        for place in ("", "notebook-jobs", f"notebook-jobs/{ID}", f"notebook-jobs/{LISTED}"):
            write_notebook(outside / place / "train.ipynb", "print('secret')", kernel="secret")
            (outside / place / "submission.json").write_text("{}")
        for path in (*outside.rglob("*"), outside):
            os.utime(path, (1, 1))
        before = contents(outside)
        for name in (ID, LISTED):
            (root / SNAPSHOTS / name).mkdir(parents=True)
        inside = {
            ".primehub": outside,
            SNAPSHOTS: outside / "notebook-jobs",
            f"{SNAPSHOTS}/{ID}": outside / "notebook-jobs" / ID,
        }
        link = root / "link"
        link.symlink_to(outside / "train.ipynb" if spot.endswith(".ipynb") else inside.get(spot, outside))
        made, refused = 0, 0
        with exchanging(root / spot, link):
            for turn in range(20 * TURNS):
                if turn >= TURNS and made and refused:
                    break
                try:
                    with SubmissionFolder(volume, ID) as folder:
                        folder.write_record({"state": "sent", "group": "group-1"})
                        read = folder.write_snapshot("experiment-1/train.ipynb", "train.ipynb")
                        assert read.kernel == "python3"
                        copied = os.open("train.ipynb", os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder._folder)
                        with os.fdopen(copied, "rb") as copy:
                            assert copy.read() == ours
                        made += 1
                        if turn % 2:
                            folder.remove()
                except (VolumeError, OutsideGroupVolume, NotebookNotFound):
                    refused += 1
                prune(volume, "group-1", [f"cat {LISTED}"], 0.0)
        assert contents(outside) == before
        assert made and refused, "the exchange was never met, or always"
