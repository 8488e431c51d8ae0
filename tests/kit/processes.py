"""A command and a clean environment in; a process that can be waited for and that leaves nothing behind out."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 15
ANSWER_SECONDS = 20
MARK = "NBEXT_TEST_PROCESS"


class DidNotStart(AssertionError):
    """The process ended or stayed silent; carries the end of its log."""


def clean_env(home: Path) -> dict:
    """The environment of a fresh person in a fresh home: nothing of the tester's own Jupyter, PrimeHub or proxies."""
    env = {name: os.environ[name] for name in ("TZ", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ}
    env["LANG"] = env["LC_ALL"] = "C.UTF-8"
    # This environment's programs first: a job must find the papermill that was installed beside the server.
    env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    env["HOME"] = str(home)
    for name, folder in {
        "JUPYTER_CONFIG_DIR": ".jupyter",
        "JUPYTER_DATA_DIR": ".local/share/jupyter",
        "JUPYTER_RUNTIME_DIR": ".local/share/jupyter/runtime",
        "IPYTHONDIR": ".ipython",
    }.items():
        path = home / folder
        path.mkdir(parents=True, exist_ok=True)
        env[name] = str(path)
    return env


def wait_for(what: str, ready, seconds: float = START_SECONDS, check=lambda: None):
    """The first true answer of ready(); check() may raise to give up early. Polls, because files send no events."""
    deadline = time.monotonic() + seconds
    while True:
        answer = ready()
        if answer:
            return answer
        check()
        if time.monotonic() > deadline:
            raise DidNotStart(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


class Process:
    """One started program: its log is a file, and every process it ever starts carries its mark."""

    def __init__(self, command: list, env: dict, cwd: Path, log: Path):
        self.mark = uuid.uuid4().hex
        self.log = log
        self.out = log.with_suffix(".out")
        with log.open("wb") as errors, self.out.open("wb") as output:
            self.popen = subprocess.Popen(
                [str(part) for part in command],
                env={**env, MARK: self.mark},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                # Ctrl-C in pytest stops pytest, whose fixtures then stop this properly.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    def log_text(self) -> str:
        """All it has printed so far, standard output included."""
        return self.log.read_text(errors="replace") + self.out.read_text(errors="replace")

    def must_be_alive(self) -> None:
        if self.popen.poll() is not None:
            raise DidNotStart(f"ended with status {self.popen.returncode}:\n{self.log_text()[-4000:]}")

    def family(self) -> list[int]:
        """Every living process that carries the mark: the program, its kernels, its jobs."""
        found = []
        needle = f"{MARK}={self.mark}".encode()
        for entry in Path("/proc").iterdir():
            # A process may end, or turn out to be somebody else's, while it is being looked at.
            with contextlib.suppress(OSError):
                if entry.name.isdigit() and needle in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        return found

    def stop(self) -> list[int]:
        """SIGTERM, then proof: returns what outlived the program (and ends it), so a test can insist on nothing."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        # Kernels are told to end and may need a moment after their server went away.
        with contextlib.suppress(DidNotStart):
            wait_for("the process family to end", lambda: not self.family(), seconds=5)
        survivors = self.family()
        for pid in survivors:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return survivors


def within_seconds(function, *args):
    """What function(*args) answers; fails instead of hanging. A process of its own, because no thread can be ended."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(function(*args)), daemon=True)
    process.start()
    sender.close()
    try:
        assert receiver.poll(ANSWER_SECONDS), "no answer: this would have held the whole notebook server"
        return receiver.recv()
    finally:
        process.kill()
        process.join()
