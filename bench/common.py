"""What the measurements share: servers to measure in; samples, their quantiles and a table out.

Figures are ratios of things measured in the same run, by turns. Nothing here passes or fails: tests/ does that.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from tornado.httpclient import AsyncHTTPClient  # noqa: E402

from kit.misbehaving import MisbehavingPrimeHub  # noqa: E402
from kit.servers import NotebookServer, hosts, start_server, switch_extensions  # noqa: E402

HOST = hosts()[0]
EXAMPLE = "phusers/experiment-1/capitalize.ipynb"


def how_many(usual: int) -> int:
    """The number that a proof was called with, else the usual one: fewer, to see that it works at all."""
    return int(sys.argv[1]) if len(sys.argv) > 1 else usual


@contextlib.contextmanager
def temporary_folder():
    with tempfile.TemporaryDirectory(prefix="primehub-bench-") as name:
        yield Path(name)


@contextlib.contextmanager
def running_server(home: Path, primehub: MisbehavingPrimeHub, pod: Path):
    """A notebook server wired to `primehub`, signed in, on a pod's home, with comparison.py beside the extension."""
    switch_extensions(home, comparison=True)
    env = {
        **primehub.notebook_env(pod),
        "PYTHONPATH": str(HERE),
        "PRIMEHUB_API_TOKEN": primehub.token,
        "JUPYTER_PREFER_ENV_PATH": "0",
    }
    server = start_server(HOST, home, env=env, root=pod)
    try:
        yield server
    finally:
        server.stop()


@dataclass(frozen=True)
class Address:
    """What another process needs to send requests to a server."""

    url: str
    token: str


def ask(server: NotebookServer | Address, method: str, path: str, **options):
    """One request over a connection of its own."""
    with NotebookServer.session() as session:
        headers = {"Authorization": f"token {server.token}"}
        answer = session.request(method, server.url + path, headers=headers, timeout=120, **options)
    answer.raise_for_status()
    return answer


def submit(server: NotebookServer | Address, path: str = EXAMPLE):
    body = {"notebook_path": path, "display_name": "a job", "instance_type": "cpu-1", "image": "base-notebook"}
    return ask(server, "POST", "primehub/api/jobs", json=body)


def seconds(function, *args) -> float:
    started = time.perf_counter()
    function(*args)
    return time.perf_counter() - started


def all_at_once(number: int, function, *args) -> None:
    """Call a function from so many threads; returns when the last one is done."""
    with ThreadPoolExecutor(number) as clients:
        for each in [clients.submit(function, *args) for _ in range(number)]:
            each.result()


def in_turn(server: NotebookServer, path: str, number: int) -> list[float]:
    """Seconds of so many requests, each sent when the one before was answered, over one connection."""
    return [seconds(lambda: server.request("GET", path).raise_for_status()) for _ in range(number)]


def at_a_steady_pace(server: NotebookServer, path: str, every: float, until) -> list[float]:
    """Seconds from when a request was due to its answer, one due `every` seconds until `until()`, at least once.

    At a pace, not in turn: a server that stands still must be seen by everybody who would have called meanwhile.
    """

    async def one(client, due):
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await client.fetch(server.url + path, headers={"Authorization": f"token {server.token}"}, request_timeout=120)
        return time.perf_counter() - due

    async def run():
        client = AsyncHTTPClient(force_instance=True, max_clients=10_000)
        due, started = time.perf_counter() + every, []
        while not started or not until():
            started.append(asyncio.ensure_future(one(client, due)))
            due += every
            await asyncio.sleep(max(0.0, due - every - time.perf_counter()))
        try:
            return await asyncio.gather(*started)
        finally:
            client.close()

    return asyncio.run(run())


def timer(length: float):
    """Whether so many seconds have gone by since now."""
    end = time.perf_counter() + length
    return lambda: time.perf_counter() >= end


def quantile(samples: list[float], share: float) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(samples: list[float]) -> float:
    return statistics.median(samples)


def ms(value: float) -> str:
    return f"{value * 1000:.1f} ms"


def ratio(value: float, base: float) -> str:
    return f"{value / base:.2f}x"


def show(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print a table; the first column is text, the others are figures."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    print(f"\n{title}\n")
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [
            cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths))
        ]
        print("  " + "  ".join(cells).rstrip(), flush=True)
