"""Artifacts: a notebook's script in; findings about what it writes to an `artifacts` that no job collects out."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

from .paths.calls import FETCH, GO, LINK, MAKE, MAY, READ, WRITE
from .paths.edits import Spot, edits_of, spots_of
from .paths.uses import Use, is_below
from .subject import Subject, finding

NAME = "artifacts"


def find_artifacts(subject: Subject) -> list[dict[str, Any]]:
    """One finding for each cell that writes to a relative `artifacts/`, which is none where the job looks for it.

    What is only read there stays, unless the notebook writes it: then the fix changes both. Nothing is said where the
    notebook makes `artifacts` a link.
    """
    home, volume = subject.home, subject.volume
    if not home or not volume or subject.folder is None:
        return []
    start = os.path.join(volume, subject.folder).rstrip("/")
    target = os.path.join(home, NAME)
    uses = [use for use in subject.uses if _is_own(use, start, volume)]
    there = {(use.cell.index, use.line) for use in subject.uses if use.place and is_below(use.place, target)}
    if any((use.cell.index, use.line) in there for use in uses):  # it copies the one to the other
        return []
    writes = defaultdict[int, list[Use]](list)
    others = list[Spot]()
    if any(use.deed == LINK and os.path.basename(use.place or "") == NAME for use in uses):
        return []
    for use in uses:
        if use.deed in (WRITE, MAKE, FETCH, LINK) or (use.deed == GO and _writes_there(subject.uses, use)):
            writes[use.cell.index].append(use)
        else:
            others += spots_of(use, (NAME, f"./{NAME}"), target)
    found = []
    for index, inside in writes.items():
        spots = [spots_of(use, (NAME, f"./{NAME}"), target) for use in inside]
        whole = all(spots)
        edits = edits_of([*(spot for each in spots for spot in each), *others])
        found.append(
            finding(
                "warning",
                "relative_artifacts",
                "The notebook writes to `artifacts/` in its own folder, which PrimeHub does not collect.",
                "A job of a notebook works in the notebook's folder, and only what is in `{target}` becomes the job's "
                "artifacts: write there.",
                cell=index,
                line=inside[0].line,
                fix={"label": f"Write to {target}", "edits": edits} if whole else None,
                target=target,
            )
        )
    return found


def _writes_there(uses: list[Use], gone: Use) -> bool:
    """Whether anything is written in a folder that the notebook went to, or at least nothing there is read."""
    there = [each for each in uses if each.relative and is_below(each.folder or "", gone.place or "/")]
    if any(each.deed in (WRITE, MAKE, FETCH) for each in there):
        return True
    return not any(each.deed in (READ, MAY) for each in there)


def _is_own(use: Use, start: str, volume: str) -> bool:
    """Whether a path is relative and leads to `artifacts` in the folder where the job starts, or above that."""
    if use.place is None or not use.relative or use.text.head.removeprefix("./").split("/")[0] != NAME:
        return False
    while len(start) >= len(volume):
        if (use.place + "/").startswith(f"{start}/{NAME}/"):
            return True
        start = os.path.dirname(start)
    return False
