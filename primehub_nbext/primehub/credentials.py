"""The API token: where it comes from, and the file in which the one typed in the prompt is kept.

First match wins: typed in the prompt · `PRIMEHUB_API_TOKEN` · the SDK's configuration file. A kept token belongs to the
endpoint that accepted it and is not used with another one. Tokens never leave this module but to the client.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import secure_write

from ..errors import InvalidField, PrimeHubError
from ..primehub import documents
from .errors import BadAnswer, TokenNotStored, TokenRejected, TokenRequired, Trouble
from .group import volume_name
from .patience import waiting
from .sdk_config import SdkConfig

if TYPE_CHECKING:
    from ..config import PrimeHub
    from .client import Client

MAX_LENGTH = 16 * 1024
REFUSAL_KEPT = 5.0  # seconds for which PrimeHub repeats a refusal without asking Keycloak again (its apiTokenCache.ts)


@dataclass(frozen=True)
class Token:
    """An API token and its source: `prompt`, `environment` or `sdk_file`. Its text is kept out of repr and logs."""

    text: str
    source: str
    user: str | None = None

    def __repr__(self) -> str:
        return f"Token(source={self.source!r})"


def read_token(text: object) -> str:
    """The token in what a person typed: the bare token, or the SDK's `config.json` as a whole.

    Raises InvalidField (field `token`).
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidField("No API token was entered.", "Paste the token from PrimeHub's page.", field="token")
    text = text.strip()
    if text.startswith("{"):
        try:
            text = SdkConfig.parse(text).api_token
        except ValueError:
            text = ""
        if not text:
            raise InvalidField(
                'The text looks like a config.json, but has no "api-token".',
                "Paste the whole file, or only the token.",
                field="token",
            )
    if len(text) > MAX_LENGTH or any(not "!" <= c <= "~" for c in text):
        raise InvalidField(
            "This cannot be an API token: it is too long, or has spaces or other characters that a token never has.",
            "Copy the token again, with nothing before or after it.",
            field="token",
        )
    return text


class Credentials:
    """The tokens of this notebook server's user for one endpoint."""

    def __init__(self, config: PrimeHub, client: Client):
        self.config = config
        self.client = client
        self._users: dict[str, str] = {}
        self._refused: tuple[str, float] | None = None  # the token that was refused last, and when (monotonic)
        self._lock = threading.Lock()

    def current(self) -> Token | None:
        """The token in use, or None."""
        return self._kept() or self._from_environment() or self._from_sdk_file()

    def require(self) -> str:
        """The text of the token in use. Raises TokenRequired."""
        token = self.current()
        if token is None:
            raise TokenRequired()
        return token.text

    def describe(self, ask: bool = False) -> dict[str, Any]:
        """`{"configured", "source", "user", "problem"}`; with `ask`, PrimeHub is asked who the token belongs to."""
        token = self.current()
        if token is None:
            return {"configured": False, "source": None, "user": None, "problem": None}
        user, problem = token.user or self._users.get(token.text), None
        if ask:
            try:
                user = self._whoami(token.text)
            except PrimeHubError as error:
                problem = error.to_dict()
        return {"configured": True, "source": token.source, "user": user, "problem": problem}

    def save(self, text: object) -> None:
        """Check a token with PrimeHub, then keep it.

        One that was refused a moment ago is asked for when PrimeHub has forgotten that: it may be good by now, or may
        have been refused because Keycloak did not answer.

        Raises InvalidField, TokenRejected, TokenNotStored, PrimeHubFault.
        """
        text = read_token(text)
        user = self._whoami_by_now(text)
        path = Path(self.config.token_file)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._shared(path.parent):
                raise TokenNotStored("The place for the API token is on the group volume, where others can read.")
            with secure_write(str(temporary)) as file:
                json.dump({"endpoint": self.client.endpoint, "token": text, "user": user}, file)
            os.replace(temporary, path)
        except (OSError, RuntimeError):
            # secure_write raises RuntimeError where a file system does not keep permissions.
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise TokenNotStored() from None

    def forget(self) -> None:
        """Remove the token typed in the prompt."""
        try:
            Path(self.config.token_file).unlink(missing_ok=True)
        except OSError:
            raise TokenNotStored(
                "The API token could not be removed.", "Ask your administrator to look at PrimeHub.token_file."
            ) from None

    def _whoami_by_now(self, text: str) -> str:
        refused, at = self._refused or ("", 0.0)
        if refused == text:
            with waiting():
                time.sleep(max(0.0, at + REFUSAL_KEPT - time.monotonic()))
        try:
            return self._whoami(text)
        except TokenRejected:
            self._refused = (text, time.monotonic())
            raise

    def _whoami(self, text: str) -> str:
        me = self.client.execute(documents.ME, {}, text, nulls=True).get("me")
        if me is None:  # the token was accepted; Keycloak did not say whose it is
            raise Trouble()
        if not isinstance(me, dict) or not isinstance(me.get("username"), str):
            raise BadAnswer()
        user: str = me["username"][:200]
        with self._lock:
            self._users = {text: user}
        return user

    def _kept(self) -> Token | None:
        try:
            kept = json.loads(Path(self.config.token_file).read_bytes())
            token, user = _checked(kept["token"], "prompt"), kept.get("user")
            if token and kept["endpoint"] == self.client.endpoint:
                return replace(token, user=user if isinstance(user, str) else None)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            pass  # none, or damaged: the same as none
        return None

    @staticmethod
    def _from_environment() -> Token | None:
        return _checked(os.environ.get("PRIMEHUB_API_TOKEN", ""), "environment")

    def _from_sdk_file(self) -> Token | None:
        config = SdkConfig.read(self.config.sdk_config_file)
        # The endpoint was read when it was first needed. If the file names another one by now, so does its token.
        if not self.config.api_endpoint and config.endpoint and config.endpoint != self.client.endpoint:
            return None
        return _checked(config.api_token, "sdk_file")

    def _shared(self, folder: Path) -> bool:
        """Whether a folder lies on a volume that others can read: below /project, or in the group volume."""
        real = os.path.realpath(folder)
        roots = ["/project"]
        if self.config.group_volume_path:
            roots.append(self.config.group_volume_path)
        if self.config.group_name:
            roots.append(os.path.join(self.config.home_dir, volume_name(self.config.group_name)))
        return any(os.path.commonpath([real, os.path.realpath(root)]) == os.path.realpath(root) for root in roots)


def _checked(text: str, source: str) -> Token | None:
    try:
        return Token(read_token(text), source) if text.strip() else None
    except InvalidField:
        return None
