"""GraphQL over HTTP: a document, variables and a token in; the `data` object out, or a PrimeHubError.

One `requests.Session` for all threads, with keep-alive. A request has a total deadline (requests' own time-outs are per
socket operation, so a server that drips bytes would never hit them), a bounded answer, and no way for the token to go
anywhere but to the configured endpoint: no redirects, no `.netrc`, no proxy from the environment, no cookies.
"""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy

from . import errors
from ._version import __version__
from .answers import read_answer
from .sockets import connect

CHUNK = 64 * 1024
SHORTEST = 0.1  # seconds for a request whose time is over: it fails, but in an orderly way
OPERATION = re.compile(r"(query|mutation)\s+(\w+)[^{]*{\s*(\w+)")  # its kind, name and first root field
# OpenSSL's numbers for why a certificate was refused; all others are told in general.
OTHER_HOST = 62
CERTIFICATE_ERRORS = {
    **dict.fromkeys((9, 10), errors.CertificateExpired),  # not yet valid, has expired
    **dict.fromkeys((OTHER_HOST, 64), errors.CertificateOfAnotherHost),  # host name, IP address
    **dict.fromkeys((2, 18, 19, 20, 21), errors.UnknownAuthority),  # no issuer, self-signed, no first certificate
}


class Deadline:
    """Ends a request after `seconds`, by shutting its socket down from a timer thread.

    connected : whether there was a connection, TLS included, on which the request may have gone out
    """

    current = threading.local()

    def __init__(self, seconds: float):
        self.expired = False
        self.connected = False
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        Deadline.current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_exc) -> None:
        Deadline.current.deadline = None
        self._timer.cancel()
        with self._lock:
            while self._sockets:
                self._sockets.pop().close()

    @property
    def left(self) -> float:
        """Seconds left; a little more than none, because a time-out of 0 means another thing to a socket."""
        return max(0.01, self._end - time.monotonic())

    def watch(self, sock: socket.socket) -> None:
        """End this connection, too, when the time is over.

        By a duplicate, which stays when the TLS layer takes the original away, or when a connection lets go of a
        socket from which only its response still reads ("Connection: close").
        """
        duplicate = socket.socket(fileno=os.dup(sock.fileno()))
        with self._lock:
            self._sockets.append(duplicate)
            if self.expired:
                shut(duplicate)

    def _expire(self) -> None:
        with self._lock:
            self.expired = True
            for sock in self._sockets:
                shut(sock)


def shut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def watched(connection_class, proxied: bool):
    """A urllib3 connection class that the running Deadline can end: name lookup, TLS handshake, all of it.

    proxied : whether what it connects to is the proxy
    """

    class WatchedConnection(connection_class):
        def _new_conn(self):
            deadline = Deadline.current.deadline
            try:
                sock = connect(self._dns_host, self.port, deadline.left, self.timeout, self.socket_options)
            except (OSError, ValueError) as error:
                fault = not_connected(error, proxied)
                fault.sent = deadline.connected
                raise fault from None
            deadline.watch(sock)
            return sock

        def connect(self):
            super().connect()
            Deadline.current.deadline.connected = True

        def putrequest(self, *args, **kwargs):
            if self.sock is not None:  # kept alive; else `connect` is still to come
                Deadline.current.deadline.watch(self.sock)
                Deadline.current.deadline.connected = True
            return super().putrequest(*args, **kwargs)

    return WatchedConnection


