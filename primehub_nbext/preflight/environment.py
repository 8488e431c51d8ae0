"""Environment: a notebook and where it is in; findings about what a job needs around it, and may not have, out."""

from __future__ import annotations

from typing import Any

from .subject import Subject, finding


def find_environment(subject: Subject) -> list[dict[str, Any]]:
    """Findings about the kernel and the folder. No errors: only the job's own image and rights decide."""
    notebook, found = subject.notebook, []
    if notebook and notebook.kernel and subject.kernels is not None and notebook.kernel not in subject.kernels:
        found.append(
            finding(
                "warning",
                "unknown_kernel",
                "The kernel `{kernel}` is not installed on this notebook server.",
                "The job needs an image that has it: choose such an image, or another kernel (Kernel > Change kernel).",
                kernel=notebook.kernel,
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
    return found
