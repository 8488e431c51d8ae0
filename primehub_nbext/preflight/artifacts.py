"""Artifacts: a notebook's script in; findings about what it writes to an `artifacts` that no job collects out."""

from __future__ import annotations

import os
from collections import defaultdict
from typing import Any

from .paths.calls import MAKE, WRITE
from .paths.edits import Spot, edits_of, spot_of
from .paths.uses import Use
from .subject import Subject, finding

NAME = "artifacts"


def find_artifacts(subject: Subject) -> list[dict[str, Any]]:
    """One finding for each cell that writes to a relative `artifacts/`, which is none where the job looks for it.

    What is only read there stays, unless the notebook writes it: then the fix changes both.
    """
    home, volume = subject.home, subject.volume
    if not home or not volume or subject.folder is None:
        return []
    start = os.path.join(volume, subject.folder).rstrip("/")
    target = os.path.join(home, NAME)
    uses = [use for use in subject.uses if _is_own(use, start, volume)]
    writes = defaultdict[int, list[Use]](list)
    others = list[Spot]()
    for use in uses:
        if use.deed in (WRITE, MAKE):
            writes[use.cell.index].append(use)
        else:
            others += filter(None, [spot_of(use, (NAME, f"./{NAME}"), target)])
    found = []
    for index, inside in writes.items():
        spots = [spot_of(use, (NAME, f"./{NAME}"), target) for use in inside]
        whole = all(spots)
        edits = edits_of([*filter(None, spots), *others])
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


def _is_own(use: Use, start: str, volume: str) -> bool:
    """Whether a path is relative and leads to `artifacts` in the folder where the job starts, or above that."""
    if use.place is None or not use.relative or use.text.head.removeprefix("./").split("/")[0] != NAME:
        return False
    while len(start) >= len(volume):
        if (use.place + "/").startswith(f"{start}/{NAME}/"):
            return True
        start = os.path.dirname(start)
    return False
