"""Behaviours in one piece: each is a function of an Exchange, or makes one, that answers as a whole or not at all.

executed : whether PrimeHub does what it is asked for before the client hears of it
executed_after : or so many seconds later, as behind a gateway that gives up first
"""

from __future__ import annotations

import json
from collections.abc import Callable

from .exchange import Exchange
from .listener import STOP_SECONDS

PAGE = b"<html><head><title>%d</title></head><body><h1>nginx</h1></body></html>"


def behave(exchange: Exchange, done: tuple[int, dict] | None = None) -> None:
    """Answer as PrimeHub does; `done` is what it says to what is executed already."""
    status, answer = done or exchange.execute()
    exchange.answer(status, json.dumps(answer).encode())


def late(seconds: float, executed: bool = True) -> Callable:
    """Answer late; `executed` tells whether the work is done before the wait or after it."""

    def behaviour(exchange):
        done = exchange.execute() if executed else None
        if exchange.wait(seconds):
            return
        behave(exchange, done)

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


def page(status: int, executed: bool = False, executed_after: float | None = None) -> Callable:
    """A gateway's HTML page."""

    def behaviour(exchange):
        if executed:
            exchange.execute()
        exchange.answer(status, PAGE % status, "text/html")
        if executed_after is not None:
            exchange.execute_after(executed_after)

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


def redirecting(to: str, status: int = 302) -> Callable:
    return lambda exchange: exchange.answer(status, b"", Location=to)
