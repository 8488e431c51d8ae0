"""Keycloak as the API talks to it: people, and failures."""

from __future__ import annotations

from .faults import Faults
from .people import Group, People, User


class Keycloak:
    """Each method is one request: it raises HttpFailure or ConnectionCut when that fails; None is what is not there."""

    def __init__(self, people: People, faults: Faults):
        self.people, self.faults = people, faults

    def owner(self, token: str) -> User | None:
        """Whose API token it is. A refresh of the token, for Keycloak."""
        self.faults.befall("keycloak", "token")
        with self.people.lock:
            return self.people.users.get(self.people.tokens.get(token, ""))

    def user(self, user_id: str) -> User | None:
        """A user, by id."""
        self.faults.befall("keycloak", f"get users/{user_id}")
        return self.people.users.get(user_id)

    def groups_of(self, user_id: str) -> list[Group]:
        """The groups that a user is in, everyone included; none for a user that is not there."""
        self.faults.befall("keycloak", f"list users/{user_id}/groups")
        user = self.people.users.get(user_id)
        return [self.people.groups[each] for each in user.groups if each in self.people.groups] if user else []

    def group(self, group_id: str) -> Group | None:
        """A group with its attributes and roles, by id."""
        self.faults.befall("keycloak", f"get groups/{group_id}")
        return self.people.groups.get(group_id)

    def members(self, group_id: str | None) -> list[User] | None:
        """Who is in a group."""
        self.faults.befall("keycloak", f"list groups/{group_id}/members")
        return self.people.members(group_id) if group_id in self.people.groups else None
