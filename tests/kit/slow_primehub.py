"""A PrimeHub that answers late, or only when a gate is opened, and remembers who called over which connection.

The answers are the sandbox's own, from a store in memory; jobs are made but never run. It lives in a thread, so that a
test holds and counts requests by calling it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from tornado import httpserver, netutil, web

from primehub_nbext.sandbox.folder import StateFolder

from .backstage import Backstage

WAIT_SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """One request: the operation that its document names, and the connection that it came over."""

    operation: str
    connection: tuple


class Gate:
    """Holds requests back until it is opened; says how many stand before it."""

    def __init__(self, operation: str | None):
        self.operation = operation
        self.opened: Future = Future()
        self._changed = threading.Condition()
        self._waiting = 0
        self.peak = 0

    async def pass_through(self) -> None:
        self._count(1)
        try:
            await asyncio.wrap_future(self.opened)
        finally:
            self._count(-1)

    def wait_for(self, number: int) -> None:
        """Return when so many requests stand before the gate."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._waiting >= number, WAIT_SECONDS), (
                f"{self._waiting} requests reached PrimeHub at the same time, not {number}"
            )

    def open(self) -> None:
        if not self.opened.done():
            self.opened.set_result(None)

    def _count(self, change: int) -> None:
        with self._changed:
            self._waiting += change
            self.peak = max(self.peak, self._waiting)
            self._changed.notify_all()


class Handler(web.RequestHandler):
    async def post(self):
        body = json.loads(self.request.body)
        primehub = self.settings["primehub"]
        await primehub.receive(body["query"], self.request.connection.context.address)
        authorization = self.request.headers.get("Authorization")
        status, answer = primehub.store.execute(
            body["query"], body.get("variables"), authorization, body.get("operationName")
        )
        self.set_status(status)
        self.finish(answer)


class SlowPrimeHub:
    """A PrimeHub of its own port and folder.

    late : seconds between a request and its answer
    seen : every request so far, as Seen
    """

    def __init__(self, folder: Path):
        self.store = Backstage()
        self.token = self.store.token_of("alice")
        self.group = self.store.group_named("phusers")
        state = StateFolder(folder)
        state.lay_out([self.store.cluster.people.group_named("phusers")])
        self.home = state.home
        self.volume = state.home / "phusers"
        self.late = 0.0
        self.seen: list[Seen] = []
        self._gate: Gate | None = None
        self._running: Future = Future()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> SlowPrimeHub:
        self._thread.start()
        self._loop, self._stop, port = self._running.result(WAIT_SECONDS)
        self.endpoint = f"http://127.0.0.1:{port}/api/graphql"
        return self

    def __exit__(self, *_exc) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def notebook_env(self) -> dict:
        """What the platform puts into the environment of a notebook pod."""
        return {
            "GROUP_ID": self.group["id"],
            "GROUP_NAME": self.group["name"],
            "PRIMEHUB_API_ENDPOINT": self.endpoint,
            "PRIMEHUB_HOME_DIR": str(self.home),
        }

    @contextlib.contextmanager
    def holding(self, operation: str | None = None):
        """Hold back all requests, or those of one operation, until the gate is opened or the block ends."""
        self._gate = Gate(operation)
        try:
            yield self._gate
        finally:
            self._gate, gate = None, self._gate
            gate.open()

    async def receive(self, document: str, connection: tuple) -> None:
        operation = re.search(r"(?:query|mutation)\s+(\w+)", document).group(1)
        self.seen.append(Seen(operation, tuple(connection)))
        gate = self._gate
        if gate and gate.operation in (None, operation):
            await gate.pass_through()
        if self.late:
            await asyncio.sleep(self.late)

    async def _serve(self) -> None:
        stop = asyncio.Event()
        sockets = netutil.bind_sockets(0, "127.0.0.1")
        application = web.Application([("/api/graphql", Handler)], primehub=self, log_function=lambda handler: None)
        server = httpserver.HTTPServer(application)
        server.add_sockets(sockets)
        self._running.set_result((asyncio.get_running_loop(), stop, sockets[0].getsockname()[1]))
        await stop.wait()
        server.stop()
        await server.close_all_connections()
