"""Tags: a notebook in; findings about tagged cells that a job runs, or leaves out, unlike what one may expect, out.

papermill runs cells by nbclient, which knows two tags: it leaves out a cell tagged `skip-execution`, and goes on after
an error in one tagged `raises-exception`; but papermill looks for errors at the end again, and then the job has failed.
"""

from __future__ import annotations

from typing import Any

from .subject import Subject, finding

HEEDED = "skip-execution"
# What people write, and other tools heed: Kale, Jupyter Book, scripts of their own.
SKIPPING = {
    *("skip", "skip-cell", "skip_cell", "skip_execution", "skip-run", "skip-papermill", "papermill-skip", "noexecute"),
    *("no-execute", "no_execute", "no-exec", "noexec", "do-not-execute", "dont-execute", "no-run", "norun", "dont-run"),
    *("do-not-run", "donotrun", "ignore-cell", "disabled"),
}


def find_tags(subject: Subject) -> list[dict[str, Any]]:
    """Findings about code cells with such tags, whatever they are written in."""
    found = list[dict[str, Any]]()
    for index, cell in enumerate(subject.notebook.cells if subject.notebook else []):
        if cell["type"] != "code" or not cell["source"].strip():
            continue
        tags = set(cell["tags"])
        if HEEDED in tags:
            found.append(
                finding(
                    "note",
                    "tag_skips",
                    "A job leaves this cell out, because of its tag `{tag}`.",
                    "papermill does so, but for older versions. Where the cell should run, remove the tag.",
                    cell=index,
                    tag=HEEDED,
                )
            )
        elif tags & SKIPPING:
            fix = {"label": f"Tag it {HEEDED}", "edits": [{"cell": index, "tag": HEEDED}]}
            found.append(
                finding(
                    "note",
                    "tag_ignored",
                    "A job runs this cell, whatever its tag `{tag}` says.",
                    f"The tag with which papermill leaves a cell out is `{HEEDED}`.",
                    cell=index,
                    fix=fix,
                    tag=min(tags & SKIPPING),
                )
            )
        elif "raises-exception" in tags:
            found.append(
                finding(
                    "note",
                    "tag_raises",
                    "If this cell raises an exception, the job runs to its end, but counts as failed.",
                    "The tag `raises-exception` does not change that: catch the exception in the cell.",
                    cell=index,
                )
            )
    return found
