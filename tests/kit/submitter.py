"""Submissions in processes that can be killed anywhere: orders as lines of JSON in; what became of each out.

An order is {"settings": traits of PrimeHub, "root": folder, "token", "body": of POST jobs, "kill_at": number or null}.
Each runs in a process of its own (forked, with everything imported), which kills itself with SIGKILL when it has run as
many lines of this package's code as `kill_at` says. Answers {"lines"} with {"job"}, {"error"} or {"killed": true}.
"""

from __future__ import annotations

import json
import os
import signal
import sys

import nbformat  # noqa: F401
import requests  # noqa: F401
import yaml  # noqa: F401

from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs import claims, command, copying, lookup, record, snapshot, submission, submissions
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.submissions import Submissions
from primehub_nbext.notebooks import folders, opening, volume
from primehub_nbext.primehub import client, connection, transport

KILLED_IN = (
    claims, client, command, connection, copying, folders, lookup, opening, record, snapshot, submission, submissions,
    transport, volume,
)  # fmt: skip
FILES = {module.__file__ for module in KILLED_IN}
lines = 0


def run(order: dict, answer: int) -> None:
    """One submission, in this process; the answer goes to a pipe."""
    os.environ["PRIMEHUB_API_TOKEN"] = order["token"]
    context = Context(PrimeHub(**order["settings"]))
    kill_at = order["kill_at"]

    def count(frame, event, _arg):
        global lines
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            lines += 1
            if lines == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    sys.settrace(count)
    try:
        record, _, _ = Submissions(context).submit(JobRequest.from_body(order["body"]), order["root"])
        said = {"job": record["id"]}
    except PrimeHubError as error:
        said = {"error": error.code}
    finally:
        sys.settrace(None)
    os.write(answer, json.dumps({**said, "lines": lines}).encode())


def main() -> None:
    for order in sys.stdin:
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            try:
                run(json.loads(order), writer)
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            said = stream.read()
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(json.dumps({"killed": True}) if killed else said.decode() or '{"error": "crashed"}', flush=True)


if __name__ == "__main__":
    main()
