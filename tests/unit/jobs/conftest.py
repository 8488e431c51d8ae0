"""Folders that other users can reach, one outside the group volume, and a papermill that notes how it is called."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from kit.recording_papermill import RecordingPapermill
from primehub_nbext.notebooks.volume import GroupVolume


@pytest.fixture
def context(person):
    """The working place of a person who is signed in."""
    return person.server().context


@pytest.fixture
def open_to_all():
    """A folder that another user can reach: pytest's own belong to one user alone."""
    folder = Path(tempfile.mkdtemp(prefix="primehub-jobs-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def volume(open_to_all):
    """A group volume that another user can reach, with one notebook."""
    open_to_all.chmod(0o777)
    write_notebook(open_to_all / "experiment-1" / "train.ipynb", "print(1)")
    return GroupVolume("phusers", str(open_to_all))


@pytest.fixture
def outside(tmp_path):
    """A folder that nothing may be written to through the volume."""
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"


@pytest.fixture(scope="module")
def papermill(tmp_path_factory):
    return RecordingPapermill(tmp_path_factory.mktemp("papermill"))
