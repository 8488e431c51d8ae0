"""Jobs in every state that a person may meet: nothing in; answers as of docs/rest-api.md out."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta, timezone
from typing import Any

LONG = "a job whose name somebody made very long indeed, with lr=0.0001 and <b>bold</b> words in it"


def ago(**span: float) -> str:
    """A moment before now, as the server tells it."""
    return (datetime.now(timezone.utc) - timedelta(**span)).isoformat()


def job(name: str, **more: Any) -> dict[str, Any]:
    """One that began a while ago, with what is said of it."""
    about = {
        "id": f"job-202611241030-{name[:6].strip('-').lower() or 'abc'}",
        "display_name": name,
        "phase": "Running",
        "reason": "PodRunning",
        "message": "Job is currently running",
        "console_url": "/console/g/phusers/job/x",
        "notebook_path": "phusers/states.ipynb",
        "output_path": "phusers/states-job-1-output.ipynb",
        "working_directory": "/home/jovyan/phusers",
        "snapshot_path": "/home/jovyan/phusers/.primehub/notebook-jobs/5f0c1234/states.ipynb",
        "parameters": {"start": 1, "end": 10},
        "parameters_text": {"start": "1", "end": "10"},
        "timeout_seconds": 86400,
        "instance_type": "cpu-1",
        "image": "base-notebook",
        "user": "alice",
        "submission_id": "5f0c1234abcd",
        "create_time": ago(minutes=12),
        "start_time": ago(minutes=11),
        "finish_time": None,
        "progress": None,
        "failure": None,
        "runs_as": None,
    }
    return {**about, **more}


SOURCES = ("import numpy as np", "data = load('a/rather/long/path/of/the/data/set.csv')", "model.fit(data)", "x")


def cells(done: int, total: int, state: str = "running", sources: tuple[str, ...] = SOURCES) -> dict[str, Any]:
    """Progress in which so many cells are done and the next is in this state."""
    told = [
        {
            "index": number,
            "id": f"c{number}",
            "state": "done" if number < done else state if number == done else "pending",
            "seconds": 0.4 * (number % 7) ** 3 if number <= done else None,
            "source": sources[number % len(sources)],
            "crc": f"{zlib.crc32(sources[number % len(sources)].encode()):08x}",
            "injected": False,
        }
        for number in range(total)
    ]
    at = {"running": done + 1 if state == "running" else None, "failed": done + 1 if state == "failed" else None}
    estimate = {"estimate_seconds": 95.5, "estimate_from": "job-202611211800-x1y2z3"}
    return {"total": total, "done": done, "seconds": 61.5, "cells": told, **at, **estimate}


CELLS = cells(6, 20)
TRACEBACK = (
    "\x1b[0;31m---------------------------------------------------------------------------\x1b[0m\n"
    "\x1b[0;31mValueError\x1b[0m                                Traceback (most recent call last)\n"
    "Cell \x1b[0;32mIn[7], line 3\x1b[0m\n\x1b[1;32m      1\x1b[0m x = 1\n\x1b[0;32m----> 3\x1b[0m fit(data)\n\n"
    "\x1b[0;31mValueError\x1b[0m: could not convert string to float: '<img src=x onerror=alert(1)>'"
)
FAILURE = {
    "cell": 7,
    "id": "c6",
    "name": "ValueError",
    "value": "could not convert string to float: '<img src=x onerror=alert(1)>'",
    "traceback": TRACEBACK,
    "line": 3,
}
OVER = {"finish_time": ago(minutes=2)}
AWAY = {"code": "primehub_timeout", "message": "PrimeHub did not answer in time.", "hint": "Try again."}
DETAILS: dict[str, dict[str, Any]] = {
    "new": job("new", phase="Pending", reason=None, message=None, start_time=None, create_time=ago(seconds=3)),
    "quota": job("quota", phase="Pending", reason="OverQuota", message="Insufficient group quota", start_time=None),
    "image": job("image", phase="Preparing", reason="PodPending", message="pulling image", start_time=None),
    "starting": job("starting"),
    "running": job("running", progress=CELLS),
    "long": job(LONG, progress=cells(6, 200), parameters={"name": LONG * 4, "b": list(range(200))}),
    "done": job("done", phase="Succeeded", reason="PodSucceeded", progress=cells(20, 20), **OVER),
    "failed": job("failed", phase="Failed", reason="PodFailed", message="Job failed due to Error: x",
                  progress=cells(6, 20, "failed"), failure=FAILURE, **OVER),
    "memory": job("memory", phase="Failed", reason="PodFailed", message="Job failed due to OOMKilled: ",
                  progress=cells(6, 20, "stopped"), **OVER),
    "no-cell": job("no-cell", phase="Failed", reason="PodFailed",
                   message="Job failed due to Error: No papermill in this image. Choose another image.", **OVER),
    "deadline": job("deadline", phase="Failed", reason="OverActivateDeadline", timeout_seconds=3600,
                    message="Job was active longer than specified deadline", progress=cells(6, 20, "stopped"), **OVER),
    "cancelled": job("cancelled", phase="Cancelled", reason="Cancelled", message="Cancelled by user",
                     progress=cells(6, 20, "stopped"), **OVER),
    "unknown": job("unknown", phase="Unknown", reason="PodUnknown", message="[NodeLost] gone", progress=CELLS),
}  # fmt: skip
NO_JOBS = {"jobs": [], "next": None, "as_of": ago(seconds=1), "problem": None}
LISTS: dict[str, Any] = {
    "loading": "never",
    "empty": NO_JOBS,
    "failed": (502, AWAY),
    "network": "abort",
    "one": {**NO_JOBS, "jobs": [DETAILS["running"]]},
    "all": {**NO_JOBS, "jobs": [*DETAILS.values()], "next": "MQ"},
    "stale": {**NO_JOBS, "jobs": [*DETAILS.values()][3:7], "as_of": ago(minutes=7), "problem": AWAY},
}
LOG = "".join(
    f"\x1b[32mline {number}\x1b[0m of what papermill says: Executing Cell {number}\n" for number in range(400)
)
HERE = "jobs/job-202611241030-tabs"
NO_FILES = {
    "artifacts": [],
    "total_bytes": 0,
    "phase": "Succeeded",
    "retention_seconds": 604800,
    "limits": {"files": 1000, "bytes": 104857600},
    "written_beside_notebook": None,
}
BESIDE = {"path": "/home/jovyan/phusers/artifacts", "jupyter_path": "phusers/artifacts", "files": 3}
FILES = [
    {"name": "model.bin", "size": 104857600, "modified": ago(minutes=3)},
    {"name": "plots/a plot with a name that is longer than any column.png", "size": 25000, "modified": ago(days=3)},
]
TIMES = list(range(1795521347, 1795521347 + 800, 10))
SPAN = {
    "time": TIMES,
    "cpu": [n % 9 / 10 for n in range(80)],
    "memory": [2**27 + n * 2**20 for n in range(80)],
    "gpus": [
        {
            "index": 0,
            "utilization": [n % 100 for n in range(80)],
            "memory": [n * 2**24 for n in range(80)],
            "memory_total": 2**34,
        }
    ],
}
NOTHING = {"time": [], "cpu": [], "memory": [], "gpus": []}
USED = {
    "spans": {"15m": SPAN, "1h": NOTHING, "3h": NOTHING, "lifetime": NOTHING},
    "limits": {"instance_type": "GPU 1", "cpu": 1.0, "memory": 2**31, "gpu": 1},
    "peak": {"cpu": 0.9, "memory": 216006656, "gpu": 99},
    "over": True,
    "note": None,
    "advice": [
        {
            "code": "smaller_instance_type",
            "message": "Peak memory 0.2 of 2.0 GB: a smaller instance type would do.",
            "values": {"peak": "0.2", "limit": "2.0"},
        }
    ],
}
UNUSED = {
    **USED,
    "spans": dict.fromkeys(USED["spans"], NOTHING),
    "peak": None,
    "advice": [],
    "note": {"code": "monitoring_not_yet", "message": "m"},
}
TABS: dict[str, tuple[str, dict[str, Any]]] = {
    "progress": ("progress", {}),
    "details": ("details", {}),
    "log": ("log", {f"{HERE}/*": LOG}),
    "log-not-yet": ("log", {f"{HERE}/*": (409, {"code": "log_not_yet", "message": "m", "hint": "h"})}),
    "log-cancelled": ("log", {f"{HERE}/*": (404, {"code": "log_cancelled", "message": "m", "hint": "h"})}),
    "artifacts": ("artifacts", {f"{HERE}/*": {**NO_FILES, "artifacts": FILES, "total_bytes": 104882600}}),
    "artifacts-none": ("artifacts", {f"{HERE}/*": NO_FILES}),
    "artifacts-beside": ("artifacts", {f"{HERE}/*": {**NO_FILES, "written_beside_notebook": BESIDE}}),
    "artifacts-away": ("artifacts", {f"{HERE}/*": (504, AWAY)}),
    "resources": ("resources", {f"{HERE}/*": USED}),
    "resources-none": ("resources", {f"{HERE}/*": UNUSED}),
}


def side(number: int, text: str, state: str = "done") -> dict[str, Any]:
    """One run's cell in a comparison."""
    told = {"text": f"for epoch in range({number}):\n    fit(model)", "skipped": 0, "cut": False}
    output = {"text": text, "skipped": 3, "cut": len(text) > 1000}
    place = {"number": number, "id": f"c{number}", "state": state, "seconds": 2.25 * number}
    return {**place, "line": "for epoch in range(3):", "source": told, "text": output}


