"""The node: pods in; their processes started, watched and ended, and how each fares out.

A thread for each pod waits for its end. A pod's status stays until it is deleted, its log as long; what it wrote to its
volumes stays. Nothing of this server's own environment gets into a pod but what makes its Python work.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .. import processes
from . import memory
from .container import Container, container
from .namespace import Namespace
from .pods import FAILED, PENDING, RUNNING, SUCCEEDED, Folders, Pod, PodStatus

# What every process of a pod has in its environment, whatever group or session it moved to.
MARKER = "HOSTNAME"
# Kubernetes keeps this much of a failed container's log as its message.
MESSAGE_LINES, MESSAGE_BYTES = 80, 2048
# Images from here are never there: what PrimeHub does with one that cannot be pulled can be tried with them.
UNREACHABLE = "unreachable.invalid/"


class Kubelet:
    """Runs pods below a state folder; `changed` is called after each change of a pod's status.

    clock : Unix time, for when a pod was created
    hook_delay : seconds by which the hooks that make the homes' links are late
    """

    def __init__(
        self,
        folder: Path,
        namespace: Namespace | None,
        changed: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
        hook_delay: float = 0,
    ):
        self.folders, self.namespace = Folders(folder), namespace
        self.changed, self.clock, self.hook_delay = changed, clock, hook_delay
        self.lock = threading.Lock()
        self._running: dict[str, _Running] = {}

    def create(self, pod: Pod) -> None:
        """Take a pod; it starts at once. Raises PodRefused."""
        started = container(pod, self.folders, self.namespace, self.hook_delay)
        running = _Running(pod, PodStatus(PENDING, self.clock(), ("",)))
        with self.lock:
            self._running[pod.name] = running
        if not pod.image.startswith(UNREACHABLE):
            running.thread = threading.Thread(target=self._run, args=(running, started), name=pod.name, daemon=True)
            running.thread.start()

    def status(self, name: str) -> PodStatus | None:
        """How a pod fares; None: there is none of that name."""
        with self.lock:
            running = self._running.get(name)
            return running.status if running else None

    def alive(self) -> list[Pod]:
        """The pods that are pending or running, which is what quotas count."""
        with self.lock:
            return [each.pod for each in self._running.values() if each.status.phase in (PENDING, RUNNING)]

    def delete(self, name: str) -> None:
        """End a pod with grace period 0, so that nothing in it gets to say a last word, and forget it and its log."""
        with self.lock:
            running = self._running.pop(name, None)
        if running is not None:
            self._end(running)
        # A pod of an earlier run has only its folder left.
        shutil.rmtree(self.folders.pod(name), ignore_errors=True)

    def sweep(self, name: str) -> None:
        """End what a sandbox that was killed left running of a pod; its log stays."""
        processes.end(MARKER, name)

    def stop(self) -> list[str]:
        """End all pods; returns the names of those that had not ended by themselves."""
        alive = [pod.name for pod in self.alive()]
        with self.lock:
            running = list(self._running.values())
        for each in running:
            self._end(each)
        return alive

    def _end(self, running: _Running) -> None:
        running.deleted.set()
        with running.lock:  # either it has no process yet and will get none, or it is ended here
            if running.process is not None:
                processes.end(MARKER, running.pod.name, running.process.pid)
        if running.thread is not None:
            running.thread.join()

    def _run(self, running: _Running, started: Container) -> None:
        name = running.pod.name
        log = self.folders.log(name)
        try:
            status = self._watch(running, started, log)
        except (OSError, ValueError) as error:
            # What containerd says when a program cannot be started: an argument of more than 128 KiB, or with a null.
            number = getattr(error, "errno", None) or errno.EINVAL
            message = f"exec /scripts/run-job.sh: {os.strerror(number).lower()}"
            status = PodStatus(FAILED, running.status.created, reason="StartError", message=message)
        if not running.deleted.is_set():
            self._set(running, status)

    def _watch(self, running: _Running, started: Container, log: Path) -> PodStatus:
        pod, created, limit = running.pod, running.status.created, running.pod.limits.memory
        with log.open("wb") as output, contextlib.ExitStack() as hooks:
            with running.lock:
                if running.deleted.is_set():
                    return running.status
                running.process = process = _popen(started.command, started, output)
                if started.beside:
                    hooks.callback(_popen(started.beside, started, subprocess.DEVNULL).wait)
            self._set(running, PodStatus(RUNNING, created))
            killed = False
            while True:
                try:
                    code = process.wait(memory.LOOK_SECONDS if limit else None)
                    break
                except subprocess.TimeoutExpired:
                    assert limit, "without one the process is waited for until it ends"
                    killed |= memory.kill_over(process.pid, limit)
            # A container ends with its first process, and takes with it what that left in the background.
            processes.end(MARKER, pod.name, process.pid)
        if code == 0:
            return PodStatus(SUCCEEDED, created, reason="Completed")
        return PodStatus(FAILED, created, reason="OOMKilled" if killed else "Error", message=termination_message(log))

    def _set(self, running: _Running, status: PodStatus) -> None:
        with self.lock:
            running.status = status
        self.changed()


class _Running:
    """A pod of this node, its status, and how it is ended."""

    def __init__(self, pod: Pod, status: PodStatus):
        self.pod, self.status = pod, status
        self.process: subprocess.Popen | None = None
        self.thread: threading.Thread | None = None
        self.lock = threading.Lock()
        self.deleted = threading.Event()


def termination_message(log: Path) -> str:
    """The end of a log, as FallbackToLogsOnError keeps it: the last 80 lines, of these the last 2048 bytes."""
    with log.open("rb") as file:
        # Lines of which 80 are longer than this hold more than 2048 bytes anyway.
        file.seek(max(0, file.seek(0, os.SEEK_END) - MESSAGE_LINES * MESSAGE_BYTES))
        lines = file.read().splitlines(keepends=True)[-MESSAGE_LINES:]
    return b"".join(lines)[-MESSAGE_BYTES:].decode("utf-8", "replace")


def _popen(command: list[str], started: Container, output) -> subprocess.Popen:
    return subprocess.Popen(
        command,
        cwd=started.folder,
        env=started.env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        umask=0o022,
    )
