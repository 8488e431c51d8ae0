"""How long other requests wait while PrimeHub is late, how long 20 submissions take, and over how many connections.

Run by `make bench` on notebook 6.5, or with .venv/b/bin/python on Notebook 7.
"""

from __future__ import annotations

import contextlib
from concurrent.futures import ProcessPoolExecutor

from common import (
    HOST,
    Address,
    all_at_once,
    ask,
    at_a_steady_pace,
    in_turn,
    median,
    ms,
    quantile,
    ratio,
    running_server,
    seconds,
    show,
    submit,
    temporary_folder,
    timer,
)

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub
from kit.processes import wait_for

LATE = 5.0  # seconds
MARGIN = 0.5
PACE = 0.04  # seconds between two requests; all that come in 5 s fit into a server's queue of connections
ROUNDS = 4
THREADS = 32  # PrimeHub.max_workers
OTHER = "api/status"


def ours(address: Address) -> None:
    ask(address, "GET", "primehub/api/jobs")


def original(address: Address) -> None:
    ask(address, "POST", "bench/original?probe=1")


def others_while(server, primehub, number: int, function) -> list[float]:
    """Samples from when so many calls wait until shortly before the first one is answered."""
    primehub.on("", told.late(LATE, executed=False))
    before = len(primehub.requests)
    # Not in this process: sending and receiving so many would disturb what it measures.
    with ProcessPoolExecutor(1) as clients:
        calls = clients.submit(all_at_once, number, function, Address(server.url, server.token))
        wait_for("requests at PrimeHub", lambda: len(primehub.requests) - before >= min(number, THREADS))
        samples = at_a_steady_pace(server, OTHER, PACE, timer(LATE - MARGIN))
        calls.result()
    primehub.behave()
    return samples


def waiting(server, primehub) -> None:
    idle, again, eight, forty, blocked = [], [], [], [], []
    for _ in range(ROUNDS):
        idle += at_a_steady_pace(server, OTHER, PACE, timer(LATE))
        eight += others_while(server, primehub, 8, ours)
        forty += others_while(server, primehub, 40, ours)
        again += at_a_steady_pace(server, OTHER, PACE, timer(LATE))
        blocked += others_while(server, primehub, 1, original)
    base = (median(idle), quantile(idle, 0.99))
    rows = [
        [name, str(len(each)), *cells(median(each), base[0]), *cells(quantile(each, 0.99), base[1])]
        for name, each in (
            ("idle", idle),
            ("idle once more: the noise", again),
            ("8 requests of ours wait for PrimeHub", eight),
            (f"40 do, of which {THREADS} have a thread", forty),
            ("1 request of the original's way waits", blocked),
        )
    ]
    head = ["meanwhile", "samples", "p50", "to idle", "p99", "to idle"]
    show(f"GET {OTHER} while PrimeHub is {LATE:.0f} s late (host {HOST})", head, rows)


def cells(value: float, base: float) -> list[str]:
    return [ms(value), ratio(value, base)]


def overhead(server) -> None:
    paths = {
        "bench/bare": "bare handler",
        OTHER: "api/status, the server's own",
        "primehub/api/session": "session, ours",
    }
    samples: dict[str, list[float]] = {path: [] for path in paths}
    for path in paths:
        in_turn(server, path, 20)  # first uses
    for _ in range(5):
        for path, each in samples.items():
            each += in_turn(server, path, 60)
    bare = (median(samples["bench/bare"]), quantile(samples["bench/bare"], 0.99))
    rows = [
        [name, *cells(median(samples[path]), bare[0]), *cells(quantile(samples[path], 0.99), bare[1])]
        for path, name in paths.items()
    ]
    show("one request after the other, nothing late", ["route", "p50", "to bare", "p99", "to bare"], rows)


def submissions(server, primehub) -> None:
    def original():
        ask(server, "POST", "bench/original")

    submit(server)  # so that resources are in the cache, as they are after the dialog was opened
    primehub.on("", told.late(1.0, executed=False))
    rows = []
    try:
        for name, function, args in (("ours", submit, (server,)), ("the original's way", original, ())):
            one = median([seconds(function, *args) for _ in range(3)])
            twenty = seconds(all_at_once, 20, function, *args)
            rows.append([name, f"{one:.2f} s", f"{twenty:.2f} s", ratio(twenty, one)])
    finally:
        primehub.behave()
    show("submissions, PrimeHub 1 s late", ["", "one", "20 at once", "20 to one"], rows)


def connections(server, primehub) -> None:
    rows = []
    for name, path, method in (
        ("ours", "primehub/api/jobs", "GET"),
        ("the original's way", "bench/original?probe=1", "POST"),
    ):
        before = len(primehub.requests)
        for _ in range(20):
            ask(server, method, path)
        asked = primehub.requests[before:]
        rows.append([name, str(len(asked)), str(len({each.connection for each in asked}))])
    show("20 requests in a row", ["", "requests to PrimeHub", "connections used"], rows)


def main() -> None:
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        primehub = stack.enter_context(MisbehavingPrimeHub())
        pod = primehub.lay_out(folder / "pod")
        server = stack.enter_context(running_server(folder / "server", primehub, pod))
        overhead(server)
        connections(server, primehub)
        waiting(server, primehub)
        submissions(server, primehub)


if __name__ == "__main__":
    main()