class Client:
    """Talks to one endpoint.

    Parameters
    ----------
    config : config.PrimeHub
        Time-outs (seconds), answer size (bytes), certificate authorities and proxy.
    endpoint : str
        Address of the GraphQL API.
    """

    def __init__(self, config, endpoint: str, log: logging.Logger | None = None):
        self.config = config
        self.endpoint = endpoint
        self.log = log or config.log
        self._session = None
        self._lock = threading.Lock()

    def execute(
        self,
        document: str,
        variables: dict,
        token: str,
        *,
        idempotent: bool = True,
        partial: bool = True,
        nulls: bool = False,
        seconds: float | None = None,
    ) -> dict:
        """Run a document's first operation and answer its `data`, in at most `seconds` and `request_timeout`.

        `idempotent` requests are tried once more when a kept-alive connection turns out to be dead. `partial` and
        `nulls` say how much must be there when there are errors, too (see `answers.read_answer`).

        Raises
        ------
        errors.PrimeHubFault
            PrimeHub could not be asked; its `sent` is False when the request certainly did not arrive.
        errors.TokenRejected, errors.Refused, errors.JobNotFound
            PrimeHub answered, and said no.
        """
        started = time.monotonic()
        kind, name, field = OPERATION.search(document).groups()
        outcome = "ok"
        # Of several operations the one that is named is carried out, all of them are validated.
        payload = json.dumps({"query": document, "variables": variables, "operationName": name}).encode()
        try:
            longest = self.config.request_timeout
            with Deadline(longest if seconds is None else min(longest, max(SHORTEST, seconds))) as deadline:
                try:
                    status, body = self._post(payload, token, deadline)
                except errors.Unreachable as error:
                    if not (idempotent and error.sent):
                        raise
                    status, body = self._post(payload, token, deadline)
            return read_answer(status, body, token, field, partial=partial, nulls=nulls)
        except errors.PrimeHubError as error:
            outcome = error.code
            raise
        finally:
            self.log.debug("primehub: %s %s: %s in %.3f s", kind, name, outcome, time.monotonic() - started)

    def close(self) -> None:
        with self._lock:
            if self._session:
                self._session.close()
                self._session = None

    def _post(self, payload: bytes, token: str, deadline: Deadline) -> tuple[int, bytes]:
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
        except errors.PrimeHubError:
            raise
        except (requests.RequestException, OSError, ValueError) as error:
            # The originals name hosts and ports and may carry the request; only our own sentence goes on.
            raise self._fault(error, deadline) from None
        except Exception as error:  # urllib3 lets a few of its own through while a body is read; no others pass
            if type(error).__module__.split(".")[0] not in ("urllib3", "http"):
                raise
            raise self._fault(error, deadline) from None

    def _read(self, response, deadline: Deadline) -> bytes:
        if 300 <= response.status_code < 400:
            raise errors.Redirected()
        parts, size = [], 0
        for part in response.iter_content(CHUNK):
            size += len(part)
            if size > self.config.max_answer_bytes:
                raise errors.AnswerTooLarge()
            parts.append(part)
        if deadline.expired:
            # A body whose length was not told ends wherever the connection does, here by our own hand.
            raise errors.Timeout()
        if response.raw.length_remaining:
            raise errors.BadAnswer("PrimeHub's answer ended too early.")
        return b"".join(parts)

    def _fault(self, error: Exception, deadline: Deadline) -> errors.PrimeHubFault:
        import requests

        if deadline.expired or isinstance(error, requests.Timeout):
            fault = errors.Timeout()
        elif not deadline.connected and (unusable := self._unusable_authorities()):
            fault = unusable
        elif isinstance(error, requests.exceptions.SSLError) and not deadline.connected:
            fault = tls_error(error)
        elif self.config.proxy and not deadline.connected:
            fault = errors.ProxyFailed()
        elif isinstance(error, (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError)):
            fault = errors.BadAnswer("PrimeHub's answer ended too early.")
        elif isinstance(error, ValueError) and not deadline.connected:  # requests' InvalidURL and its like
            fault = errors.Unreachable(hint="Ask your administrator whether PrimeHub.api_endpoint is right.")
        else:
            fault = errors.Unreachable()
        fault.sent = deadline.connected
        return fault

    def _unusable_authorities(self) -> errors.TlsError | None:
        """What is wrong with PrimeHub.ca_bundle, if it is needed and something is."""
        bundle = self.config.ca_bundle
        if not bundle or not self.endpoint.lower().startswith("https:"):
            return None
        try:
            ssl.create_default_context(**{"capath" if os.path.isdir(bundle) else "cafile": bundle})
        except FileNotFoundError:
            return errors.NoAuthorities("The file of certificate authorities (PrimeHub.ca_bundle) does not exist.")
        except OSError:
            return errors.NoAuthorities()
        return None

    def _get_session(self):
        with self._lock:
            if self._session is None:
                self._session = self._new_session()
            return self._session

    def _new_session(self):
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

        proxied = bool(self.config.proxy)

        class Plain(HTTPConnectionPool):
            ConnectionCls = watched(HTTPConnectionPool.ConnectionCls, proxied)

        class Secure(HTTPSConnectionPool):
            ConnectionCls = watched(HTTPSConnectionPool.ConnectionCls, proxied)

        class WatchedAdapter(HTTPAdapter):
            def init_poolmanager(self, *args, **kwargs):
                super().init_poolmanager(*args, **kwargs)
                self.poolmanager.pool_classes_by_scheme = {"http": Plain, "https": Secure}

            def proxy_manager_for(self, *args, **kwargs):
                manager = super().proxy_manager_for(*args, **kwargs)
                manager.pool_classes_by_scheme = {"http": Plain, "https": Secure}
                return manager

        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.update({"User-Agent": f"primehub_nbext/{__version__}", "Accept-Encoding": "identity"})
        adapter = WatchedAdapter(pool_connections=1, pool_maxsize=self.config.max_workers, max_retries=0)
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

    def __call__(self, request):
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def not_connected(error: Exception, proxied: bool) -> errors.PrimeHubFault:
    """The fault behind an error of `sockets.connect`."""
    if proxied:
        return errors.ProxyFailed()
    if isinstance(error, socket.timeout):
        return errors.Timeout()
    if isinstance(error, (socket.gaierror, ValueError)):
        return errors.NameNotFound()
    return errors.Unreachable()


def tls_error(error: BaseException | None) -> errors.TlsError:
    """The fault behind an SSLError of requests; what Python's ssl said is somewhere in its chain."""
    while error is not None:
        # urllib3 1 compares the host name by itself: an error with another name, or without a number.
        if isinstance(error, ssl.SSLCertVerificationError) or type(error).__name__ == "CertificateError":
            return CERTIFICATE_ERRORS.get(getattr(error, "verify_code", OTHER_HOST), errors.TlsError)()
        error = error.__cause__ or error.__context__
    return errors.TlsError()
