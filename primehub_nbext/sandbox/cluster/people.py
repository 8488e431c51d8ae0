"""Keycloak's part: users, groups with their attributes, roles that say which image and instance type is whose, tokens.

As in Keycloak, a group's attributes are lists of text (`{"quota-cpu": ["4"]}`), and a group's roles name the images
(`img:<name>`) and instance types (`it:<name>`) that are its own; those of the group `everyone` are everybody's.
"""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import SandboxError
from .objects import write_json

EVERYONE = "everyone"


@dataclass
class User:
    """`groups`: ids; `profile`: e-mail, names and whatever else Keycloak tells of a user."""

    id: str
    username: str
    groups: list[str] = field(default_factory=list)
    admin: bool = False
    profile: dict = field(default_factory=dict)


@dataclass
class Group:
    """`roles`: `it:<instance type>`, `img:<image>`, `ds:<data set>`."""

    id: str
    name: str
    attributes: dict[str, list[str]] = field(default_factory=dict)
    roles: list[str] = field(default_factory=list)

    def attribute(self, name: str) -> str | None:
        """The first value of an attribute."""
        return next(iter(self.attributes.get(name, ())), None)

    @property
    def volume(self) -> str:
        """The name of the group's volume: lower case, every `_` a `-`."""
        return volume_name(self.name)


class People:
    """Who there is. `tokens`: API token → user id; kept in `tokens.json` when there is a folder."""

    def __init__(self, users: list[User], groups: list[Group], folder: Path | None = None):
        self.users = {user.id: user for user in users}
        self.groups = {group.id: group for group in groups}
        self.folder = folder
        self.lock = threading.RLock()
        self.tokens: dict[str, str] = self._kept()

    def issue_token(self, user_id: str) -> str:
        """Make a token for a user; as in PrimeHub it revokes the one before."""
        with self.lock:
            token = secrets.token_urlsafe(32)
            self.tokens = {old: owner for old, owner in self.tokens.items() if owner != user_id}
            self.tokens[token] = user_id
            self._keep()
            return token

    def token_of(self, user_id: str) -> str:
        """A user's token, made if there is none."""
        with self.lock:
            return next((token for token, owner in self.tokens.items() if owner == user_id), "") or self.issue_token(
                user_id
            )

    def withdraw_tokens(self, user_id: str) -> None:
        """Revoke all tokens of a user; who has been told lately that one is good may go on using it for a while."""
        with self.lock:
            self.tokens = {token: owner for token, owner in self.tokens.items() if owner != user_id}
            self._keep()

    def user_named(self, username: str) -> User:
        """The user of this name, which there has to be."""
        return next(user for user in self.users.values() if user.username == username)

    def group_named(self, name: str) -> Group | None:
        """The group of this name, if there is one."""
        return next((group for group in self.groups.values() if group.name == name), None)

    def members(self, group_id: str) -> list[User]:
        """The users in a group, in the order in which they were made."""
        return [user for user in self.users.values() if group_id in user.groups]

    def _keep(self) -> None:
        if self.folder:
            write_json(self.folder / "tokens.json", self.tokens)

    def _kept(self) -> dict[str, str]:
        path = self.folder / "tokens.json" if self.folder else None
        try:
            return dict(json.loads(path.read_text("utf-8"))) if path else {}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError) as error:
            hint = "Move it away, or choose another folder with --dir."
            raise SandboxError("state_damaged", f"{path} cannot be read ({error}).", hint) from None


def volume_name(group_name: str) -> str:
    """PrimeHub's name of a group's volume: lower case, every `_` a `-`."""
    return group_name.lower().replace("_", "-")
