"""Submissions in processes that die where it hurts: orders as lines of JSON in; what became of each out.

An order is {"settings": traits of PrimeHub, "root", "token", "body": of POST jobs, "kill_at": a step or null,
"kill_after": seconds or null}. Each runs in a process of its own (forked, with everything imported), which ends itself
with SIGKILL at the step, or is ended so many seconds after its start. Answers {"job"}, {"error"} or {"killed": true},
with {"seconds"} that it took.

submitter.py kills between two lines of the package; the steps here lie inside system calls and inside the exchange
with PrimeHub, where no line of the package runs.
"""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import sys
import time

import requests  # noqa: F401
import yaml  # noqa: F401

from primehub_nbext import errors, queries, snapshots
from primehub_nbext.client import Client
from primehub_nbext.config import PrimeHub
from primehub_nbext.job_request import JobRequest
from primehub_nbext.submission import Submissions
from primehub_nbext.workspace import Workspace

STEPS = (
    "folder made",
    "half copied",
    "copied",
    "snapshot not yet renamed",
    "snapshot renamed",
    "'sent' not yet renamed",
    "'sent' renamed",
    "createPhJob not yet connected",
    "createPhJob half sent",
    "createPhJob sent",
    "createPhJob half answered",
    "createPhJob answered",
    "'created' not yet renamed",
    "'created' renamed",
)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arrange(step: str) -> None:
    """Make this process end itself at a step."""
    creating = False
    records = iter(("'sent'", "'created'"))
    make_folders, copy, rename = snapshots.make_folders, snapshots._copy, os.rename
    execute, send, getresponse = Client.execute, http.client.HTTPConnection.send, http.client.HTTPConnection.getresponse

    def at(name: str) -> None:
        if name == step:
            die()

    def making_folders(*args, **options):
        folder = make_folders(*args, **options)
        at("folder made")
        return folder

    def copying(source, target, size):
        if step == "half copied":
            os.write(target, os.pread(source, size // 2, 0))
            die()
        copy(source, target, size)
        at("copied")

    def renaming(source, target, **options):
        name = next(records) if target == snapshots.RECORD else "snapshot"
        at(f"{name} not yet renamed")
        rename(source, target, **options)
        at(f"{name} renamed")

    def executing(self, document, *args, **options):
        nonlocal creating
        creating = document == queries.CREATE_JOB
        if creating:
            self.close()  # or the connection of the query before would be used again
            at("createPhJob not yet connected")
        answer = execute(self, document, *args, **options)
        if creating:
            at("createPhJob answered")
        return answer

    def sending(self, data):
        if creating and step == "createPhJob half sent" and data.startswith(b'{"query"'):
            send(self, data[: len(data) // 2])
            die()
        send(self, data)

    def getting(self, *args):
        if creating and step == "createPhJob half answered":
            self.sock.recv(10)
            die()
        if creating:
            at("createPhJob sent")
        return getresponse(self, *args)

    snapshots.make_folders, snapshots._copy, os.rename = making_folders, copying, renaming
    Client.execute = executing
    http.client.HTTPConnection.send, http.client.HTTPConnection.getresponse = sending, getting


def run(order: dict, answer: int) -> None:
    """One submission, in this process; the answer goes to a pipe."""
    os.environ["PRIMEHUB_API_TOKEN"] = order["token"]
    if order["kill_at"]:
        arrange(order["kill_at"])
    try:
        submissions = Submissions(Workspace(PrimeHub(**order["settings"])))
        record, _, _ = submissions.submit(JobRequest.from_body(order["body"]), order["root"])
        said = {"job": record["id"]}
    except errors.PrimeHubError as error:
        said = {"error": error.code}
    os.write(answer, json.dumps(said).encode())


def kill_after(child: int, seconds: float) -> None:
    """Kill a child unless it ends before; until it is waited for its number is nobody else's."""
    descriptor = os.pidfd_open(child)
    try:
        if not select.select([descriptor], [], [], seconds)[0]:
            os.kill(child, signal.SIGKILL)
    finally:
        os.close(descriptor)


def main() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        reader, writer = os.pipe()
        started = time.monotonic()
        child = os.fork()
        if not child:
            try:
                run(order, writer)
            finally:
                os._exit(0)
        os.close(writer)
        if order["kill_after"] is not None:
            kill_after(child, order["kill_after"])
        with os.fdopen(reader, "rb") as stream:
            said = stream.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            answer = {"killed": os.WTERMSIG(status) == signal.SIGKILL}
        else:
            answer = json.loads(said or b'{"error": "crashed"}')
        print(json.dumps({**answer, "seconds": time.monotonic() - started}), flush=True)


if __name__ == "__main__":
    main()
