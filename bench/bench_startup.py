"""What loading the extension adds to a notebook server's start: import time, modules, and time to the first answer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from common import HOST, median, ms, ratio, show, switch_extensions, temporary_folder

from kit.servers import start_server

ROUNDS = 5
HEAVY = ["requests", "yaml", "nbformat"]
PROGRAM = """
import importlib, json, sys, time
started = time.perf_counter()
importlib.import_module(sys.argv[1])
loaded, before = time.perf_counter(), set(sys.modules)
import primehub_nbext.extension
print(json.dumps({"host": loaded - started, "ours": time.perf_counter() - loaded,
                  "new": sorted(set(sys.modules) - before), "had": sorted(before)}))
"""
HOST_MODULES = {"A": "notebook.notebookapp", "B": "notebook.app"}


def imports() -> None:
    runs = []
    for _ in range(ROUNDS + 1):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, HOST_MODULES[HOST]], capture_output=True, text=True, check=True
        )
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    runs = runs[1:]  # the first one fills the page cache
    host, ours = median([run["host"] for run in runs]), median([run["ours"] for run in runs])
    rows = [
        [HOST_MODULES[HOST], ms(host), ratio(host, host)],
        ["primehub_nbext.extension after it", ms(ours), ratio(ours, host)],
    ]
    show(f"import, medians of {ROUNDS}", ["", "time", "to the host"], rows)

    def state(name):
        return "by us" if name in runs[0]["new"] else "by the host" if name in runs[0]["had"] else "no"

    others = [name for name in runs[0]["new"] if name.split(".")[0] != "primehub_nbext"]
    show("imported at load?", ["module", ""], [[name, state(name)] for name in HEAVY])
    print(
        f"\n  {len(runs[0]['new']) - len(others)} modules of ours, {len(others)} others: {', '.join(others) or 'none'}"
    )


def starts() -> None:
    measured: dict[bool, list[float]] = {False: [], True: []}
    with temporary_folder() as folder:
        for number in range(ROUNDS):
            for enabled, each in measured.items():
                each.append(start(folder / f"{number}-{enabled}", enabled))
    base = median(measured[False])
    rows = [
        [f"{name} the extension", f"{median(measured[enabled]):.2f} s", ratio(median(measured[enabled]), base)]
        for enabled, name in ((False, "without"), (True, "with"))
    ]
    show(
        f"start to first answer (host {HOST}), medians of {ROUNDS}, to the next 0.05 s",
        ["", "time", "to without"],
        rows,
    )


def start(home: Path, enabled: bool) -> float:
    """Seconds from the command to the first answer."""
    switch_extensions(home, primehub_nbext=enabled)
    started = time.perf_counter()
    server = start_server(HOST, home, env={"JUPYTER_PREFER_ENV_PATH": "0"})
    took = time.perf_counter() - started
    server.stop()
    assert ("primehub: extension loaded" in server.log_text()) is enabled
    return took


def main() -> None:
    imports()
    starts()


if __name__ == "__main__":
    main()
