"""`session`: what is known of this notebook server without asking PrimeHub."""

from __future__ import annotations

from typing import Any

from tornado import web

from .._version import __version__
from ..context import Context
from ..errors import PrimeHubError
from ..jobs.request import MAX_DISPLAY_NAME, MAX_TIMEOUT_SECONDS
from ..notebooks.parameters.text import MAX_LENGTH
from .base import PrimeHubHandler


class SessionHandler(PrimeHubHandler):
    """What the browser needs to know before PrimeHub is asked anything."""

    @web.authenticated
    async def get(self) -> None:
        """GET session tells what is known without asking PrimeHub."""
        self.answer(await self.run(describe_session, self.context))


def describe_session(context: Context) -> dict[str, Any]:
    """What `GET session` answers; asks nobody."""
    config = context.config
    answer: dict[str, Any] = {
        "version": __version__,
        "group": None,
        "volume": None,
        "home": config.home_dir,
        "links": {"token": None, "job": None},
        "defaults": {"instance_type": config.instance_type or None, "image": config.image or None},
        "token": {key: value for key, value in context.credentials.describe().items() if key != "problem"},
        "limits": {
            "display_name": MAX_DISPLAY_NAME,
            "parameters": MAX_LENGTH,
            "timeout_seconds": MAX_TIMEOUT_SECONDS,
        },
        "problem": None,
    }
    try:
        group, volume = context.group, context.volume
        answer["group"] = {"id": group.id, "name": group.name}
        answer["volume"] = {"name": volume.name, "path": volume.path, "mounted": volume.mounted}
        answer["links"] = {
            "token": context.console_link("api-token"),
            "job": context.console_link("job", "{id}"),
        }
        volume.require_mounted()
    except PrimeHubError as error:
        answer["problem"] = error.to_dict()
    return answer
