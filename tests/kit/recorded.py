"""The recorded answers of PrimeHub's own server, where they are at hand: a folder beside this repository."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "shared/platform/recordings"
MISSING = f"no recordings of PrimeHub's server in ../{FOLDER.relative_to(FOLDER.parents[2])}"


def exchanges(*files: str) -> list[dict]:
    """All recorded exchanges of these files (all files when none is named), in order; empty where there are none."""
    paths = [FOLDER / f"{name}.jsonl" for name in files] or sorted(FOLDER.glob("*.jsonl"))
    found = []
    for path in paths:
        if path.exists() and path.name != "runner_runs.jsonl":
            found += [{**json.loads(line), "file": path.stem} for line in path.read_text().splitlines()]
    return found
