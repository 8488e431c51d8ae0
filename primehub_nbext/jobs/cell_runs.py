"""Cell runs: a scanned output notebook in; what papermill noted of each code cell out.

papermill writes the output notebook anew after each cell, with a status and times in each cell's metadata. Neither is
the last word: a killed job's cell stays "running", which the job's phase corrects; and when the kernel does not start,
or dies, papermill (2.4 to 2.7, seen) marks every cell that is left "completed", but gives it no start time.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..notebooks.scanner import ScannedCell

MARKER = "papermill-error-cell-tag"  # cells that papermill puts in to point at the one that failed
INJECTED = "injected-parameters"
MAX_LINE = 200  # characters of a cell's first line


@dataclass(frozen=True)
class CellRun:
    """What is known of one code cell.

    index : of the cell in the notebook from 0, without papermill's pointers to the cell that failed
    id : nbformat's, None in notebooks that have none
    line : the first line of its source that is not empty
    crc : CRC-32 of the source in UTF-8, 8 hexadecimal digits
    injected : whether papermill put it in, to set parameters
    status : papermill's: "pending", "running", "completed" or "failed"
    start, end : seconds since 1970 on the job's clock, None where not known
    place : its number among all cells of the file, from 0
    """

    index: int
    id: str | None
    line: str
    crc: str
    injected: bool
    status: str
    start: float | None
    end: float | None
    place: int


def cell_runs(cells: list[ScannedCell]) -> list[CellRun]:
    """Of the code cells, in order. Raises ValueError for what is no notebook."""
    runs, index = [], 0
    for place, scanned in enumerate(cells):
        cell = scanned.cell
        metadata = cell.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        tags = metadata.get("tags")
        tags = tags if isinstance(tags, list) else []
        if MARKER in tags:
            continue
        if cell.get("cell_type") == "code":
            note = metadata.get("papermill")
            note = note if isinstance(note, dict) else {}
            source = source_of(cell)
            runs.append(
                CellRun(
                    index=index,
                    id=cell["id"][:64] if isinstance(cell.get("id"), str) else None,
                    line=next((line for line in source.splitlines() if line.strip()), "")[:MAX_LINE],
                    crc=crc_of(source),
                    injected=INJECTED in tags,
                    status=str(note.get("status") or "pending"),
                    start=read_time(note.get("start_time")),
                    end=read_time(note.get("end_time")),
                    place=place,
                )
            )
        index += 1
    return runs


def source_of(cell: dict[str, Any]) -> str:
    """A cell's source, which nbformat writes in lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def crc_of(source: str) -> str:
    """CRC-32 of a source, as a browser can work it out without crypto.subtle, which plain http has not."""
    return f"{zlib.crc32(source.encode('utf-8', 'surrogatepass')):08x}"


def read_time(text: object) -> float | None:
    """Seconds since 1970 of what papermill writes: ISO 8601, by some of its versions in UTC without saying so."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return (time if time.tzinfo else time.replace(tzinfo=timezone.utc)).timestamp()
    except (ValueError, OverflowError):
        return None
