"""A job's command in; what a real bash started, with which arguments, in which folder, out.

Beside the recording papermill the job finds no program at all, and every name that bash looks for in vain is noted: so
a command that starts anything but papermill is caught.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

BASH = shutil.which("bash")
SCRIPT = """#!{python} -ISE
import json, os, sys
with open(os.environ["RECORD"], "a") as file:
    argv = [os.fsencode(each).hex() for each in sys.argv[1:]]
    file.write(json.dumps({{"argv": argv, "cwd": os.getcwdb().hex()}}) + "\\n")
"""
NOTE_THE_UNKNOWN = """() { printf '%s\\n' "$*" >>"$OTHERS"; }"""


@dataclass
class Run:
    """`calls` of papermill as `(argv, cwd)` in bytes; `others`: what else bash was asked to start."""

    calls: list
    others: bytes
    status: int
    stdout: bytes
    stderr: bytes


class RecordingPapermill:
    """A folder of programs whose only program is a papermill that notes how it was called and succeeds."""

    def __init__(self, folder: Path):
        self.programs = folder / "programs"
        self.programs.mkdir(parents=True)
        self.record = folder / "calls"
        self.others = folder / "others"
        papermill = self.programs / "papermill"
        papermill.write_text(SCRIPT.format(python=sys.executable))
        papermill.chmod(0o755)

    def run(self, command: str, cwd: Path, **env: str) -> Run:
        """Run a command as PrimeHub does: `bash -c`, in a start directory that is not the notebook's."""
        for file in (self.record, self.others):
            file.unlink(missing_ok=True)
        done = subprocess.run(
            [BASH, "-c", command.encode()],
            cwd=cwd,
            env={
                "PATH": str(self.programs),
                "HOSTNAME": "job-1",
                "RECORD": str(self.record),
                "OTHERS": str(self.others),
                "BASH_FUNC_command_not_found_handle%%": NOTE_THE_UNKNOWN,
                **env,
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        calls = [
            ([bytes.fromhex(each) for each in call["argv"]], bytes.fromhex(call["cwd"]))
            for call in map(json.loads, lines)
        ]
        others = self.others.read_bytes() if self.others.exists() else b""
        return Run(calls, others, done.returncode, done.stdout, done.stderr)


def as_papermill_reads(path: bytes) -> bytes:
    """The path that papermill makes of an argument: it fills in place-holders, of which there must be none."""
    return os.fsencode(os.fsdecode(path).format())
