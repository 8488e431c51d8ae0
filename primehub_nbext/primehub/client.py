"""GraphQL: a document, variables and a token in; the `data` object out, or a PrimeHubError."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import TYPE_CHECKING, Any

from ..errors import PrimeHubError
from .answers import read_answer
from .connection import Deadline
from .errors import Unreachable
from .patience import waiting
from .transport import Transport

if TYPE_CHECKING:
    from ..config import PrimeHub

SHORTEST = 0.1  # seconds for a request whose time is over: it fails, but in an orderly way
OPERATION = re.compile(r"(query|mutation)\s+(\w+)[^{]*{\s*(?:\w+\s*:\s*)?(\w+)")  # its kind, name and first root field


class Client:
    """Talks to one endpoint.

    Parameters
    ----------
    config : config.PrimeHub
        Time-outs (seconds), answer size (bytes), certificate authorities and proxy.
    endpoint : str
        Address of the GraphQL API.
    """

    def __init__(self, config: PrimeHub, endpoint: str, log: logging.Logger | None = None):
        self.config = config
        self.endpoint = endpoint
        self.log: logging.Logger = log or config.log
        self._transport = Transport(config, endpoint)

    def execute(
        self,
        document: str,
        variables: dict[str, Any],
        token: str,
        *,
        idempotent: bool = True,
        partial: bool = True,
        nulls: bool = False,
        seconds: float | None = None,
    ) -> dict[str, Any]:
        """Run a document's first operation and answer its `data`, in at most `seconds` and `request_timeout`.

        And in what is left of the calling thread's patience (patience.py).

        `idempotent` requests are tried once more when a kept-alive connection turns out to be dead. `partial` and
        `nulls` say how much must be there when there are errors, too (see `answers.read_answer`).

        Raises
        ------
        PrimeHubFault
            PrimeHub could not be asked; its `sent` is False when the request certainly did not arrive.
        TokenRejected, Refused, JobNotFound
            PrimeHub answered, and said no.
        """
        started = time.monotonic()
        operation = OPERATION.search(document)
        assert operation, "each operation in documents.py has a name"
        kind, name, field = operation.groups()
        outcome = "ok"
        # Of several operations the one that is named is carried out, all of them are validated.
        payload = json.dumps({"query": document, "variables": variables, "operationName": name}).encode()
        try:
            with waiting() as left, Deadline(self._longest(seconds, left)) as deadline:
                try:
                    status, body = self._transport.post(payload, token, deadline)
                except Unreachable as error:
                    if not (idempotent and error.sent):
                        raise
                    status, body = self._transport.post(payload, token, deadline)
            return read_answer(status, body, token, field, partial=partial, nulls=nulls)
        except PrimeHubError as error:
            outcome = error.code
            raise
        finally:
            self.log.debug("primehub: %s %s: %s in %.3f s", kind, name, outcome, time.monotonic() - started)

    def _longest(self, *limits: float | None) -> float:
        """Seconds that a request may take, given what else limits it; None does not."""
        given = [max(SHORTEST, limit) for limit in limits if limit is not None]
        return min([self.config.request_timeout, *given])

    def close(self) -> None:
        """Close the connections to PrimeHub that are kept alive; it can be asked again all the same."""
        self._transport.close()
