"""What one submission costs a notebook server, and what a large answer of PrimeHub leaves it with.

Run by `make bench` on notebook 6.5, or with .venv/b/bin/python on Notebook 7.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from common import EXAMPLE, HOST, ask, how_many, median, ms, ratio, running_server, show, temporary_folder

from kit import misbehaving as told
from kit.misbehaving import MisbehavingPrimeHub

ROUNDS = how_many(60)
SENT = 2000  # bytes of a small file, as a record or a snapshot is
TICKS = os.sysconf("SC_CLK_TCK")
ANSWER = 50_000_000  # bytes


def processor_time(process: int) -> float:
    """Seconds of processor time that a process has taken, of user and system."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_memory(process: int) -> float:
    """The most memory that a process ever had, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def flushed_file(folder: Path, name: str) -> None:
    """A small file as one writes it to last: flushed, renamed, and its folder flushed."""
    with open(folder / f".{name}", "wb") as file:
        file.write(b"x" * SENT)
        file.flush()
        os.fsync(file.fileno())
    os.rename(folder / f".{name}", folder / name)
    at = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(at)
    finally:
        os.close(at)


def submission(server, primehub, volume: Path) -> None:
    body = {"notebook_path": EXAMPLE, "display_name": "a job", "instance_type": "cpu-1", "image": "base-notebook"}

    def ours() -> None:
        server.api("POST", "jobs", json=body).raise_for_status()

    def original() -> None:
        server.request("POST", "bench/original").raise_for_status()

    def local() -> None:
        server.api("GET", "session").raise_for_status()

    def flushed() -> None:
        for name in ("one", "two"):
            flushed_file(volume, name)

    ways = {
        "the original's way: one createPhJob": original,
        "GET session: nothing but the server": local,
        "two small files, flushed": flushed,
        "a submission": ours,
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    busy: dict[str, float] = dict.fromkeys(ways, 0.0)
    pid = server.process.popen.pid
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            before, started = processor_time(pid), time.perf_counter()
            way()
            if number:  # not the first round, which imports and connects
                took[name].append(time.perf_counter() - started)
                busy[name] += processor_time(pid) - before
    base = median(took["the original's way: one createPhJob"])
    rows = [[name, ms(median(each)), ratio(median(each), base), ms(busy[name] / ROUNDS)] for name, each in took.items()]
    head = ["", "median", "to the original", "processor time of the server"]
    show(f"one submission, {ROUNDS} rounds by turns (host {HOST})", head, rows)


def memory(server, primehub) -> None:
    pid = server.process.popen.pid
    before = peak_memory(pid)
    rows = [["before", f"{before:.0f} MB", ""]]
    primehub.on("", told.huge(ANSWER))
    refused = server.api("GET", "jobs")
    after = peak_memory(pid)
    rows.append(
        [f"after {ANSWER / 1e6:.0f} MB ({refused.json()['code']})", f"{after:.0f} MB", f"+{after - before:.0f} MB"]
    )
    primehub.behave()
    show("peak memory of the server", ["", "peak", ""], rows)


def main() -> None:
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        pod = primehub.lay_out(folder / "pod")
        with running_server(folder / "server", primehub, pod) as server:
            ask(server, "GET", "primehub/api/resources")
            submission(server, primehub, pod / "phusers")
            memory(server, primehub)


if __name__ == "__main__":
    main()
