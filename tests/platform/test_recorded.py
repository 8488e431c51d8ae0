"""What PrimeHub's own server was recorded to answer, asked of the sandbox over HTTP.

`behaviours/` holds one exchange for each distinct behaviour and comes with the project; the whole recordings are played
too where they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import agreement

pytest.importorskip("graphql")

import behaviours  # noqa: E402
from differences import KNOWN  # noqa: E402
from play import played, read  # noqa: E402
from stage import Stage  # noqa: E402

HERE = Path(__file__).parent
RECORDINGS = HERE.parent.parent.parent / "shared" / "platform" / "recordings"
FILES = (
    "auth",
    "me_and_groups",
    "documents",
    "jobs_create",
    "jobs_read",
    "jobs_change",
    "schedules",
    "logs",
    "artifacts_and_monitoring",
    "community",
    "licence",
    "staleness",
)
MOST_DIFFERENCES = 20


def check(exchanges: list[dict], name: str, folder: Path, kind: str) -> None:
    """Play a file; fail with all that differs and is not known to."""
    new = []
    with Stage(folder, one_second=True) as stage:
        for exchange, found in played(stage, exchanges):
            reason = KNOWN.get((name, exchange))
            agreement.record(kind, f"{name}: {exchange}", not found, reason or found)
            if found and not reason:
                new.append(f"{exchange}: {found}")
            assert found or not reason, f"{exchange} agrees by now: take it out of differences.py"
    assert not new, "\n".join(new)


@pytest.mark.parametrize("name", FILES)
def test_behaves_as_recorded(name, tmp_path):
    check(behaviours.read(HERE / "behaviours" / f"{name}.jsonl"), name, tmp_path, "PrimeHub's behaviours")


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"there is no {RECORDINGS}")
@pytest.mark.parametrize("name", FILES)
def test_answers_every_recorded_request(name, tmp_path):
    check(read(RECORDINGS / f"{name}.jsonl"), name, tmp_path, "PrimeHub's recorded answers")


def test_few_differences_are_known():
    assert len(KNOWN) <= MOST_DIFFERENCES
