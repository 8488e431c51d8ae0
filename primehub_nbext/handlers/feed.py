"""`feed`: what has changed of the jobs that somebody watches; the same answer for all tabs."""

from __future__ import annotations

import asyncio

from tornado import web

from ..jobs.watch import read_ids
from .base import PrimeHubHandler

PATIENCE = 1.0  # seconds that an answer waits for PrimeHub; what it says later is in the next one


class FeedHandler(PrimeHubHandler):
    """The one poller of the server: whoever asks when a look at PrimeHub is due begins it, for all."""

    @web.authenticated
    async def get(self) -> None:
        """GET feed tells what has changed since an earlier answer."""
        since = self.get_query_argument("since", "")
        watch = self.watch
        watch.name(read_ids(self.get_query_argument("jobs", "")))
        if watch.begin():
            self.settings["primehub"]["look"] = self.context.start(watch.look, self.root_dir)
        look: asyncio.Future[None] | None = self.settings["primehub"].get("look")
        if look and not look.done():
            await asyncio.wait([look], timeout=PATIENCE)
        await self.run_local(watch.read_progress)
        self.answer(watch.changes(since))
