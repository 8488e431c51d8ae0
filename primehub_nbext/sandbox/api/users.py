"""Users: Keycloak's in; GraphQL's User out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cluster.faults import ConnectionCut, HttpFailure
from ..cluster.people import User
from . import groups

if TYPE_CHECKING:
    from .execution import Context


def view(context: Context, user: User) -> dict:
    people, profile = context.cluster.people, user.profile
    return {
        "id": user.id,
        "username": user.username,
        "email": profile.get("email"),
        "firstName": profile.get("firstName"),
        "lastName": profile.get("lastName"),
        "totp": profile.get("totp", False),
        "isAdmin": user.admin,
        "enabled": profile.get("enabled", True),
        "enableInviteUsers": False,
        "createdTimestamp": profile.get("createdTimestamp"),
        "volumeCapacity": profile.get("volumeCapacity"),
        "federated": False,
        "groups": lambda info: groups.of_user(context, user.id),
        "effectiveGroups": lambda info: groups.effective(context, user.id),
        "announcements": [],
        "apiTokenCount": sum(owner == user.id for owner in people.tokens.values()),
        "predefinedEnvs": None,
    }


def one(context: Context, user_id: str) -> dict | None:
    """Null for one that is not there, and for a Keycloak that fails."""
    try:
        user = context.cluster.keycloak.user(user_id)
    except (HttpFailure, ConnectionCut):
        return None
    return view(context, user) if user else None
