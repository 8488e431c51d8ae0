"""What the snapshot of a 100 MB notebook costs, beside `cp` with fsync, and what others notice of its submission."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest.mock import patch

from common import (
    HOST,
    Address,
    at_a_steady_pace,
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

from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.jobs.snapshot import SubmissionFolder
from primehub_nbext.notebooks.opening import inspect
from primehub_nbext.notebooks.volume import GroupVolume

MEGABYTES = 100
ROUNDS = 7
SUBMISSIONS = 15
PACE = 0.01  # seconds


def write_big_notebook(path: Path) -> None:
    """A notebook whose outputs are pictures: lines of base64, as matplotlib leaves them."""

    def cell():
        picture = base64.encodebytes(secrets.token_bytes(740_000)).decode()
        output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": picture}}
        return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": "plot()", "outputs": [output]}

    notebook = {
        "cells": [cell() for _ in range(MEGABYTES)],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "python3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    path.write_text(json.dumps(notebook, indent=1))


def copy_and_sync(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        os.fsync(file.fileno())


def costs(source: Path, volume: GroupVolume) -> None:
    def snapshot() -> float:
        with SubmissionFolder(volume, secrets.token_hex(8)) as folder:
            took = seconds(folder.write_snapshot, source.name, source.name)
            folder.remove()  # what is still to be written to disk would slow down the next one
        return took

    def unchecked() -> float:
        with patch("primehub_nbext.jobs.snapshot.NotebookReader"):
            return snapshot()

    def copy() -> float:
        target = source.with_name("copy.ipynb")
        took = seconds(copy_and_sync, source, target)
        target.unlink()
        return took

    def check() -> float:
        return seconds(inspect, volume, source.name)

    ways = {
        "cp and fsync": copy,
        "snapshot: copied, flushed and read": snapshot,
        "the same, but not read": unchecked,
        "read only": check,
    }
    measured: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 1):
        for name, way in ways.items():
            measured[name].append(way())
    measured = {name: each[1:] for name, each in measured.items()}  # the first round fills the page cache
    base = median(measured["cp and fsync"])
    rows = [[name, ms(median(each)), ratio(median(each), base)] for name, each in measured.items()]
    size = source.stat().st_size / 1e6
    show(f"a notebook of {size:.0f} MB, medians of {ROUNDS}", ["", "time", "to cp"], rows)


COPY_AGAIN_AND_AGAIN = 'while cp "$1" "$1.copy" && sync "$1.copy"; do rm "$1.copy"; done'


@contextlib.contextmanager
def being_copied(source: Path):
    """Meanwhile another process copies a file and flushes the copy to disk, again and again."""
    process = subprocess.Popen(["sh", "-c", COPY_AGAIN_AND_AGAIN, "sh", source], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        source.with_name(f"{source.name}.copy").unlink(missing_ok=True)


def others(server, source: Path) -> None:
    idle, again, beside_cp, busy, four, times = [], [], [], [], [], []
    address = Address(server.url, server.token)
    with ProcessPoolExecutor(4) as client:  # threads of this process would disturb what is measured
        client.submit(submit, address).result()
        for _ in range(SUBMISSIONS):
            idle += at_a_steady_pace(server, "api/status", PACE, timer(1))
            submission = client.submit(seconds, submit, address, f"phusers/{source.name}")
            busy += at_a_steady_pace(server, "api/status", PACE, submission.done)
            times.append(submission.result())
            together = [client.submit(submit, address, f"phusers/{source.name}") for _ in range(4)]
            four += at_a_steady_pace(server, "api/status", PACE, lambda each=together: all(one.done() for one in each))
            for one in together:
                one.result()
            again += at_a_steady_pace(server, "api/status", PACE, timer(1))
            with being_copied(source):
                beside_cp += at_a_steady_pace(server, "api/status", PACE, timer(median(times)))
    p50, p99 = median(idle), quantile(idle, 0.99)
    rows = []
    for name, each in (
        ("idle", idle),
        ("idle once more: the noise", again),
        ("somebody else runs cp and sync", beside_cp),
        ("a submission is under way", busy),
        ("four are", four),
    ):
        middle, slow = median(each), quantile(each, 0.99)
        rows.append([name, str(len(each)), ms(middle), ratio(middle, p50), ms(slow), ratio(slow, p99), ms(max(each))])
    head = ["meanwhile", "samples", "p50", "to idle", "p99", "to idle", "longest"]
    show(f"GET api/status while that notebook is submitted, in {median(times):.1f} s (host {HOST})", head, rows)


def main() -> None:
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        pod = primehub.lay_out(folder / "pod")
        volume = pod / "phusers"
        source = volume / "big.ipynb"
        write_big_notebook(source)
        costs(source, GroupVolume("phusers", str(volume)))
        with running_server(folder / "server", primehub, pod) as server:
            others(server, source)


if __name__ == "__main__":
    main()
