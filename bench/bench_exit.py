"""How long a notebook server takes from SIGTERM to its end, while PrimeHub hangs and while it does not.

Run by `make bench` on notebook 6.5, or with .venv/b/bin/python on Notebook 7.
"""

from __future__ import annotations

import contextlib
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from common import HOST, ask, how_many, median, ratio, running_server, show, submit, temporary_folder

from kit.misbehaving import MisbehavingPrimeHub

ROUNDS = how_many(3)
HANGING = (0, 1, 40)
THREADS = 32  # PrimeHub.max_workers


def end(home, primehub, pod, hanging: int) -> float:
    """Seconds until a server with so many hanging requests, one of them a submission, has ended."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(running_server(home, primehub, pod))
        clients = stack.enter_context(ThreadPoolExecutor(max(1, hanging)))
        gate = stack.enter_context(primehub.holding())
        if hanging:
            clients.submit(submit, server)
        for _ in range(hanging - 1):
            clients.submit(ask, server, "GET", "primehub/api/jobs")
        gate.wait_for(min(hanging, THREADS))
        started = time.monotonic()
        server.process.popen.send_signal(signal.SIGTERM)
        server.process.popen.wait(120)
        return time.monotonic() - started


def main() -> None:
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        pod = primehub.lay_out(folder / "pod")
        samples: dict[int, list[float]] = {hanging: [] for hanging in HANGING}
        for number in range(ROUNDS):
            for hanging in HANGING:
                samples[hanging].append(end(folder / f"{number}-{hanging}", primehub, pod, hanging))
    usual = median(samples[0])
    rows = [
        (f"{hanging} requests hang", f"{median(each):.2f} s", f"{max(each):.2f} s", ratio(median(each), usual))
        for hanging, each in samples.items()
    ]
    show(f"From SIGTERM to the end, host {HOST}", ("", "median", "longest", "to none"), rows)


if __name__ == "__main__":
    main()
