"""The sandbox on a real port, as a recorded exchange finds it: what was so before in; requests answered out."""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import re
import threading
from pathlib import Path
from urllib.parse import urlencode

import initial_people
import initial_state
from primehub_nbext.sandbox.cluster.cluster import Cluster, Licence
from primehub_nbext.sandbox.cluster.objects import Objects, now
from primehub_nbext.sandbox.server import Server

SECONDS = 60
SECRET = "<shared secret of JupyterHub and the controller>"
# What Keycloak signed is for the sandbox a token like any other.
ACCESS = "<access token of alice, signed, valid>"
LICENCES = {
    "ee-expired": Licence("expired", "Example", "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", 2, 1, 1, 1),
    "ee-invalid": Licence("invalid"),
    "ee-unset": Licence(None),
    "ee-other": Licence("Expired-soon"),
}


class Clock:
    """Seconds that pass when somebody says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Stage:
    """A running sandbox in the recorded initial state; `with` starts and stops its server."""

    def __init__(self, folder: Path, one_second: bool = False):
        """`one_second`: what is made between two resets is made in the same second, as it was when it was recorded.

        Within a second the job list has the older ones first, so a second that ends in between would turn them round.
        """
        self.clock = Clock()
        self._moment = now()
        people = initial_people.make_people()
        objects = Objects(moment=(lambda: self._moment) if one_second else None)
        self.cluster = Cluster(folder, objects, people, clock=self.clock, wait=lambda seconds: None)
        self.cluster.nodes, self.cluster.shared_secret = 2, SECRET
        self._usage = self.cluster.pods.usage
        self.cluster.pods.usage = self._recorded_usage
        self.bucket = self.cluster.bucket
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> Stage:
        self._thread.start()
        assert self._ready.wait(SECONDS)
        self.reset()
        return self

    def __exit__(self, *_exc) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(SECONDS)

    def reset(self) -> None:
        self._moment = now()
        initial_state.reset(self.cluster)
        self.cluster.bucket = self.bucket
        # What was accepted or refused before is forgotten, and the job list is fresh.
        self.clock.now += 3600
        self.cluster.job_list.stale(None)

    def edition(self, name: str) -> None:
        self.cluster.edition = "ce" if name == "ce" else "ee"
        self.cluster.licence = LICENCES.get(name, Licence())

    def request(self, asked: dict) -> tuple[int, dict[str, str], bytes]:
        """Send it as it was recorded; answers status, headers in lower case, and the body."""
        headers, body = dict(asked.get("headers") or {}), b""
        for kind in ("json", "form", "raw"):
            if kind in asked:
                body = encoded(kind, asked[kind])
        if headers.get("Content-Encoding") == "gzip":  # its bytes did not survive the recording
            body = gzip.compress(b'{"query": "{ me { id } }"}')
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.putrequest(asked["method"], asked["path"], skip_accept_encoding=True)
            for name, value in headers.items():
                value = re.sub(r"<token of (\w+)>", r"api-token-\1", value.replace(ACCESS, "<token of alice>"))
                connection.putheader(name, value.encode("utf-8"))
            if body or asked["method"] in ("POST", "PUT"):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def _recorded_usage(self, group: str) -> list[dict]:
        """The one pod that the stand-in for Kubernetes told of has limits of its own."""
        found = self._usage(group)
        if group != "phusers":
            return []
        one = next(each for each in found if each["name"].endswith("run001"))
        return [{**one, "cpu": 1.5, "mem": 2, "gpu": 0}]

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = Server(self.cluster)
        self.port, self.cluster.public_url = server.port, "http://primehub"
        self._ready.set()
        await self._stop.wait()
        await server.stop()


def encoded(kind: str, content) -> bytes:
    if kind == "json":
        return expanded(json.dumps(content, ensure_ascii=False)).encode()
    if kind == "form":
        return urlencode(content).encode()
    return content.replace("\N{REPLACEMENT CHARACTER}", "\xe9").encode("latin-1")


def expanded(text: str) -> str:
    """`<x × 3>` is xxx."""
    return re.sub(r"<(.) × (\d+)>", lambda found: found[1] * int(found[2]), text)
