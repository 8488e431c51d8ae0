"""A host and a folder in; notebook servers that are killed, at a step or at a moment, and started again out."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import requests

from kit import crash_points
from kit import misbehaving as told
from kit.killing import PASSING, TRIES, Victim, count
from kit.misbehaving import MisbehavingPrimeHub
from kit.servers import NotebookServer, start_server, switch_extensions
from primehub_nbext.jobs.snapshot import LOCK, RECORD

TESTS = Path(__file__).resolve().parent.parent
# A PrimeHub that takes its time, and whose list lags, so that kills find something to interrupt.
EXECUTION_SECONDS, LAG_SECONDS = 0.03, 0.1
OPTIONS = ("--PrimeHub.settle_timeout=0.4", "--PrimeHub.request_timeout=20")
STATES = ("nothing yet", "a part of the snapshot", "the snapshot", "noted 'sent'", "noted 'created'", "over already")


class MortalServer(Victim):
    """A real server, in which crash_points.py is beside the extension; who asks it when it is dead starts it again."""

    def __init__(self, host: str, primehub: MisbehavingPrimeHub, home: Path, source: str):
        super().__init__(primehub, home, source)
        self.options = OPTIONS
        self.host = host
        self._step = home / "die-at"
        self._server: NotebookServer | None = None
        switch_extensions(home, **{"primehub_nbext": True, crash_points.__name__: True})

    def submit(self, submission_id: str) -> dict:
        answer = self.running().api("POST", "jobs", json=self.body(submission_id))
        said = answer.json()
        return {"job": said["id"]} if answer.status_code in (200, 201) else {"error": said["code"]}

    def submit_and_die(self, submission_id: str, step: str) -> None:
        """Submit, as often as it takes until the server ends itself at a step."""
        self.running()
        self._step.write_text(step)
        try:
            for _ in range(TRIES):
                said = self.submit(submission_id)
                assert said.get("error") in PASSING, f"{step!r} was never reached: {said}"
        except requests.ConnectionError:
            self._bury()
        finally:
            self._step.write_text("")

    def submit_and_kill(self, submission_id: str, after: float) -> str:
        """Submit, and kill the server `after` so many seconds; which of STATES that found."""
        server = self.running()
        with ThreadPoolExecutor(1) as person:
            answer = person.submit(self.submit, submission_id)
            over = answer in wait([answer], timeout=after).done
            os.kill(server.process.pid, signal.SIGKILL)
            self._bury()
            with contextlib.suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
                answer.result()
        return "over already" if over else self._state(submission_id)

    def stop(self) -> None:
        if self._server:
            assert self._server.stop() == [], "the notebook server left processes behind"

    def running(self) -> NotebookServer:
        """The server, started if there is none."""
        if not self._server:
            self._step.write_text("")
            env = {
                **self.primehub.notebook_env(self.home),
                "PRIMEHUB_API_TOKEN": self.primehub.token,
                "PYTHONPATH": str(TESTS),
                "JUPYTER_PREFER_ENV_PATH": "0",
                crash_points.FILE: str(self._step),
            }
            self._server = start_server(self.host, self.home, env=env, args=self.options)
        return self._server

    def _bury(self) -> None:
        """What a killed server started does not outlive it."""
        server, self._server = self._server, None
        status = server.process.popen.wait(told.STOP_SECONDS)
        assert server.stop() == [], "the killed server left processes behind"
        assert status == -signal.SIGKILL

    def _state(self, submission_id: str) -> str:
        folder = self.folder(submission_id)
        with contextlib.suppress(FileNotFoundError):
            return f"noted '{json.loads((folder / RECORD).read_text())['state']}'"
        if (folder / self.notebook.name).exists():
            return "the snapshot"
        names = {each.name for each in folder.glob("*")}
        return "a part of the snapshot" if names - {LOCK} else "nothing yet"


@contextlib.contextmanager
def crashing_servers(host: str, folder: Path, number: int, source: str):
    """So many of them, each with a home and a PrimeHub of its own."""
    with contextlib.ExitStack() as stack:
        servers = []
        for each in range(number):
            primehub = stack.enter_context(MisbehavingPrimeHub())
            primehub.list_lag = LAG_SECONDS
            primehub.on("CreateJob", told.late(EXECUTION_SECONDS, executed=False))
            servers.append(MortalServer(host, primehub, folder / f"home-{each}", source))
            stack.callback(servers[-1].stop)
        yield servers


def share(servers: list[MortalServer], function: Callable, items: list) -> list:
    """function(server, item) of each item, by whichever server is free."""
    free: queue.SimpleQueue = queue.SimpleQueue()
    for server in servers:
        free.put(server)

    def one(item):
        server = free.get()
        try:
            return function(server, item)
        finally:
            free.put(server)

    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(one, items))


def at_random_moments(servers: list[MortalServer], runs: int, seed: int) -> Counter:
    """`runs` submissions, during each of which the server is killed; counts of what is left of them."""
    chance = random.Random(seed)
    # One moment in each of as many equal parts of a submission, so that few runs go everywhere as well.
    moments = [(f"run-{seed}-{number:04}", (number + chance.random()) / runs) for number in range(runs)]

    def one(server, item):
        submission_id, moment = item
        server.running()
        # How long one takes here and now. The first since the start takes longer than those after it.
        took = min(seconds(server, f"{before}-{submission_id}") for before in ("first", "second"))
        return server.submit_and_kill(submission_id, took * moment), server.outcome(submission_id)

    totals: Counter = Counter()
    for state, outcome in share(servers, one, moments):
        totals["kills"] += 1
        totals[f"killed: {state}"] += 1
        count(totals, outcome)
    return totals


def seconds(server: MortalServer, submission_id: str) -> float:
    started = time.monotonic()
    assert "job" in server.submit(submission_id)
    return time.monotonic() - started
