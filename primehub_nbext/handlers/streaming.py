"""Answers that come bit by bit: a function that reads in; what it reads out to the browser, as long as that listens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Callable
from urllib.parse import quote

from tornado import iostream

from ..errors import PrimeHubError
from .base import PrimeHubHandler

STALLED_SECONDS = 60.0  # for which a browser may take nothing before it is given up


class StreamingHandler(PrimeHubHandler):
    """A handler whose answer ends when it is complete, or when the browser has gone."""

    _sending: asyncio.Future[None] | None = None
    _gone = False

    def on_connection_close(self) -> None:
        """Stop reading what nobody wants any more."""
        self._gone = True
        if self._sending:
            self._sending.cancel()
        super().on_connection_close()

    async def while_connected(self, sending: Awaitable[None]) -> None:
        """Do this until it is done, or the browser has gone; what it raises once the answer has begun cuts that off.

        Raises what `sending` raises before.
        """
        self._sending = asyncio.ensure_future(sending)
        if self._gone:
            self._sending.cancel()
        try:
            await self._sending
        except asyncio.CancelledError:
            if not self._gone:
                raise
        except iostream.StreamClosedError:
            self._gone = True
        except Exception as error:  # whatever it is, an answer that has begun can only be cut off
            if not self._headers_written:
                raise
            if isinstance(error, PrimeHubError):
                self.log.info("primehub: %s: broken off: %s", type(self).__name__, error.code)
            else:
                self.log_exception(type(error), error, error.__traceback__)
            self.break_off()

    async def send(self, read: Callable[[], Awaitable[bytes]]) -> None:
        """Send the head, then part after part, until there is none. A browser that takes none for a minute has gone."""
        await self.flush()
        while part := await read():
            self.write(part)
            try:
                await asyncio.wait_for(self.flush(), STALLED_SECONDS)
            except asyncio.TimeoutError:
                raise iostream.StreamClosedError from None
        self.finish()

    def break_off(self) -> None:
        """End the connection, so that nobody takes what was sent for all there is."""
        connection: Any = self.request.connection
        connection.stream.close()

    def inert(self, content_type: str, file_name: str | None = None) -> None:
        """Headers of a body that others have written: it is shown as text or saved, and runs nothing on this origin.

        file_name : to be saved under
        """
        self.set_header("Content-Type", content_type)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")  # a proxy of nginx's must pass on what comes, not collect it
        if file_name is not None:
            plain = "".join(c if c.isascii() and (c.isalnum() or c in " ._-+()") else "_" for c in file_name)
            encoded = quote(file_name, safe="", errors="replace")
            self.set_header("Content-Disposition", f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
