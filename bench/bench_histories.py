"""Random histories of submissions: what happened in them, and which promises they broke. An argument: how many."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor

from common import how_many, show, temporary_folder

from kit.histories import PROMISES, live_through
from kit.misbehaving import MisbehavingPrimeHub

HISTORIES = how_many(500)
PROCESSES = 2


def lived(seeds: range):
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        os.environ["PRIMEHUB_API_TOKEN"] = primehub.token
        return live_through(primehub, folder, seeds)


def main() -> None:
    shares = [range(first, HISTORIES, PROCESSES) for first in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as processes:
        results = list(processes.map(lived, shares))
    broken = [name for wrong, _ in results for names in wrong.values() for name in names]
    happened = sum((events for _, events in results[1:]), results[0][1])
    rows = [[name, str(number)] for name, number in sorted(happened.items())]
    show(f"{HISTORIES} random histories: what happened", ["", "times"], rows)
    show("… and promises broken", ["", "histories"], [[name, str(broken.count(name))] for name in PROMISES])
    seeds = {seed: names for wrong, _ in results for seed, names in wrong.items()}
    if seeds:
        sys.exit(f"promises were broken in the histories with these seeds: {seeds}")


if __name__ == "__main__":
    main()
