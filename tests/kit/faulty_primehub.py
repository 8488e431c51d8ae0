"""A PrimeHub that misbehaves as told: a list of faults per operation in; real bytes on real sockets out.

Between faults the answers are the sandbox's own, from a store in memory. Raw sockets, because the faults are below
HTTP: resets, drips, answers that end too early.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import ssl
import struct
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from primehub_nbext.sandbox import schema
from primehub_nbext.sandbox.folder import StateFolder
from primehub_nbext.sandbox.store import Store

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>"


@dataclass(frozen=True)
class Seen:
    operation: str
    headers: str
    connection: int


class FaultyPrimeHub:
    """Listens on an ephemeral port of 127.0.0.1.

    faults : operation → faults, taken in order, one a request; the last of them stays when it ends in "!"
    lag : seconds for which a new job is missing in lists
    """

    def __init__(self, folder: Path, tls: ssl.SSLContext | None = None):
        self.store = Store()
        self.token = self.store.token_of("alice")
        self.group = self.store.group_named("phusers")
        state = StateFolder(folder)
        state.lay_out([self.group])
        self.home = state.home
        self.volume = state.home / "phusers"
        self.faults: dict[str, list] = {}
        self.lag = 0.0
        self.seen: list[Seen] = []
        self.released = threading.Event()
        self.created: dict[str, float] = {}
        self.connections = 0
        self._tls = tls
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        scheme = "https" if tls else "http"
        self.endpoint = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/api/graphql"

    def __enter__(self) -> FaultyPrimeHub:
        threading.Thread(target=self._accept, daemon=True, name="faulty").start()
        return self

    def __exit__(self, *_exc) -> None:
        self.released.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop_connections()

    def drop_connections(self) -> None:
        """Close what is kept alive, as a gateway does with idle connections."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def notebook_env(self) -> dict:
        """What the platform puts into the environment of a notebook pod."""
        return {
            "GROUP_ID": self.group["id"],
            "GROUP_NAME": self.group["name"],
            "PRIMEHUB_API_ENDPOINT": self.endpoint,
            "PRIMEHUB_HOME_DIR": str(self.home),
        }

    def operations(self) -> list[str]:
        return [each.operation for each in self.seen]

    def jobs_of(self, submission_id: str) -> list[dict]:
        return [job for job in self.store.jobs_for(self._alice()) if f"/{submission_id}/" in job["command"]]

    def _alice(self) -> dict:
        return self.store.user_of_token(self.token)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._serve, args=(connection, self.connections), daemon=True, name="faulty"
            ).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._open.add(connection)
            with connection, connection.makefile("rb") as stream:
                while self._answer_one(connection, stream, number):
                    pass
        except (OSError, ValueError):
            pass  # the client went away, which many faults are about
        finally:
            with self._lock:
                self._open.discard(connection)

    def _answer_one(self, connection, stream, number: int) -> bool:
        """Whether the connection stays open."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return False
            head += line
        length = int(re.search(rb"content-length: *(\d+)", head, re.I).group(1))
        raw = stream.read(length)
        if len(raw) < length:
            return False
        body = json.loads(raw)
        operation = re.search(r"(?:query|mutation)\s+(\w+)", body["query"]).group(1)
        headers = head.decode("latin-1")
        with self._lock:
            self.seen.append(Seen(operation, headers, number))
            fault = self._take(operation)
        when, _, what = fault.partition(":") if isinstance(fault, str) else ("", "", fault)
        if when == "late":  # done only after the client has given up
            self.released.wait(30)
        if when in ("before", "instead"):
            return self._misbehave(connection, what)
        status, answer = self._execute(headers, body)
        if when == "after":
            return self._misbehave(connection, what)
        if callable(what):
            status, answer = what(status, answer)
        return self._send(connection, status, json.dumps(answer).encode())

    def _take(self, operation: str):
        faults = self.faults.get(operation) or self.faults.get("*") or [""]
        fault = faults[0]
        if not (isinstance(fault, str) and fault.endswith("!")) and not callable(fault) and fault:
            faults.pop(0)
        return fault.rstrip("!") if isinstance(fault, str) else fault

    def _execute(self, headers: str, body: dict) -> tuple[int, dict]:
        found = re.search(r"^authorization: *(.*?)\r$", headers, re.I | re.M)
        with self._lock:
            before = set(self.store.jobs)
            status, answer = schema.execute(
                self.store, body["query"], body.get("variables"), found.group(1) if found else None
            )
            for job_id in set(self.store.jobs) - before:
                self.created[job_id] = time.monotonic()
        data = answer.get("data") or {}
        if self.lag and isinstance(data.get("phJobs"), list):
            young = {job for job, at in self.created.items() if time.monotonic() - at < self.lag}
            data["phJobs"] = [job for job in data["phJobs"] if job["id"] not in young]
        return status, answer

    def _misbehave(self, connection, what: str) -> bool:
        if what == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif what == "hang":
            self.released.wait(30)
        elif what in ("html502", "html503", "html504"):
            return self._send(connection, int(what[4:]), HTML, "text/html")
        elif what == "truncated":
            self._send(connection, 200, b'{"data": {"createPhJob"', length=4000)
        elif what == "half_json":
            return self._send(connection, 200, b'{"data": {"createPhJob"')
        elif what == "drip_body":
            self._drip(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", at_once=True)
            self._drip(connection, b"x" * 1000)
        elif what == "drip_head":
            self._drip(connection, b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 1000)
        elif what == "big":
            self._send(connection, 200, b'{"data": "' + b"x" * (50 * 1024 * 1024) + b'"}')
        elif what.startswith("redirect "):
            head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {what[9:]}\r\nContent-Length: 0\r\n\r\n"
            connection.sendall(head.encode())
            return True
        elif what.startswith("json "):
            status, text = what[5:].split(" ", 1)
            return self._send(connection, int(status), text.encode())
        else:
            raise AssertionError(f"no such fault: {what}")
        return False

    def _drip(self, connection, data: bytes, at_once: bool = False) -> None:
        if at_once:
            connection.sendall(data)
            return
        for byte in data:
            connection.sendall(bytes([byte]))
            if self.released.wait(0.2):
                return

    @staticmethod
    def _send(connection, status: int, body: bytes, kind: str = "application/json", length: int | None = None) -> bool:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length or len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        return length is None
