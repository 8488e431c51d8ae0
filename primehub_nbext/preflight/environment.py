"""Environment: a notebook and where it is in; findings about what a job needs around it, and may not have, out."""

from __future__ import annotations

from typing import Any

from .subject import Subject, finding

IMAGES_OWN = ("python3", "python2")  # which the image has, whatever else of that name is in somebody's home folder


def find_environment(subject: Subject) -> list[dict[str, Any]]:
    """Findings about kernel, papermill, folder and file. No errors: only the job's own image and rights decide."""
    found = _kernel(subject)
    if subject.same_image and subject.papermill in ("", "home"):
        found.append(
            finding(
                "warning",
                "no_papermill",
                "This image has no papermill, with which a job runs the notebook.",
                "Choose another image, or ask your administrator to add papermill to this one. "
                "What is installed in your home folder is not in a job.",
            )
        )
    if subject.folder_writable is False:
        found.append(
            finding(
                "warning",
                "folder_read_only",
                "You cannot write to the folder of this notebook, where its job would put the output notebook.",
                "Save the notebook in a folder that you can write to, and submit it there: File > Save as…",
            )
        )
    if subject.changed_on_disk:
        found.append(
            finding(
                "warning",
                "changed_on_disk",
                "The notebook's file has changed on disk since it was opened or saved here.",
                "Submit asks which of the two the job runs. To see the other one: File > Reload Notebook from Disk, "
                "which drops what you have not saved.",
            )
        )
    return found


def _kernel(subject: Subject) -> list[dict[str, Any]]:
    """The kernel is not here, or only in the home folder; a note where the job's image is another anyway."""
    kernel = subject.notebook.kernel if subject.notebook else ""
    severity = "note" if subject.same_image is False else "warning"
    if not kernel or subject.kernels is None:
        return []
    if kernel.lower() not in subject.kernels and kernel not in subject.kernels:
        return [
            finding(
                severity,
                "unknown_kernel",
                "The kernel `{kernel}` is not installed on this notebook server.",
                "The job needs an image that has it: choose such an image, or another kernel (Kernel > Change kernel).",
                kernel=kernel,
            )
        ]
    if subject.kernel_place == "home" and kernel.lower() not in IMAGES_OWN:
        return [
            finding(
                severity,
                "kernel_in_home",
                "The kernel `{kernel}` is installed in your home folder, which is empty in a job.",
                "The job needs an image that has it: choose such an image, or another kernel (Kernel > Change kernel).",
                kernel=kernel,
            )
        ]
    return []
