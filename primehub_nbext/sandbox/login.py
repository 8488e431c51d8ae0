"""The console's login: the token of a link that the sandbox printed in; a cookie out, good while the sandbox runs.

Everybody on this computer reaches a loopback port; who may use the console is who sees what the sandbox prints.
"""

from __future__ import annotations

import secrets


class Login:
    """One person's login to the console at `url`, by any number of browsers.

    Attributes: `cookie`, the cookie's name; `session`, its value; `path`, below which browsers send it.
    """

    # Cookies ignore ports: but for the path, all servers of this computer that the browser talks to would get it.
    path = "/console"

    def __init__(self, url: str):
        self.url = url
        # Two sandboxes of one person have two cookies.
        self.cookie = f"primehub-sandbox-{url.rpartition(':')[2]}"
        self.session = secrets.token_urlsafe(32)
        self._token = secrets.token_urlsafe(32)

    def link(self, page: str) -> str:
        """The address of a page below `path`, such as "/notebook", that logs in whoever opens it."""
        return f"{self.url}{self.path}{page}?token={self._token}"

    def knows_token(self, token: str) -> bool:
        """Whether this is the token of the links; takes as long for any that is not."""
        return secrets.compare_digest(token.encode(), self._token.encode())

    def knows_session(self, session: str) -> bool:
        """Whether this is the cookie's value; takes as long for any that is not."""
        return secrets.compare_digest(session.encode(), self.session.encode())
