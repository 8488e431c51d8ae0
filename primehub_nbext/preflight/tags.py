"""Tags: a notebook in; findings about tagged cells that a job runs, or leaves out, unlike what one may expect, out.

papermill runs cells by nbclient, which knows two tags: it leaves out a cell tagged `skip-execution`, and goes on after
an error in one tagged `raises-exception`; but papermill looks for errors at the end again, and then the job has failed.
A tag is told of once, at the first of its cells: whoever uses one, uses it for many.
"""

from __future__ import annotations

from typing import Any

from .subject import Subject, finding

HEEDED, RAISING = "skip-execution", "raises-exception"
# What people write, and other tools heed: Kale, Jupyter Book, scripts of their own.
SKIPPING = {
    *("skip", "skip-cell", "skip_cell", "skip_execution", "skip-run", "skip-papermill", "papermill-skip", "noexecute"),
    *("no-execute", "no_execute", "no-exec", "noexec", "do-not-execute", "dont-execute", "no-run", "norun", "dont-run"),
    *("do-not-run", "donotrun", "ignore-cell", "disabled"),
}


def find_tags(subject: Subject) -> list[dict[str, Any]]:
    """Findings about code cells with such tags, whatever they are written in."""
    tagged: dict[str, list[int]] = {}
    for index, cell in enumerate(subject.notebook.cells if subject.notebook else []):
        if cell["type"] == "code" and cell["source"].strip():
            tag = _telling(set(cell["tags"]))
            if tag:
                tagged.setdefault(tag, []).append(index)
    return [_told(tag, cells) for tag, cells in tagged.items()]


def _telling(tags: set[str]) -> str | None:
    """The tag of a cell that there is something to say about, None for none.

    Whoever has tagged a cell twice to be left out, as the fix does, knows that it is.
    """
    skipping = min(tags & SKIPPING, default=None)
    if HEEDED in tags:
        return None if skipping else HEEDED
    return skipping or (RAISING if RAISING in tags else None)


def _told(tag: str, cells: list[int]) -> dict[str, Any]:
    """The finding about a tag and the cells that have it, at the first of them."""
    one = len(cells) == 1
    values: dict[str, Any] = {"tag": tag, "count": len(cells)}
    if tag == HEEDED:
        return finding(
            "note",
            "tag_skips",
            "A job leaves this cell out, because of its tag `{tag}`."
            if one
            else "A job leaves {count} cells out, this one first, because of their tag `{tag}`.",
            "papermill does so, but for older versions. Where the cell should run, remove the tag.",
            cells[0],
            **values,
        )
    if tag == RAISING:
        return finding(
            "note",
            "tag_raises",
            "If this cell raises an exception, the job runs to its end, but counts as failed."
            if one
            else "If one of {count} cells raises an exception, this one first, the job runs to its end, but counts as "
            "failed.",
            f"The tag `{RAISING}` does not change that: catch the exception in the cell.",
            cells[0],
            **values,
        )
    edits = [{"cell": cell, "tag": HEEDED} for cell in cells]
    return finding(
        "note",
        "tag_ignored",
        "A job runs this cell, whatever its tag `{tag}` says."
        if one
        else "A job runs {count} cells, this one first, whatever their tag `{tag}` says.",
        f"The tag with which papermill leaves a cell out is `{HEEDED}`.",
        cells[0],
        fix={"label": f"Tag {'it' if one else 'them'} {HEEDED}", "edits": edits},
        **values,
    )
