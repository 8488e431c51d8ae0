"""Progress is read from whatever papermill has written so far."""

from __future__ import annotations

import math

import nbformat
import pytest

from primehub_nbext.progress import read_progress
from primehub_nbext.volumes import GroupVolume


@pytest.fixture
def volume(tmp_path):
    (tmp_path / "phusers").mkdir()
    return GroupVolume("phusers", str(tmp_path / "phusers"))


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, ".inf", 1])
def test_numbers_that_json_does_not_have_do_not_matter(volume, tmp_path, value):
    """While papermill runs, and where it was killed, they are as Python writes them; later as one would type them."""
    states = ["completed", "failed", "pending"]
    cells = [nbformat.v4.new_code_cell(metadata={"papermill": {"status": state}}) for state in states]
    metadata = {"papermill": {"parameters": {"x": value, "y": [value, {"z": value}]}}}
    output = tmp_path / "phusers" / "output.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), str(output))
    assert read_progress(volume, "output.ipynb") == {"total": 3, "done": 1, "running": None, "failed": 2}
    output.write_bytes(output.read_bytes()[:-10])
    assert read_progress(volume, "output.ipynb") is None
