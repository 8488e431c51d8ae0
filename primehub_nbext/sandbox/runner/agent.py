"""The monitoring agent: a file's path and a memory limit in; a daemon that keeps the file as PrimeHub's agent does.

Run by a pod's first process, without site packages: `python -I -S agent.py FILE BYTES`, 0 bytes for no limit. What it
samples is the pod: all of /proc in a process namespace, else what carries the pod's HOSTNAME. Rhythm, capacities and
file as PrimeHub's agent v0.1.2 was seen to have them: ticks every 5 s, samples at least 10 s apart, the file written at
the start and then at most every 10 s, also at a HUP. CPU in percent of one core, memory in bytes, time in Unix seconds.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time

TICK, SAMPLE, WRITE = 5, 10, 10
# Data sets by name: how many records they hold, and of how many samples each is the mean.
SPANS = {"15m": (90, 1), "1h": (120, 3), "3h": (90, 12), "lifetime": (8064, 30)}
PID_FILE, LOG_FILE = ".monitoring-agent.pid", ".monitoring-agent.log"


class Series:
    """Samples in; the four data sets out."""

    def __init__(self) -> None:
        self.records: dict[str, list[dict[str, object]]] = {name: [] for name in SPANS}
        self._waiting: dict[str, list[tuple[int, float, float]]] = {name: [] for name in SPANS}

    def add(self, timestamp: int, cpu: float, memory: float) -> None:
        """Take a sample: Unix seconds, percent of one core, bytes. Each set forgets its oldest when it is full."""
        for name, (capacity, count) in SPANS.items():
            waiting = self._waiting[name]
            waiting.append((timestamp, cpu, memory))
            if len(waiting) < count:
                continue
            self.records[name].append(
                {
                    "timestamp": waiting[0][0],
                    "cpu_util": int(sum(each[1] for each in waiting) / count),
                    "mem_used": int(sum(each[2] for each in waiting) / count),
                    "GPU": [],
                }
            )
            del self.records[name][:-capacity]
            waiting.clear()


class Agent:
    """What is sampled and when it is written; `usage` answers (CPU seconds, bytes) used so far."""

    def __init__(self, path: str, mem_total: int, usage, now: float):
        self.path, self.mem_total, self.usage = path, mem_total, usage
        self.series = Series()
        self._sampled: tuple[float, float] | None = None  # when, and the CPU seconds of then
        self.write(now)

    def tick(self, now: float) -> None:
        """Sample and write what is due at `now`, in Unix seconds. Raises OSError where the file cannot be written."""
        if self._sampled is None or now - self._sampled[0] >= SAMPLE:
            cpu, memory = self.usage()
            percent = 100 * (cpu - self._sampled[1]) / (now - self._sampled[0]) if self._sampled else 0
            self.series.add(int(now), max(0, percent), memory)
            self._sampled = (now, cpu)
        self.flush(now)

    def flush(self, now: float) -> None:
        """Write the file, if the last time was 10 s ago or more. Raises OSError."""
        if now - self._written >= WRITE:
            self.write(now)

    def write(self, now: float) -> None:
        """Write the file with what was sampled so far, as one line of JSON. Raises OSError."""
        self._written = now
        content = {"spec": {"mem_total": self.mem_total, "GPU": []}, "datasets": self.series.records}
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
        with os.fdopen(handle, "w") as file:
            file.write(json.dumps(content, separators=(",", ":")))


def pod_usage() -> tuple[float, int]:
    """CPU seconds and bytes of all processes of this pod, ended and waited for ones included in the first."""
    own = f"HOSTNAME={os.environ.get('HOSTNAME', '')}".encode()
    alone = own in _read("/proc/1/environ").split(b"\0")
    ticks = pages = 0
    for name in os.listdir("/proc"):
        if name.isdigit() and (alone or own in _read(f"/proc/{name}/environ").split(b"\0")):
            fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            ticks += sum(map(int, fields[11:15]))  # its own, in user and system mode, and its children's
            pages += int((_read(f"/proc/{name}/statm").split() or [b"0", b"0"])[1])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:  # ended meanwhile, or somebody else's
        return b""


def main(path: str, mem_total: str) -> None:
    """Write the file, leave a daemon behind that keeps it, and return; `mem_total` is the limit in bytes."""
    # Made and written before anything else runs, as the pod's first process waits for this one.
    started = time.time()
    agent = Agent(path, int(mem_total), pod_usage, started)
    if pid := os.fork():
        with open(PID_FILE, "w") as file:
            file.write(str(pid))
        os.chmod(PID_FILE, 0o644)
        return
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    log = os.open(LOG_FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    os.write(log, f'time="{stamp}" level=info msg="daemon started"\n'.encode())
    signal.signal(signal.SIGHUP, lambda *_: agent.flush(time.time()))
    for number in range(1, sys.maxsize):
        time.sleep(max(0, started + TICK * number - time.time()))
        with contextlib.suppress(OSError):  # no room on the volume; the next tick may find some
            # The time it was meant for: a tick that comes early by a hair must not make 9.99 s of 10.
            agent.tick(started + TICK * number)


if __name__ == "__main__":
    main(*sys.argv[1:])
