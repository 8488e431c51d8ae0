"""Requests by a host name where the only name server never answers; what became of them out, as JSON.

    unshare --mount --net python silent_resolver.py FOLDER SECONDS

It changes the name server and the network of its process, so it must have namespaces of its own.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from primehub_nbext.config import PrimeHub
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.primehub import documents
from primehub_nbext.primehub.client import Client

NAME_SERVER = "127.0.0.53"
REQUESTS = 4
RESOLVER_SECONDS = 3  # after which the system's resolver gives up
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def isolate(folder: Path) -> socket.socket:
    """Have a network with nothing but one name server, which never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    file = folder / "resolv.conf"
    file.write_text(f"nameserver {NAME_SERVER}\noptions timeout:{RESOLVER_SECONDS} attempts:1\n")
    subprocess.run(["mount", "--bind", file, Path("/etc/resolv.conf").resolve()], check=True)
    name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    name_server.bind((NAME_SERVER, 53))
    return name_server


def lookups() -> int:
    return sum(thread.name == "primehub-lookup" for thread in threading.enumerate())


def main(folder: str, seconds: str) -> dict:
    name_server = isolate(Path(folder))
    client = Client(PrimeHub(request_timeout=float(seconds)), "http://primehub.example/api/graphql")

    def ask(_) -> tuple[str, float]:
        started = time.monotonic()
        try:
            client.execute(documents.ME, {}, "a token")
        except PrimeHubError as error:
            return error.code, time.monotonic() - started

    with ThreadPoolExecutor(REQUESTS) as people:
        answers = list(people.map(ask, range(REQUESTS)))
    answers.append(ask(None))  # one more, for which the same lookup is still under way
    during = lookups()
    for thread in threading.enumerate():
        if thread.name == "primehub-lookup":
            thread.join(10 * RESOLVER_SECONDS)
    name_server.settimeout(0)
    return {
        "codes": [code for code, _ in answers],
        "slowest": max(took for _, took in answers),
        "lookups": during,
        "lookups after the resolver gave up": lookups(),
        "asked": b"\x08primehub\x07example" in name_server.recv(1024),
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
