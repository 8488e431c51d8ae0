"""`token`: whose API token is in use; take another; forget it."""

from __future__ import annotations

from tornado import web

from .base import PrimeHubHandler


class TokenHandler(PrimeHubHandler):
    @web.authenticated
    async def get(self):
        """GET token tells whose token is in use, and asks PrimeHub whether it still holds."""
        self.answer(await self.run(self.context.credentials.describe, ask=True))

    @web.authenticated
    async def put(self):
        """PUT token checks a token with PrimeHub and saves it."""
        await self._change(self.context.credentials.save, self.body().get("token"))

    @web.authenticated
    async def delete(self):
        """DELETE token forgets the token typed in the prompt."""
        self.no_body()
        await self._change(self.context.credentials.forget)

    async def _change(self, change, *args):
        await self.run(change, *args)
        self.context.resources.clear()
        self.answer(await self.run(self.context.credentials.describe))
