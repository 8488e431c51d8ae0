"""A PrimeHub that misbehaves as told: rules in; answers, or what comes instead, and a record of all requests out.

What no rule covers is answered as the sandbox would, from a store in memory; jobs are made but never run.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.sandbox.folder import StateFolder

from ..backstage import Backstage
from .exchange import Exchange, Request, read_request
from .gate import Gate
from .listener import STOP_SECONDS, THREAD_NAME, Listener
from .rules import Rule, Rules


class MisbehavingPrimeHub:
    """A PrimeHub on a port of its own, for the block of a `with`.

    tls : an ssl context of the server's side, for https
    listener : the socket to listen with, instead of one with a port of its own
    list_lag : seconds after which a new job appears in job lists
    stale : whether lists stay as they are, as those of a PrimeHub whose watch of Kubernetes broke
    empty : whether lists are empty, as while PrimeHub begins its watch anew
    requests : every request so far
    bytes_sent : of all answers so far
    """

    def __init__(self, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None):
        self.store = Backstage()
        self.token = self.store.token_of("alice")
        self.group = self.store.group_named("phusers")
        self.list_lag = 0.0
        self.stale = self.empty = False
        self.requests: list[Request] = []
        self.bytes_sent = 0
        self.stopping = threading.Event()
        self._rules = Rules()
        self._born: dict[str, float] = {}
        self._listed: set[str] = set()
        self._lock = threading.Lock()
        self._later: list[threading.Thread] = []
        self._listener = Listener(self._serve, tls, listener)
        self.endpoint = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/api/graphql"

    def __enter__(self) -> MisbehavingPrimeHub:
        self._listener.start()
        return self

    def __exit__(self, *_exc) -> None:
        self.stopping.set()
        self.stop_listening()
        self.close_connections()
        self.wait_for_late_work()

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def connections(self) -> int:
        """How many there have been."""
        return self._listener.connections

    def stop_listening(self) -> None:
        """Refuse new connections from now on."""
        self._listener.stop()

    def close_connections(self) -> None:
        """Close all connections, as a server does with those that were idle for long; returns when that is done."""
        self._listener.close_connections()

    # What happens to requests

    def on(self, operation: str, behaviour: Callable, nth: int | None = None) -> None:
        """Add a rule; of those that fit the latest counts."""
        self._rules.add(Rule(operation, behaviour, nth))

    def behave(self) -> None:
        """Forget all rules."""
        self._rules.clear()
        self.list_lag = 0.0
        self.stale = self.empty = False

    @contextlib.contextmanager
    def holding(self, operation: str = "", executed: bool = False) -> Iterator[Gate]:
        """Hold back all requests, or those of one operation, until the gate is opened or the block ends.

        executed : whether they are done before that, so that only the answers wait
        """
        gate = Gate(executed)
        rule = Rule(operation, gate)
        self._rules.add(rule)
        try:
            yield gate
        finally:
            self._rules.remove(rule)
            gate.open()

    def start(self, function: Callable) -> None:
        """Run a function in a thread that is waited for in the end."""
        thread = threading.Thread(target=function, name=THREAD_NAME, daemon=True)
        self._later.append(thread)
        thread.start()

    def wait_for_late_work(self) -> None:
        """Return when all that was put off has been done."""
        for thread in self._later:
            thread.join(STOP_SECONDS)

    # What was asked, and what came of it

    def asked(self, operation: str) -> list[Request]:
        """The requests of an operation so far."""
        with self._lock:
            return [request for request in self.requests if request.operation == operation]

    def sent(self, size: int) -> None:
        """So many bytes of an answer have gone out."""
        with self._lock:
            self.bytes_sent += size

    def count(self, operation: str) -> int:
        """How many requests of an operation there have been."""
        return len(self.asked(operation))

    def jobs_of(self, submission_id: str) -> list[dict]:
        """All jobs that were made of one submission, in the order of its attempts."""
        with self.store.lock:
            jobs = [(each, NotebookJob.from_command(each["command"])) for each in self.store.jobs.values()]
        ours = [(job.attempt, each) for each, job in jobs if job and job.submission_id == submission_id]
        return [dict(each) for _, each in sorted(ours, key=lambda pair: int(pair[0].split("-")[1]))]

    def end(self, job_id: str, phase: str) -> None:
        """A job has run, and ended so."""
        self.store.cluster.objects.merge("phjobs", job_id, {"status": {"phase": phase}})

    # The notebook pod

    def notebook_env(self, home: Path) -> dict:
        """What the platform puts into the environment of a notebook pod."""
        return {
            "GROUP_ID": self.group["id"],
            "GROUP_NAME": self.group["name"],
            "PRIMEHUB_API_ENDPOINT": self.endpoint,
            "PRIMEHUB_HOME_DIR": str(home),
        }

    def lay_out(self, folder: Path) -> Path:
        """A notebook pod's home below a folder: the group volume is linked from it, and holds the examples."""
        state = StateFolder(folder)
        state.lay_out([self.store.cluster.people.group_named("phusers")])
        return state.home

    def execute(self, body: dict, authorization: str | None) -> tuple[int, dict]:
        """Do what a request asks for; answers an HTTP status and the answer's object."""
        status, answer = self.store.execute(
            body["query"], body.get("variables"), authorization, body.get("operationName")
        )
        data = answer.get("data") or {}
        with self._lock:
            for job_id in self.store.jobs:
                self._born.setdefault(job_id, time.monotonic())
            if not self.stale:
                visible = time.monotonic() - self.list_lag
                self._listed = {job for job, born in self._born.items() if born <= visible}
            for name in data:
                if name.startswith(("phJobs", "rows")) and isinstance(data[name], list):
                    listed = set() if self.empty else self._listed
                    data[name] = [job for job in data[name] if job["id"] in listed]
        return status, answer

    def _serve(self, sock: socket.socket, connection: int) -> None:
        over = False
        with sock.makefile("rb") as stream:
            while not over and (request := read_request(stream, connection)):
                with self._lock:
                    self.requests.append(request)
                exchange = Exchange(self, sock, request)
                self._rules.meet(request.operation)(exchange)
                over = exchange.over
