"""`resources`: what the working group may use."""

from __future__ import annotations

from typing import Any

from tornado import web

from ..context import Context
from .base import PrimeHubHandler


class ResourcesHandler(PrimeHubHandler):
    """The images, instance types and quota of the working group."""

    @web.authenticated
    async def get(self) -> None:
        """GET resources lists what the working group may use."""
        refresh = self.get_query_argument("refresh", "") == "1"
        self.answer(await self.run(describe_resources, self.context, refresh))


def describe_resources(context: Context, refresh: bool) -> dict[str, Any]:
    """What `GET resources` answers."""
    return context.resources.get(context.group.id, context.credentials.require(), refresh).to_dict()
