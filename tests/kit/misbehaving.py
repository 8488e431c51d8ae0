"""A PrimeHub that misbehaves as told: rules in; raw bytes on sockets out, and a record of all that was asked.

What no rule covers is answered as the sandbox would, from a store in memory; jobs are made but never run. It speaks
HTTP by hand, because a web server would not send half an answer.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from primehub_nbext.jobs.command import NotebookJob

from .backstage import Backstage

THREAD_NAME = "misbehaving-primehub"
STOP_SECONDS = 10
PAGE = b"<html><head><title>%d</title></head><body><h1>nginx</h1></body></html>"


@dataclass(frozen=True)
class Request:
    """One request: the operation that its document names, its headers in lower case, its variables and the number of
    the connection that it came over.
    """

    operation: str
    headers: dict
    variables: dict
    connection: int


@dataclass
class Rule:
    """What happens to an operation ("" for any); to all its requests, or to the nth from now on."""

    operation: str
    behaviour: Callable
    nth: int | None = None
    seen: int = 0


class Exchange:
    """One request on its connection, and all that can be done to it."""

    def __init__(self, primehub: MisbehavingPrimeHub, sock: socket.socket, request: Request, body: dict):
        self.primehub = primehub
        self.sock = sock
        self.request = request
        self.body = body
        self.over = False

    def execute(self) -> tuple[int, dict]:
        """Do what the request asks for; answers an HTTP status and the answer's object."""
        return self.primehub.execute(self.body, self.request.headers.get("authorization"))

    def answer(self, status: int, body: bytes, content_type: str = "application/json", **headers: str) -> None:
        self.send(head(status, content_type, {"Content-Length": str(len(body)), **headers}) + body)

    def execute_after(self, seconds: float) -> None:
        """Do what the request asks for later than this returns, unless the server stops before."""

        def later():
            if not self.wait(seconds):
                self.execute()

        self.primehub.start(later)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def drip(self, data: bytes, every: float) -> None:
        """Send a byte every so many seconds, until all is sent, the other side has gone or the server stops."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if self.wait(every):
                return

    def wait(self, seconds: float) -> bool:
        """Wait, but not longer than the server runs; answers whether it stops."""
        return self.primehub.stopping.wait(seconds)

    def close(self) -> None:
        """End the connection."""
        self.over = True

    def reset(self) -> None:
        """End the connection with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.over = True


# Behaviours: each is a function of an Exchange, or makes one. `executed`: whether PrimeHub does what it is asked for
# before the client hears of it. `executed_after`: or so many seconds later, as behind a gateway that gives up first.


def behave(exchange: Exchange) -> None:
    status, answer = exchange.execute()
    exchange.answer(status, json.dumps(answer).encode())


def late(seconds: float, executed: bool = True) -> Callable:
    """Answer late; `executed` tells whether the work is done before the wait or after it."""

    def behaviour(exchange):
        done = exchange.execute() if executed else None
        if exchange.wait(seconds):
            return
        status, answer = done or exchange.execute()
        exchange.answer(status, json.dumps(answer).encode())

    return behaviour


def silent(executed: bool) -> Callable:
    """Never answer."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        exchange.wait(STOP_SECONDS * 10)

    return behaviour


def reset(executed: bool, after: float = 0.0, executed_after: float | None = None) -> Callable:
    """Reset the connection instead of answering."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        exchange.wait(after)
        exchange.reset()
        if executed_after is not None:
            exchange.execute_after(executed_after)

    return behaviour


