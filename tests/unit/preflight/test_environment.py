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
        ("Python3", {"python3"}, []),  # as Jupyter, which takes capitals for small letters
    ],
)
def test_a_kernel_that_is_not_here(kernel, kernels, codes):
    notebook = NotebookFile(kernel, "python", [], has_code=True, by_papermill=False)
    found = find(Subject("x.ipynb", notebook, kernels=kernels))
    assert [each["code"] for each in found] == codes
    assert all(f"`{kernel}`" in each["message"] for each in found)


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"kernels": set()}, [("warning", "unknown_kernel")]),
        ({"kernels": set(), "same_image": False}, [("note", "unknown_kernel")]),  # the other image may well have it
        ({"kernels": {"mine"}, "kernel_place": "home"}, [("warning", "kernel_in_home")]),
        ({"kernels": {"mine"}, "kernel_place": "image"}, []),
        ({"kernels": None, "kernel_place": "home"}, []),
        ({"papermill": "", "same_image": True}, [("warning", "no_papermill")]),
        ({"papermill": "home", "same_image": True}, [("warning", "no_papermill")]),
        ({"papermill": "", "same_image": None}, []),
        ({"papermill": "image", "same_image": True}, []),
        ({"papermill": None, "same_image": True}, []),
        ({"changed_on_disk": True}, [("warning", "changed_on_disk")]),
        ({"changed_on_disk": False}, []),
        ({"folder_writable": False}, [("warning", "folder_read_only")]),
    ],
)
def test_what_a_job_needs_around_it(known, told):
    notebook = NotebookFile("mine", "python", [], has_code=True, by_papermill=False)
    assert [(each["severity"], each["code"]) for each in find(Subject("x.ipynb", notebook, **known))] == told
