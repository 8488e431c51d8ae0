"""Snapshots on file systems of their own: full, read-only, with a quota, with shared blocks."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.snapshots import fails, folder_of, snapshot
from primehub_nbext.notebooks.errors import VolumeFull, VolumeReadOnly
from primehub_nbext.notebooks.volume import GroupVolume

MIB = 1024**2


def run(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextlib.contextmanager
def mounted(folder: Path, *options: str | Path):
    """A file system of its own at `folder`; tests that need one pass over where mounting is not allowed."""
    run = subprocess.run(["mount", *options, str(folder)], capture_output=True)
    if run.returncode:
        pytest.skip("cannot mount a file system here: " + run.stderr.decode(errors="replace").strip())
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def btrfs(tmp_path):
    """A btrfs file system: it shares blocks, and limits a folder by quota, as some group volumes do."""
    if not shutil.which("mkfs.btrfs"):
        pytest.skip("mkfs.btrfs is not installed (apt-get install btrfs-progs)")
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(128 * MIB)
    run("mkfs.btrfs", "--quiet", image)
    folder = tmp_path / "btrfs"
    folder.mkdir()
    with mounted(folder, "-o", "loop", image):
        run("btrfs", "subvolume", "create", folder / "phusers")
        yield folder


def big_notebook(path: Path, size: int) -> Path:
    return write_notebook(path, f"x = '{os.urandom(size // 2).hex()}'")


def test_a_full_file_system(tmp_path):
    with mounted(tmp_path, "-t", "tmpfs", "-o", "size=256k", "tmpfs"):
        big_notebook(tmp_path / "train.ipynb", 150_000)
        volume = GroupVolume("phusers", str(tmp_path))
        fails(volume, VolumeFull, "train.ipynb")
        fails(volume, VolumeFull, "train.ipynb")  # the failed attempt has given its space back


def test_a_read_only_file_system(tmp_path):
    write_notebook(tmp_path / "train.ipynb", "print(1)")
    volume = GroupVolume("phusers", str(tmp_path))
    read_only = mounted(tmp_path, "--bind", "-o", "ro", tmp_path)
    with read_only, pytest.raises(VolumeReadOnly) as refusal:
        snapshot(volume, "train.ipynb")
    assert refusal.value.to_dict()["code"] == "volume_read_only"
    assert "Nothing was submitted" in refusal.value.hint
    assert not folder_of(volume).exists()


def test_a_quota(btrfs):
    """The blocks of a file without copy-on-write cannot be shared; so its copy is what goes over the limit."""
    volume = GroupVolume("phusers", str(btrfs / "phusers"))
    run("btrfs", "quota", "enable", btrfs)
    run("btrfs", "qgroup", "limit", str(4 * MIB), volume.path)
    folder = Path(volume.path, "experiment-1")
    folder.mkdir()
    run("chattr", "+C", folder)
    big_notebook(folder / "train.ipynb", 3 * MIB)
    os.sync()
    fails(volume, VolumeFull)
    assert shutil.disk_usage(volume.path).free > 16 * MIB


def test_a_quota_that_leaves_nothing(btrfs):
    volume = GroupVolume("phusers", str(btrfs / "phusers"))
    run("btrfs", "quota", "enable", btrfs)
    run("btrfs", "qgroup", "limit", str(4 * MIB), volume.path)
    big_notebook(Path(volume.path, "train.ipynb"), MIB)
    with Path(volume.path, "other").open("wb") as file, contextlib.suppress(OSError):
        while True:
            file.write(os.urandom(MIB // 16))
            os.fsync(file.fileno())
    with pytest.raises(VolumeFull):
        snapshot(volume, "train.ipynb")
    assert not folder_of(volume).exists()


def test_blocks_are_shared_where_the_file_system_can(btrfs):
    volume = GroupVolume("phusers", str(btrfs / "phusers"))
    source = big_notebook(Path(volume.path, "train.ipynb"), 20 * MIB)
    snapshot(volume, "train.ipynb")
    copy = folder_of(volume) / "train.ipynb"
    assert copy.read_bytes() == source.read_bytes()
    total, exclusive, *_ = run("btrfs", "filesystem", "du", "--raw", copy).splitlines()[-1].split()
    assert (int(total) >= 20 * MIB, int(exclusive)) == (True, 0)
    source.write_text("changed")
    assert copy.read_text()[:7] != "changed"