def reset_within(part: str) -> Callable:
    """Reset the connection amid the `head` or the `body` of the answer."""

    def behaviour(exchange):
        status, answer = exchange.execute()
        body = json.dumps(answer).encode()
        start = head(status, "application/json", {"Content-Length": str(len(body))})
        exchange.send(start[:20] if part == "head" else start + body[: len(body) // 2])
        # The client must have read this before the RST comes, which would throw it away; it cannot be seen reading.
        exchange.wait(0.1)
        exchange.reset()

    return behaviour


def dripping(part: str, every: float = 0.2) -> Callable:
    """Send the `head` or the `body` of the answer byte by byte; or the `end`, of a body whose length is not told."""

    def behaviour(exchange):
        status, answer = exchange.execute()
        body = json.dumps(answer).encode()
        length = {"Connection": "close"} if part == "end" else {"Content-Length": str(len(body))}
        start = head(status, "application/json", length)
        if part == "head":
            return exchange.drip(start, every)
        if part == "end":
            # Whoever stops listening here has read all of the JSON, but cannot know that.
            start, body = start + body, b" " * 1000
        exchange.send(start)
        exchange.drip(body, every)

    return behaviour


def page(status: int, executed: bool = False, executed_after: float | None = None) -> Callable:
    """A gateway's HTML page."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        exchange.answer(status, PAGE % status, "text/html")
        if executed_after is not None:
            exchange.execute_after(executed_after)

    return behaviour


def truncated(framing: str) -> Callable:
    """Half of the answer: `length` promises more, `chunked` lacks the last chunk, `none` is told by the JSON only."""

    def behaviour(exchange):
        status, answer = exchange.execute()
        body = json.dumps(answer).encode()
        half = body[: len(body) // 2]
        if framing == "length":
            exchange.send(head(status, "application/json", {"Content-Length": str(len(body))}) + half)
        elif framing == "chunked":
            start = head(status, "application/json", {"Transfer-Encoding": "chunked"})
            exchange.send(start + b"%x\r\n%s\r\n" % (len(half), half))
        else:
            exchange.send(head(status, "application/json", {"Connection": "close"}) + half)
        exchange.close()

    return behaviour


def answering(answer, status: int = 200, executed: bool = False) -> Callable:
    """Any object as JSON; bytes as they are."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        exchange.answer(status, answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    return behaviour


def refusing(message: str, code: str | None, status: int = 200, executed: bool = False) -> Callable:
    """A GraphQL error."""
    extensions = {"extensions": {"code": code}} if code else {}
    return answering({"data": None, "errors": [{"message": message, **extensions}]}, status, executed)


def huge(size: int, framing: str = "length") -> Callable:
    """An answer of `size` bytes, told beforehand (`length`), not told (`none`) or compressed (`gzip`)."""
    block = b" " * (1 << 20)

    def behaviour(exchange):
        if framing == "gzip":
            return exchange.answer(200, gzip.compress(b" " * size), **{"Content-Encoding": "gzip"})
        told = {"Content-Length": str(size)} if framing == "length" else {"Connection": "close"}
        exchange.send(head(200, "application/json", told))
        for _ in range(size // len(block)):
            exchange.send(block)
            exchange.primehub.bytes_sent += len(block)
        exchange.close()

    return behaviour


def redirecting(to: str, status: int = 302) -> Callable:
    return lambda exchange: exchange.answer(status, b"", Location=to)


def garbled_tls(executed: bool) -> Callable:
    """Bytes that are no TLS, on a connection that was secure until now."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        raw = socket.socket(fileno=socket.dup(exchange.sock.fileno()))
        with raw:
            raw.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        exchange.close()

    return behaviour


def head(status: int, content_type: str, headers: dict) -> bytes:
    lines = [f"HTTP/1.1 {status} Told", f"Content-Type: {content_type}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class MisbehavingPrimeHub:
    """A PrimeHub on a port of its own, for the block of a `with`.

    tls : an ssl context of the server's side, for https
    listener : the socket to listen with, instead of one with a port of its own
    list_lag : seconds after which a new job appears in job lists
    stale : whether lists stay as they are, as those of a PrimeHub whose watch of Kubernetes broke
    empty : whether lists are empty, as while PrimeHub begins its watch anew
    requests : every request so far
    connections : how many there have been
    """

    def __init__(self, tls: ssl.SSLContext | None = None, listener: socket.socket | None = None):
        self.store = Backstage()
        self.token = self.store.token_of("alice")
        self.group = self.store.group_named("phusers")
        self.list_lag = 0.0
        self.stale = self.empty = False
        self.requests: list[Request] = []
        self.connections = 0
        self.bytes_sent = 0
        self.stopping = threading.Event()
        self._tls = tls
        self._rules: list[Rule] = []
        self._born: dict[str, float] = {}
        self._listed: set[str] = set()
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        self._later: list[threading.Thread] = []
        self._listener = listener or socket.create_server(("127.0.0.1", 0))
        self._listener.listen(128)
        self._thread = threading.Thread(target=self._accept, name=THREAD_NAME, daemon=True)
        self.port = self._listener.getsockname()[1]
        self.endpoint = f"http{'s' if tls else ''}://127.0.0.1:{self.port}/api/graphql"

    def __enter__(self) -> MisbehavingPrimeHub:
        self._thread.start()
        return self

    def __exit__(self, *_exc) -> None:
        self.stopping.set()
        self.stop_listening()
        self.close_connections()
        self.wait_for_late_work()

    def stop_listening(self) -> None:
        """Refuse new connections from now on."""
        # A listener that is only closed leaves the thread in accept(): it holds the socket.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(STOP_SECONDS)

    def on(self, operation: str, behaviour: Callable, nth: int | None = None) -> None:
        """Add a rule; of those that fit the latest counts."""
        with self._lock:
            self._rules.append(Rule(operation, behaviour, nth))

    def start(self, function: Callable) -> None:
        """Run a function in a thread that is waited for in the end."""
        thread = threading.Thread(target=function, name=THREAD_NAME, daemon=True)
        self._later.append(thread)
        thread.start()

    def wait_for_late_work(self) -> None:
        """Return when all that was put off has been done."""
        for thread in self._later:
            thread.join(STOP_SECONDS)

    def behave(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()
        self.list_lag = 0.0
        self.stale = self.empty = False

    def count(self, operation: str) -> int:
        """How many requests of an operation there have been."""
        with self._lock:
            return sum(request.operation == operation for request in self.requests)

    def jobs_of(self, submission_id: str) -> list[dict]:
        """All jobs that were made of one submission, in the order of its attempts."""
        with self.store.lock:
            jobs = [(each, NotebookJob.from_command(each["command"])) for each in self.store.jobs.values()]
        ours = [(job.attempt, each) for each, job in jobs if job and job.submission_id == submission_id]
        return [dict(each) for _, each in sorted(ours, key=lambda pair: int(pair[0].split("-")[1]))]

    def end(self, job_id: str, phase: str) -> None:
        """A job has run, and ended so."""
        self.store.cluster.objects.merge("phjobs", job_id, {"status": {"phase": phase}})

    def close_connections(self) -> None:
        """Close all connections, as a server does with those that were idle for long; returns when that is done."""
        with self._lock:
            connections = dict(self._open)
        for thread, sock in connections.items():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            thread.join(STOP_SECONDS)

    def execute(self, body: dict, authorization: str | None) -> tuple[int, dict]:
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
            if isinstance(data.get("phJobs"), list):
                listed = set() if self.empty else self._listed
                data["phJobs"] = [job for job in data["phJobs"] if job["id"] in listed]
        return status, answer

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(sock,), name=THREAD_NAME, daemon=True)
            with self._lock:
                self.connections += 1
                number = self.connections
                self._open[thread] = sock
            thread.number = number
            thread.start()

    def _serve(self, sock: socket.socket) -> None:
        thread = threading.current_thread()
        # A client that goes away in the middle is what many of these behaviours are for.
        with contextlib.suppress(OSError, ssl.SSLError):
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._open[thread] = sock
            stream = sock.makefile("rb")
            with contextlib.closing(stream):
                over = False
                while not over and (exchange := self._read(sock, stream, thread.number)):
                    self._behaviour(exchange.request.operation)(exchange)
                    over = exchange.over
        with contextlib.suppress(OSError):
            sock.close()
        with self._lock:
            self._open.pop(thread, None)

    def _read(self, sock, stream, connection: int) -> Exchange | None:
        """The next request of a connection; None when there is none any more."""
        if not stream.readline():
            return None
        headers = {}
        while (line := stream.readline().strip()) != b"":
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        raw = stream.read(int(headers.get("content-length", 0)))
        try:
            body = json.loads(raw)
            operation = re.search(r"(?:query|mutation)\s+(\w+)", body["query"]).group(1)
        except (ValueError, KeyError, AttributeError):
            body, operation = {"query": ""}, ""
        if len(raw) < int(headers.get("content-length", 0)):
            return None  # the client died while it sent this
        request = Request(operation, headers, body.get("variables") or {}, connection)
        with self._lock:
            self.requests.append(request)
        return Exchange(self, sock, request, body)

    def _behaviour(self, operation: str) -> Callable:
        with self._lock:
            chosen = behave
            for rule in self._rules:
                if rule.operation in ("", operation):
                    rule.seen += 1
                    if rule.nth in (None, rule.seen):
                        chosen = rule.behaviour
            return chosen
