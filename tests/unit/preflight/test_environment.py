"""The kernel that a job needs: a hint where it is not here, and none where nobody knows."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.subject import Subject


@pytest.mark.parametrize(
    ("kernel", "kernels", "codes"),
    [
        ("python3", {"python3", "ir"}, []),
        ("{kernel}", {"python3"}, ["unknown_kernel"]),
        ("python3", frozenset(), ["unknown_kernel"]),
        ("python3", None, []),
        ("", {"python3"}, []),  # told as a fault
    ],
)
def test_a_kernel_that_is_not_here(kernel, kernels, codes):
    notebook = NotebookFile(kernel, "python", [], has_code=True, by_papermill=False)
    found = find(Subject("x.ipynb", notebook, kernels=kernels))
    assert [each["code"] for each in found] == codes
    assert all(f"`{kernel}`" in each["message"] for each in found)
