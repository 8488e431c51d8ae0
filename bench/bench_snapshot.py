"""What the snapshot of a 100 MB notebook costs, beside `cp` with fsync, and what others notice of its submission."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from common import (
    HOST,
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

from kit.slow_primehub import SlowPrimeHub
from primehub_nbext.snapshots import SubmissionFolder, inspect
from primehub_nbext.volumes import GroupVolume

MEGABYTES = 100
ROUNDS = 5
PACE = 0.02  # seconds


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
    def snapshot():
        with SubmissionFolder(volume, secrets.token_hex(8)) as folder:
            folder.write_snapshot(source.name, source.name)

    def unchecked():
        with patch("primehub_nbext.snapshots.NotebookFile.read"):
            snapshot()

    target = source.with_name("copy.ipynb")
    shutil.copyfile(source, target)  # the source is in the page cache from here on
    measured: dict[str, list[float]] = {"cp and fsync": [], "snapshot": [], "without its check": [], "the check": []}
    for _ in range(ROUNDS):
        target.unlink()
        measured["cp and fsync"].append(seconds(copy_and_sync, source, target))
        measured["snapshot"].append(seconds(snapshot))
        measured["without its check"].append(seconds(unchecked))
        measured["the check"].append(seconds(inspect, volume, source.name))
    base = median(measured["cp and fsync"])
    rows = [[name, ms(median(each)), ratio(median(each), base)] for name, each in measured.items()]
    size = source.stat().st_size / 1e6
    show(f"a notebook of {size:.0f} MB, medians of {ROUNDS}", ["", "time", "to cp"], rows)


def others(server, source: Path) -> None:
    idle, again, busy, times = [], [], [], []
    with ThreadPoolExecutor(1) as client:
        for _ in range(3):
            idle += at_a_steady_pace(server, "api/status", PACE, timer(3))
            submission = client.submit(seconds, submit, server, f"phusers/{source.name}")
            busy += at_a_steady_pace(server, "api/status", PACE, submission.done)
            times.append(submission.result())
            again += at_a_steady_pace(server, "api/status", PACE, timer(3))
    p50, p99 = median(idle), quantile(idle, 0.99)
    rows = []
    for name, each in (("idle", idle), ("idle once more: the noise", again), ("a submission is under way", busy)):
        middle, slow = median(each), quantile(each, 0.99)
        rows.append([name, str(len(each)), ms(middle), ratio(middle, p50), ms(slow), ratio(slow, p99)])
    head = ["meanwhile", "samples", "p50", "to idle", "p99", "to idle"]
    show(f"GET api/status while that notebook is submitted, in {median(times):.1f} s (host {HOST})", head, rows)


def main() -> None:
    with temporary_folder() as folder, SlowPrimeHub(folder / "primehub") as primehub:
        source = primehub.volume / "big.ipynb"
        write_big_notebook(source)
        costs(source, GroupVolume("phusers", str(primehub.volume)))
        with running_server(folder / "server", primehub) as server:
            others(server, source)


if __name__ == "__main__":
    main()
