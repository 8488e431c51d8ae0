"""What tests of snapshots share: a group volume that another user can reach, and a folder outside of it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from kit.notebooks import write_notebook
from primehub_nbext.notebooks.volume import GroupVolume


@pytest.fixture
def volume():
    """A group volume that another user can reach, with one notebook."""
    folder = Path(tempfile.mkdtemp(prefix="snapshots-"))
    folder.chmod(0o777)
    write_notebook(folder / "experiment-1" / "train.ipynb", "print(1)")
    yield GroupVolume("phusers", str(folder))
    shutil.rmtree(folder)


@pytest.fixture
def outside(tmp_path):
    """A folder that nothing may be written to through the volume."""
    (tmp_path / "outside").mkdir()
    return tmp_path / "outside"
