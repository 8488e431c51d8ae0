"""Kernels: the notebook server's kernel spec manager in; its kernels and how they start, if it tells soon, out."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from typing import Any, Callable

from ..jobs.circumstances import described

PATIENCE = 1.0  # seconds; what they are good for is hints, which nobody should have to wait for


class Kernels:
    """Asks at most once at a time, whoever wants to know.

    A kernel spec manager looks at the disk, and some start a program (conda): so it is asked in a thread. One that asks
    another server (a gateway's) answers with a coroutine.
    """

    def __init__(self) -> None:
        self._asking: asyncio.Task[dict[str, dict[str, Any]] | None] | None = None

    async def get(self, manager: Any, run: Callable[..., Awaitable[Any]]) -> dict[str, dict[str, Any]] | None:
        """By name `{"argv", "env", "resource_dir"}`, or `{}` of one that starts elsewhere.

        None where they cannot be told, or not within `PATIENCE`. `run` calls a function in a thread.
        """
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(_ask(manager, run))
        asking = self._asking
        done, _ = await asyncio.wait({asking}, timeout=PATIENCE)
        return asking.result() if done else None


async def _ask(manager: Any, run: Callable[..., Awaitable[Any]]) -> dict[str, dict[str, Any]] | None:
    try:
        specs = await run(manager.get_all_specs)
        if inspect.isawaitable(specs):
            return {name: {} for name in await specs}
        return described(specs)
    except Exception:  # whatever stands in for Jupyter's own manager; a hint is not worth an error
        return None
