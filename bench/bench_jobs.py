"""What jobs cost: recognising them, listing and watching them (in requests to PrimeHub), reading how far they are.

Requests, bytes and processor time are counted, in this process; `make test` holds the counts to what is promised.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from pathlib import Path

import nbformat
from common import ms, quantile, ratio, seconds, show, temporary_folder, timer

from kit.listed_jobs import add_job, command_of
from kit.misbehaving import MisbehavingPrimeHub
from kit.people import Person
from kit.watching import WatchingServer
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.head import WrittenHead, read_parameters
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.outputs import SHARE, OutputNotebooks
from primehub_nbext.jobs.query import JobQuery

VOLUME = "/home/jovyan/phusers"
MEGABYTES = 200


def processor(function, *args, times: int = 1) -> float:
    """Seconds of this thread for one call."""
    started = time.thread_time()
    for _ in range(times):
        function(*args)
    return (time.thread_time() - started) / times


def recognising() -> None:
    """The head of a command beside all of it, by age and size of its parameters."""
    rows = []
    base = None
    for count in (1, 300, 6000):
        typed = {"notes": [f"word {n}" for n in range(count)]}
        new = command_of(VOLUME, **typed)
        yaml = "{notes: [" + ", ".join(typed["notes"]) + "]}"
        old = new[: new.index("parameters=")] + f"parameters='{yaml}'\n" + new[new.index("attempt=") :]
        for age, command in (("JSON", new), ("YAML of earlier versions", old)):
            head = processor(WrittenHead.of, command, times=200)
            base = base or head

            def whole(command=command):
                read_parameters.cache_clear()
                assert NotebookJob.from_command(command)

            all_of_it = processor(whole)
            rows.append(
                [f"{len(command) / 1000:.0f} kB, {age}", f"{head * 1e6:.0f} us", ratio(head, base), ms(all_of_it)]
            )
    show("Recognising a job", ["command", "its head", "of the shortest", "with parameters"], rows)


def listing(context, primehub, root: Path) -> None:
    """A page of 25, in a group of 10 and of 4000 jobs."""
    rows = []
    for count in (10, 4000):
        for number in range(len(primehub.store.jobs), count):
            add_job(primehub, number, command_of(context.volume.path, size=5000))
        for query in ({}, {"notebook": "phusers/a/train.ipynb"}):
            jobs = Listing(context)
            for what in ("for the first time", "again"):
                requests, sent = len(primehub.requests), primehub.bytes_sent
                jobs.page(JobQuery.of(query), str(root))
                title = f"{count} jobs, {'one notebook' if query else 'all'}, {what}"
                read = f"{(primehub.bytes_sent - sent) / 1000:.0f} kB"
                rows.append([title, str(len(primehub.requests) - requests), read])
    show("A page of 25 jobs with commands of 5 kB", ["group", "requests", "read"], rows)


def watching(context, primehub, root: Path) -> None:
    """Two minutes of tabs that ask every second."""
    ids = list(primehub.store.jobs)[:100]
    rows = []

    def run(title: str, tabs: int, seconds: int, *ids: str) -> None:
        server = WatchingServer(context, primehub, root)
        requests = server.live(seconds, tabs, *ids)
        rows.append([title, str(requests), f"{requests / seconds:.3f} /s"])

    for job_id in ids:
        primehub.end(job_id, "Running")
    run("1 tab, 1 running job", 1, 120, ids[0])
    run("50 tabs, 100 running jobs", 50, 120, *ids)
    for job_id in ids:
        primehub.end(job_id, "Pending")
    run("50 tabs, 100 jobs that wait", 50, 120, *ids)
    run("50 tabs, no job", 50, 120)
    show("What watching costs PrimeHub in two minutes", ["tabs and jobs", "requests", "rate"], rows)


def write_output(path: Path, megabytes: int) -> None:
    """An output notebook of 20 cells, each with its part of so many MB of text."""
    note = {"status": "completed", "start_time": "2026-11-24T08:52:13"}
    text = ("x" * 99 + "\n") * (megabytes * 500)
    cells = [
        nbformat.v4.new_code_cell(
            f"print({n})", metadata={"papermill": note}, outputs=[nbformat.v4.new_output("stream", text=text)]
        )
        for n in range(20)
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), str(path))


def lags(until) -> list[float]:
    """By how much a thread that wants to run every millisecond is late, as a server's event loop would be."""
    samples = []
    while not until():
        samples.append(seconds(time.sleep, 0.001) - 0.001)
    return samples


def read_and_tell(context, path: Path) -> None:
    """Print what reading an output notebook costs, in a process of its own: what made it does not count."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cost = processor(OutputNotebooks().tell, context.volume, path.name, False)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    idle = quantile(lags(timer(8.0)), 0.99)
    end, outputs = timer(8.0), OutputNotebooks()

    def read_on():
        while not end():
            os.utime(path)  # papermill writes it anew
            outputs.tell(context.volume, path.name, False)
            time.sleep(0.05)

    reader = threading.Thread(target=read_on)
    reader.start()
    busy = quantile(lags(end), 0.99)
    reader.join()
    row = [f"{path.stat().st_size / 1e6:.0f} MB", ms(cost), f"{1 / SHARE:.0%}", f"{cost * SHARE:.1f} s"]
    head = ["output notebook", "processor time", "of a core", "read every", "memory", "others' p99", "idle"]
    title = "Reading how far a job is, while somebody asks 20 times a second and it changes each time"
    show(title, head, [[*row, f"{grown / 1000:.1f} MB", ms(busy), ms(idle)]])


def reading(context) -> None:
    path = Path(context.volume.path, "output.ipynb")
    for megabytes in (1, MEGABYTES):
        write_output(path, megabytes)
        pid = os.fork()
        if not pid:
            read_and_tell(context, path)
            os._exit(0)
        os.waitpid(pid, 0)


def main() -> None:
    recognising()
    with temporary_folder() as folder, MisbehavingPrimeHub() as primehub:
        os.environ["PRIMEHUB_API_TOKEN"] = primehub.token
        context = Person(primehub, folder).server().context
        listing(context, primehub, folder)
        watching(context, primehub, folder)
        reading(context)


if __name__ == "__main__":
    main()
