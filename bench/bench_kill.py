"""A notebook server killed at 200 random points of a submission, then asked again: how many jobs are there?"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from kit.killing import randomised  # noqa: E402
from kit.misbehaving import MisbehavingPrimeHub  # noqa: E402

RUNS = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, MisbehavingPrimeHub() as primehub:
        primehub.list_lag = 0.1  # seconds for which a new job is missing in PrimeHub's list
        totals = randomised(primehub, Path(folder), RUNS, seed=0)
    print("Submissions killed with SIGKILL at one or two random lines, then retried until answered")
    for name, count in totals.items():
        print(f"  {name:32} {count:5}")


if __name__ == "__main__":
    main()
