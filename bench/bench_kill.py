"""Submissions killed at random, then asked for again until answered: how many jobs are there, and what else is left?

At any line, in processes of their own; and in real notebook servers, which are killed from outside and started again.
An argument: how many submissions of each kind.
"""

from __future__ import annotations

import sys
from collections import Counter

from common import HOST, how_many, show, temporary_folder

from kit.crashing_servers import STATES, at_random_moments, crashing_servers
from kit.killing import WRONG, at_random_lines
from kit.misbehaving import MisbehavingPrimeHub

RUNS = how_many(200)  # of each kind
SERVERS = 2  # at the same time
SOURCES = {"100 bytes": "print(1)", "1.2 MB": f"x = '{'0' * 1_200_000}'"}


def table(title: str, totals: dict[str, Counter], found: tuple = ()) -> None:
    names = ["runs", "kills", *found, *WRONG, "resolved by looking it up", "jobs that ended at once"]
    show(title, ["", *totals], [[name, *(str(each[name]) for each in totals.values())] for name in names])


def lines() -> Counter:
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        primehub.list_lag = 0.1  # seconds for which a new job is missing in PrimeHub's list
        return at_random_lines(primehub, folder, RUNS, seed=0)


def moments(source: str) -> Counter:
    with temporary_folder() as folder, crashing_servers(HOST, folder, SERVERS, source) as servers:
        return at_random_moments(servers, RUNS // len(SOURCES), seed=0)


def main() -> None:
    at_lines = lines()
    table("killed with SIGKILL at one or two random lines of the package", {"count": at_lines})
    totals = {name: moments(source) for name, source in SOURCES.items()}
    totals["together"] = sum(totals.values(), Counter())
    found = tuple(f"killed: {state}" for state in STATES)
    table(f"the notebook server (host {HOST}) killed with SIGKILL at a random moment", totals, found)
    if wrong := {name: number for name in WRONG if (number := at_lines[name] + totals["together"][name])}:
        sys.exit(f"promises were broken: {wrong}")


if __name__ == "__main__":
    main()
