"""A group volume in; what a snapshot of one of its notebooks, or the refusal of one, leaves there out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs.snapshot import LOCK, SubmissionFolder
from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.notebooks.volume import GroupVolume

ID = "5f0c1234abcd"


def snapshot(volume: GroupVolume, source: str = "experiment-1/train.ipynb", name: str = "train.ipynb") -> NotebookFile:
    with SubmissionFolder(volume, ID) as folder:
        return folder.write_snapshot(source, name)


def folder_of(volume: GroupVolume) -> Path:
    return Path(volume.path, ".primehub", "notebook-jobs", ID)


def nothing_half_written(volume: GroupVolume) -> None:
    assert [name for name in os.listdir(folder_of(volume)) if name != LOCK] == []


def fails(volume: GroupVolume, error: type, source: str = "experiment-1/train.ipynb") -> None:
    """The snapshot is refused with exactly this error, says that nothing was submitted, and leaves nothing."""
    with pytest.raises(PrimeHubError) as refusal:
        snapshot(volume, source)
    assert type(refusal.value) is error
    nothing_half_written(volume)