DONE, WRONG = DETAILS["done"], DETAILS["failed"]
PAIRS = [
    {
        "kind": "code",
        "injected": False,
        "differs": ["outputs", "seconds"],
        "outputs": {"same": False, "media": [{"type": "image/png", "counts": [1, 2], "same": False}]},
        "sides": [side(4, "epoch 1\nloss 0.5\nsaved"), side(4, "epoch 1\nloss 0.25\nsaved")],
    },
    {
        "kind": "code",
        "injected": False,
        "differs": ["state", "outputs"],
        "outputs": {"same": False, "media": []},
        "sides": [side(5, "wide " * 300), side(5, "ValueError: <img src=x onerror=alert(1)>", "failed")],
    },
    {
        "kind": "code",
        "injected": False,
        "differs": ["presence"],
        "outputs": {"same": None, "media": []},
        "sides": [None, side(6, "only here")],
    },
]
SAME = {"jobs": [DONE, WRONG], "parameters": [], "problems": [None, None], "cells": [], "cells_left": 0, "nbdime": None}
LR = {"name": "lr", "values": ["0.1", "0.01"], "differs": True}
MORE = {"name": "a_long_name_of_a_parameter", "values": [None, LONG * 3], "differs": True}
GONE = {"code": "output_not_found", "message": "The output notebook is not there any more.", "hint": "Run it again."}
COMPARISONS: dict[str, Any] = {
    "differ": {**SAME, "parameters": [LR, MORE], "cells": PAIRS, "cells_left": 12, "nbdime": "/nbdime/diff?base=a"},
    "same": SAME,
    "one-gone": {**SAME, "parameters": [LR], "cells": None, "problems": [None, GONE]},
    "away": (504, AWAY),
    "loading": "never",
}
