"""Behaviours that break an answer: cut, dripping, huge, or no TLS any more. They execute what they are asked for."""

from __future__ import annotations

import gzip
import json
import socket
from collections.abc import Callable

from .exchange import head


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


def huge(size: int, framing: str = "length") -> Callable:
    """An answer of `size` bytes, told beforehand (`length`), not told (`none`) or compressed (`gzip`)."""
    block = b" " * (1 << 20)

    def behaviour(exchange):
        if framing == "gzip":
            return exchange.answer(200, gzip.compress(b" " * size, 1), **{"Content-Encoding": "gzip"})
        told = {"Content-Length": str(size)} if framing == "length" else {"Connection": "close"}
        exchange.send(head(200, "application/json", told))
        for _ in range(size // len(block)):
            exchange.send(block)
        exchange.close()

    return behaviour


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
