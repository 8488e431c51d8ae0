"""The functions for Python are typed: whoever uses them hears of a mistake before anything runs."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("mypy", reason="mypy is not installed: make lint sets it up")

PROGRAM = """\
from collections.abc import Iterator
from primehub_nbext import api

job: api.Job = api.submit("train.ipynb", parameters={"lr": 0.1}, timeout_seconds=60)
ended: str = api.wait(job["id"], timeout=5)["phase"]
parts: Iterator[bytes] = api.follow_log(job["id"])
findings: list[api.Finding] = api.check("train.ipynb")["findings"]
well: bool = api.doctor()["ok"]
files: list[str] = api.download(job["id"], "results")
mended, left = api.fix("train.ipynb", wanted=lambda finding: finding["severity"] == "error")
api.submit("train.ipynb", timeout_seconds="soon")
job["no_such_field"]
"""


def test_mistakes_are_found_and_nothing_else(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={tmp_path / 'cache'}", program.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=150)
    wrong = [line.partition(": error: ")[0] for line in done.stdout.splitlines() if ": error: " in line]
    assert wrong == ["program.py:11", "program.py:12"], done.stdout + done.stderr
