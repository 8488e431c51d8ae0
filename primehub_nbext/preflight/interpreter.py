"""The interpreter of a kernel: its kernelspec and names of modules in; where it would find each, importing none, out.

A process of its own is asked, for a few seconds at most: only that Python knows its path and what is on it. It gets
none of the server's secrets, and stands in no folder of the person's: `json.py` beside a notebook is not for it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 5.0  # that are waited for an answer, after which nothing is said
TURN_SECONDS = 1.0  # that are waited for others who ask
KEPT_SECONDS = 60.0  # that an answer, or that there was none, is used again
MAX_KEPT = 32
MAX_NAMES = 500
MAX_ANSWER = 1024 * 1024
PROGRAM = Path(__file__).with_name("find_modules.py")
# What of the server's environment decides what Python finds, or whether it runs at all; tokens are not among it.
PASSED = (
    "PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV",
    "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "PYTHONPLATLIBDIR",
)  # fmt: skip


@dataclass(frozen=True)
class Module:
    """Where a module is.

    place : "image" (or wherever else a job finds it, too), "volume", "home" (which is empty in a job), or "" where
        there is none
    requirement : for pip, of a module in the home folder, as its distribution says: `einops==0.7.0`; None where pip
        could not install that, or nobody knows
    """

    place: str
    requirement: str | None = None


@dataclass(frozen=True)
class Python:
    """How a kernel's interpreter is called: the program with its flags, and what its kernelspec sets for it."""

    command: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, kernelspec: Mapping[str, Any] | None) -> Python | None:
        """That of a kernelspec (`{"argv", "env", "language"}`); None where that starts something else first.

        Jupyter takes the server's own interpreter for `python`, `python3` and `python3.11`, if that is its version
        (jupyter_client's KernelManager.format_kernel_cmd), and looks for any other in PATH.
        """
        argv = (kernelspec or {}).get("argv")
        environment = (kernelspec or {}).get("env") or {}
        if not isinstance(argv, list) or not all(isinstance(word, str) for word in argv) or "-m" not in argv:
            return None
        *command, _ = (word for word in argv[: argv.index("-m") + 1])
        module = argv[argv.index("-m") + 1 : argv.index("-m") + 2]
        if not command or module not in (["ipykernel_launcher"], ["ipykernel"]):
            return None
        if not os.path.basename(command[0]).startswith("python") or not all(w.startswith("-") for w in command[1:]):
            return None
        version = sys.version_info
        if command[0] in ("python", f"python{version[0]}", f"python{version[0]}.{version[1]}"):
            command[0] = sys.executable
        program = shutil.which(command[0])
        if program is None or not isinstance(environment, dict):
            return None
        passed = tuple((name, str(value)) for name, value in sorted(environment.items()) if name in PASSED)
        if any("$" in value for _, value in passed):  # filled in by some versions of Jupyter only
            return None
        return cls((program, *command[1:]), passed)


@dataclass(frozen=True)
class Question:
    """What is asked.

    names : of modules, dotted
    first : folders in which they are looked for first: the notebook's, and those that it adds to `sys.path`
    home, volume : absolute paths, as of Subject
    """

    python: Python
    names: tuple[str, ...]
    first: tuple[str, ...]
    home: str
    volume: str


class Interpreters:
    """Asks each question once in a while, and few at the same time; for any thread."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._kept: OrderedDict[Question, tuple[float, dict[str, Module] | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(2)
        self.asked = 0  # processes that were started, for tests

    def find(self, question: Question) -> dict[str, Module] | None:
        """Where each of the modules is; None where that could not be told in time."""
        if not question.names or len(question.names) > MAX_NAMES:
            return {} if not question.names else None
        known, answer = self._known(question)
        if known or not self._turns.acquire(timeout=TURN_SECONDS):
            return answer
        try:
            known, answer = self._known(question)
            if not known:
                self.asked += 1
                answer = ask(question, self._seconds)
                with self._lock:
                    self._kept[question] = (time.monotonic() + KEPT_SECONDS, answer)
                    while len(self._kept) > MAX_KEPT:
                        self._kept.popitem(last=False)
            return answer
        finally:
            self._turns.release()

    def _known(self, question: Question) -> tuple[bool, dict[str, Module] | None]:
        with self._lock:
            until, answer = self._kept.get(question, (float("-inf"), None))
        return until > time.monotonic(), answer if until > time.monotonic() else None


def ask(question: Question, seconds: float) -> dict[str, Module] | None:
    """Start the interpreter, and wait so many seconds for what it finds; None for no answer, or none of use."""
    environment = {name: os.environ[name] for name in PASSED if name in os.environ}
    environment.update(question.python.environment)
    asked = {"names": question.names, "first": question.first, "home": question.home, "volume": question.volume}
    try:
        done = subprocess.run(
            [*question.python.command, "-c", PROGRAM.read_text(encoding="utf-8")],
            input=json.dumps(asked).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            cwd="/",
            env=environment,
            check=True,
        )
        answer = json.loads(done.stdout[-MAX_ANSWER:].splitlines()[-1])  # what starts with Python may print, too
        return {name: Module(*answer[name]) for name in question.names}
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError):
        return None


INTERPRETERS = Interpreters()
