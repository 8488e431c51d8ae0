"""HTTP: the bytes of a request and a token in; status and bytes of the answer, in time, or a PrimeHubFault out.

One `requests.Session` for all threads, with keep-alive. A request has a total deadline (requests' own time-outs are per
socket operation, so a server that drips bytes would never hit them), a bounded answer, and no way for the token to go
anywhere but to the configured endpoint: no redirects, no `.netrc`, no proxy from the environment, no cookies.
"""

from __future__ import annotations

import threading
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

from .._version import __version__
from ..errors import PrimeHubError
from .connection import Deadline, watched_adapter
from .errors import (
    AnswerTooLarge,
    BadAnswer,
    PrimeHubFault,
    ProxyFailed,
    Redirected,
    Timeout,
    TlsError,
    Unreachable,
)
from .tls import tls_error, unusable_authorities

if TYPE_CHECKING:
    import requests

    from ..config import PrimeHub

CHUNK = 64 * 1024


class Transport:
    """Posts to one endpoint.

    Parameters
    ----------
    config : config.PrimeHub
        Time-outs (seconds), answer size (bytes), certificate authorities and proxy.
    endpoint : str
        Address of the GraphQL API.
    """

    def __init__(self, config: PrimeHub, endpoint: str):
        self.config = config
        self.endpoint = endpoint
        self._session: requests.Session | None = None
        self._lock = threading.Lock()

    def post(self, payload: bytes, token: str, deadline: Deadline) -> tuple[int, bytes]:
        """Status and body of the answer, before the deadline. Raises PrimeHubFault."""
        import requests

        session = self._get_session()
        try:
            response = session.post(
                self.endpoint,
                data=payload,
                auth=_Bearer(token),
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                timeout=(min(self.config.connect_timeout, deadline.left), deadline.left),
                allow_redirects=False,
                stream=True,
            )
            with response:
                return response.status_code, self._read(response, deadline)
        except PrimeHubError:
            raise
        except (requests.RequestException, OSError, ValueError) as error:
            # The originals name hosts and ports and may carry the request; only our own sentence goes on.
            raise self._fault(error, deadline) from None
        except Exception as error:  # urllib3 lets a few of its own through while a body is read
            # And whatever a library makes of a socket that was shut down beneath it, when the time was over, means just
            # that. No others pass.
            if not deadline.expired and type(error).__module__.split(".")[0] not in ("urllib3", "http"):
                raise
            raise self._fault(error, deadline) from None

    def _read(self, response: requests.Response, deadline: Deadline) -> bytes:
        if 300 <= response.status_code < 400:
            raise Redirected()
        told = response.headers.get("Content-Length", "")
        if told.isdecimal() and int(told) > self.config.max_answer_bytes:
            raise AnswerTooLarge()  # before any of it takes up memory
        parts, size = [], 0
        for part in response.iter_content(CHUNK):
            size += len(part)
            if size > self.config.max_answer_bytes:
                raise AnswerTooLarge()
            parts.append(part)
        if deadline.expired:
            # A body whose length was not told ends wherever the connection does, here by our own hand.
            raise Timeout()
        if response.raw.length_remaining:
            raise BadAnswer("PrimeHub's answer ended too early.")
        return b"".join(parts)

    def _fault(self, error: Exception, deadline: Deadline) -> PrimeHubFault:
        import requests

        if deadline.expired or isinstance(error, requests.Timeout):
            fault: PrimeHubFault = Timeout()
        elif not deadline.connected and (unusable := self._unusable_authorities()):
            fault = unusable
        elif isinstance(error, requests.exceptions.SSLError) and not deadline.connected:
            fault = tls_error(error)
        elif self.config.proxy and not deadline.connected:
            fault = ProxyFailed()
        elif isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
            fault = BadAnswer("PrimeHub's answer ended too early.")
        elif isinstance(error, ValueError) and not deadline.connected:  # requests' InvalidURL and its like
            fault = Unreachable(hint="Ask your administrator whether PrimeHub.api_endpoint is right.")
        else:
            fault = Unreachable()
        fault.sent = deadline.connected
        return fault

    def _unusable_authorities(self) -> TlsError | None:
        """What is wrong with PrimeHub.ca_bundle, if it is needed and something is."""
        return unusable_authorities(self.config.ca_bundle) if self.endpoint.lower().startswith("https:") else None

    def close(self) -> None:
        """Close the connections that are kept alive; the next request makes new ones."""
        with self._lock:
            if self._session:
                self._session.close()
                self._session = None

    def _get_session(self) -> requests.Session:
        with self._lock:
            if self._session is None:
                self._session = self._new_session()
            return self._session

    def _new_session(self) -> requests.Session:
        import requests

        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.update({"User-Agent": f"primehub_nbext/{__version__}", "Accept-Encoding": "identity"})
        adapter = watched_adapter(self.config.max_workers, proxied=bool(self.config.proxy))
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        if self.config.ca_bundle:
            session.verify = self.config.ca_bundle
        if self.config.proxy:
            session.proxies = {"http": self.config.proxy, "https": self.config.proxy}
        return session


class _Bearer:
    """Sets the Authorization header; given as `auth`, so that nothing else (userinfo in the address) replaces it."""

    def __init__(self, token: str):
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
