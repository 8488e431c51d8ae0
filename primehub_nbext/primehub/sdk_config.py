"""The PrimeHub SDK's configuration (`~/.primehub/config.json`): text in; endpoint, token and group out.

Format: `{"endpoint": …, "api-token": …, "group": {"id", "name", "displayName"}}`; the console's token page offers it
for download. A file that is missing or damaged reads as an empty configuration.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class SdkConfig:
    """What of the file is used; "" for what it does not say, or says in another type than text."""

    endpoint: str = ""
    api_token: str = ""
    group_id: str = ""
    group_name: str = ""

    @classmethod
    def parse(cls, text: str) -> SdkConfig:
        """The configuration in a file's text. Raises ValueError when that is not a JSON object."""
        try:
            data = json.loads(text)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        if not isinstance(data, dict):
            raise ValueError("not a JSON object")
        group = data.get("group")
        group = group if isinstance(group, dict) else {}

        def string(value: object) -> str:
            return value.strip() if isinstance(value, str) else ""

        endpoint = string(data.get("endpoint"))
        if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
            endpoint = ""
        return cls(endpoint, string(data.get("api-token")), string(group.get("id")), string(group.get("name")))

    @classmethod
    def read(cls, path: str) -> SdkConfig:
        """The configuration in a file, of which the first 64 KiB are read; never raises."""
        try:
            with Path(path).open("rb") as file:
                return cls.parse(file.read(MAX_BYTES).decode("utf-8"))
        except (OSError, ValueError):
            return cls()
