"""Contents: a notebook in; findings about one that holds nothing to run, or what a job has left, out."""

from __future__ import annotations

import re
from typing import Any

from .subject import Subject, finding

OUTPUT_NAME = re.compile(r"(.+)-job-[A-Za-z0-9.-]+-output\.ipynb\Z", re.DOTALL)


def find_contents(subject: Subject) -> list[dict[str, Any]]:
    """Findings about a notebook without code, and about the output notebook of a job."""
    notebook, found = subject.notebook, []
    if notebook is None:
        return []
    if not subject.has_code:
        found.append(
            finding(
                "warning",
                "no_code",
                "The notebook has no code, so a job of it would do nothing.",
                "Write a code cell first.",
            )
        )
    output = OUTPUT_NAME.match(subject.name)
    if output and notebook.by_papermill:
        found.append(
            finding(
                "note",
                "job_output",
                "This is the output notebook of a job.",
                "A job of it runs the cells of that time, with the parameters of that job. To run the notebook that it "
                "came from, open `{source}` and submit that.",
                source=f"{output[1]}.ipynb",
            )
        )
    return found
