"""Who calls: an Authorization header in; a caller, or PrimeHub's refusal, out.

PrimeHub takes a bearer token and nothing else. It remembers an accepted token for 30 s, a refused one for 5 s, and
cannot tell a bad token from a Keycloak that is away (recorded; its `apiTokenCache`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ..cluster.cluster import Cluster
from ..cluster.faults import ConnectionCut, HttpFailure
from ..cluster.people import User

ACCEPTED_SECONDS, REFUSED_SECONDS = 30.0, 5.0


class NoToken(Exception):
    """HTTP 500 in GraphQL, 403 elsewhere."""

    message = "request not authorized"


class BadToken(Exception):
    """HTTP 500 everywhere."""

    message = "Invalid API Token"


@dataclass(frozen=True)
class Caller:
    """A user; or, without one, the platform's own services with their shared secret."""

    user: User | None

    @property
    def manages(self) -> bool:
        """An administrator, or a service."""
        return self.user is None or self.user.admin


class Callers:
    """Tells callers by their tokens; remembers both kinds of answer as long as PrimeHub does."""

    def __init__(self, cluster: Cluster, clock: Callable[[], float]):
        self.cluster, self.clock = cluster, clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[User | None, float]] = {}

    def forget(self) -> None:
        """As if the 30 s and 5 s had passed."""
        with self._lock:
            self._known.clear()

    def caller(self, authorization: str | None) -> Caller:
        """Raises NoToken or BadToken."""
        if not authorization or "Bearer" not in authorization:
            raise NoToken
        token = authorization.replace("Bearer ", "", 1)
        if self.cluster.shared_secret and token == self.cluster.shared_secret:
            return Caller(None)
        user = self._user(token)
        if user is None:
            raise BadToken
        return Caller(user)

    def _user(self, token: str) -> User | None:
        with self._lock:
            user, until = self._known.get(token, (None, 0.0))
            if self.clock() < until:
                return user
            try:
                user = self.cluster.keycloak.owner(token)
            except (HttpFailure, ConnectionCut):
                user = None
            until = self.clock() + (REFUSED_SECONDS if user is None else ACCEPTED_SECONDS)
            # Whoever tries tokens must not fill the memory.
            if len(self._known) > 1000:
                self._known.clear()
            self._known[token] = (user, until)
            return user
