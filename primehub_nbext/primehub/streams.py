"""Streams: an address and a token in; status, headers and, as it comes, the body of PrimeHub's answer out.

What transport.py is for a question, this is for what takes long, logs and files: it runs on the event loop, and no
thread waits while nothing comes. The rules are the same: the token goes to the address that was given and nowhere else
(no redirects, no proxy but the configured one), the certificate authorities are the same, all but the body has one end.
"""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
import time
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Callable
from urllib.parse import SplitResult, unquote, urlsplit

from .._version import __version__
from ..errors import PrimeHubError
from .answers import read_answer
from .connection import not_connected
from .errors import AccessDenied, BadAnswer, ProxyFailed, Redirected, Timeout, Unreachable
from .sockets import connect
from .tls import tls_context, tls_error

if TYPE_CHECKING:
    import h11

    from ..config import PrimeHub

CHUNK = 64 * 1024
MAX_REFUSAL_BYTES = 64 * 1024
LEAST_SECONDS = 0.01
PORTS = {"http": 80, "https": 443}


class Stream:
    """An answer whose head has come.

    status : HTTP's
    headers : by name in lower case
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, http: h11.Connection, token: str):
        self.status = 0
        self.headers: dict[str, str] = {}
        self._reader, self._writer, self._http, self._token = reader, writer, http, token

    async def read(self, seconds: float | None = None) -> bytes:
        """The next part of the body, 64 KiB at most; b"" at its end.

        Raises Timeout when nothing comes for so many seconds, after which it can be called again; BadAnswer where the
        body ends too early, Unreachable.
        """
        import h11

        with faults():
            while True:
                event = await self.next_event(seconds)
                if not isinstance(event, h11.Data):
                    return b""
                if event.data:
                    return bytes(event.data)

    async def next_event(self, seconds: float | None = None) -> Any:
        """What comes next, as h11 has it; it is waited for so many seconds."""
        import h11

        end = None if seconds is None else time.monotonic() + seconds
        while (event := self._http.next_event()) is h11.NEED_DATA:
            try:
                data = await asyncio.wait_for(self._reader.read(CHUNK), None if end is None else _left(end))
                self._http.receive_data(data)
            except asyncio.TimeoutError:
                if self._reader.exception():  # the system gave up: that is no end of our own patience
                    raise ConnectionError from None
                raise
        return event

    async def refusal(self, seconds: float) -> tuple[PrimeHubError, dict[str, Any]]:
        """What an answer that is no success means, and the JSON object that it is; closes the stream.

        seconds : for all of it
        """
        body = b""
        end = time.monotonic() + seconds
        with self, suppress(PrimeHubError):
            while len(body) < MAX_REFUSAL_BYTES and (part := await self.read(_left(end))):
                body += part
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        answer = answer if isinstance(answer, dict) else {}
        if self.status == 403 and answer:  # the other 403, without a token, cannot be
            return AccessDenied("The job belongs to a group that you are not a member of."), answer
        try:
            read_answer(self.status, body, self._token, "phJob")
        except PrimeHubError as error:
            return error, answer
        return BadAnswer(), answer

    def close(self) -> None:
        """End the connection, whatever is still on its way."""
        self._writer.transport.abort()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()


async def open_stream(config: PrimeHub, address: str, token: str, run: Callable[..., Awaitable[Any]]) -> Stream:
    """The answer to a GET, as soon as its head has come, in at most `request_timeout` seconds.

    run : the door to the threads, for the name lookup and the connection; after that no thread is needed

    Raises PrimeHubFault; Redirected for a redirect, whatever else PrimeHub answers.
    """
    import h11

    end = time.monotonic() + config.request_timeout
    parts, proxy = urlsplit(address), urlsplit(config.proxy) if config.proxy else None
    sock, context = await run(_connected, config, parts, proxy)
    headers = {
        "Host": _authority(parts),
        "User-Agent": f"primehub_nbext/{__version__}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Authorization": f"Bearer {token}",
    }
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    if proxy and parts.scheme == "http":
        target = f"http://{_authority(parts)}{target}"
        headers.update(_proxy_headers(proxy))
    peer = parts if parts.scheme == "https" or not proxy else proxy
    with faults(bool(proxy)):
        opening = asyncio.open_connection(sock=sock, ssl=context, server_hostname=_name(peer) if context else None)
        reader, writer = await asyncio.wait_for(opening, _left(end))
    stream = Stream(reader, writer, h11.Connection(h11.CLIENT), token)
    try:
        with faults():
            http = stream._http
            request = h11.Request(method="GET", target=target, headers=list(headers.items()))
            writer.write((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
            head = await stream.next_event(_left(end))
            while isinstance(head, h11.InformationalResponse):
                head = await stream.next_event(_left(end))
            if not isinstance(head, h11.Response):
                raise Unreachable()
        stream.status = head.status_code
        stream.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
        if 300 <= stream.status < 400:
            raise Redirected()
        return stream
    except BaseException:
        stream.close()
        raise


@contextmanager
def faults(connecting_to_proxy: bool = False) -> Iterator[None]:
    """Turns what the network does into PrimeHubFaults, of which none names a host."""
    import h11

    try:
        yield
    except asyncio.TimeoutError:
        raise Timeout() from None
    except ssl.SSLError as error:
        raise tls_error(error) from None
    except h11.RemoteProtocolError:
        raise BadAnswer("PrimeHub's answer ended too early, or is no HTTP.") from None
    except (OSError, EOFError):
        raise (ProxyFailed() if connecting_to_proxy else Unreachable()) from None


def _connected(
    config: PrimeHub, parts: SplitResult, proxy: SplitResult | None
) -> tuple[socket.socket, ssl.SSLContext | None]:
    """A connection to PrimeHub, or to its proxy and from there to PrimeHub; and what to speak TLS with on it."""
    end = time.monotonic() + config.request_timeout
    to = proxy or parts
    if to.scheme == parts.scheme == "https" and proxy:
        raise ProxyFailed(
            "Logs and files cannot be fetched through a proxy that is itself reached by https.",
            "Ask your administrator to set PrimeHub.proxy to an address that begins with http://.",
        )
    context = tls_context(config.ca_bundle) if "https" in (parts.scheme, to.scheme) else None
    try:
        sock = connect(to.hostname or "", to.port or PORTS[to.scheme], config.request_timeout, config.connect_timeout)
    except (OSError, ValueError) as error:
        raise not_connected(error, bool(proxy)) from None
    try:
        # A log may be silent for hours; of a host that has gone meanwhile nothing else would tell.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
            if hasattr(socket, name):
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        if proxy and parts.scheme == "https":
            _tunnel(sock, parts, proxy, end)
        sock.setblocking(False)
    except BaseException:
        sock.close()
        raise
    return sock, context


def _tunnel(sock: socket.socket, parts: SplitResult, proxy: SplitResult, end: float) -> None:
    """Have the proxy connect us to PrimeHub, before `end`. Raises ProxyFailed."""
    import h11

    http = h11.Connection(h11.CLIENT)
    place = f"{_name(parts) if ':' not in _name(parts) else f'[{_name(parts)}]'}:{parts.port or PORTS[parts.scheme]}"
    headers = {"Host": place, **_proxy_headers(proxy)}
    try:
        request = h11.Request(method="CONNECT", target=place, headers=list(headers.items()))
        sock.sendall((http.send(request) or b"") + (http.send(h11.EndOfMessage()) or b""))
        while (event := http.next_event()) is h11.NEED_DATA or isinstance(event, h11.InformationalResponse):
            sock.settimeout(_left(end))
            http.receive_data(sock.recv(CHUNK))
        if isinstance(event, h11.Response) and 200 <= event.status_code < 300:
            return
    except (OSError, h11.ProtocolError):
        pass
    raise ProxyFailed()


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    login = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": "Basic " + base64.b64encode(login.encode()).decode()}


def _name(parts: SplitResult) -> str:
    """The host, as it is in the Host header and in certificates: in ASCII, without the dot that may end a full name."""
    try:
        return (parts.hostname or "").encode("idna").decode().rstrip(".")
    except UnicodeError:
        raise Unreachable(hint="Ask your administrator whether PrimeHub.api_endpoint is right.") from None


def _authority(parts: SplitResult) -> str:
    name = f"[{_name(parts)}]" if ":" in _name(parts) else _name(parts)
    return f"{name}:{parts.port}" if parts.port else name


def _left(end: float) -> float:
    return max(LEAST_SECONDS, end - time.monotonic())
