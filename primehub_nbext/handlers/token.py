"""`token`: whose API token is in use; take another; forget it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from tornado import web

from .base import PrimeHubHandler

if TYPE_CHECKING:
    from ..context import P


class TokenHandler(PrimeHubHandler):
    """The API token in use; its text goes in and never comes out."""

    @web.authenticated
    async def get(self) -> None:
        """GET token tells whose token is in use, and asks PrimeHub whether it still holds."""
        self.answer(await self.run(self.context.credentials.describe, ask=True))

    @web.authenticated
    async def put(self) -> None:
        """PUT token checks a token with PrimeHub and saves it."""
        await self._change(self.context.credentials.save, self.body().get("token"))

    @web.authenticated
    async def delete(self) -> None:
        """DELETE token forgets the token typed in the prompt."""
        self.no_body()
        await self._change(self.context.credentials.forget)

    async def _change(self, change: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        await self.run(change, *args, **kwargs)
        self.context.resources.clear()
        self.settings["primehub"]["logs"].close()
        self.answer(await self.run(self.context.credentials.describe))
