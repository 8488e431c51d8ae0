"""What tests do to a PrimeHub behind its API's back: jobs of other people, withdrawn tokens, a look at what there is.

Jobs and schedules are read as GraphQL shows them: records by id, with `phase`, `command`, `groupId` and so on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping

from primehub_nbext.sandbox.api import jobs, people, schedules
from primehub_nbext.sandbox.api.callers import Caller
from primehub_nbext.sandbox.api.execution import Context
from primehub_nbext.sandbox.api.service import Service
from primehub_nbext.sandbox.cluster.cluster import Cluster
from primehub_nbext.sandbox.cluster.people import User


class Records(MutableMapping):
    """All objects of a kind as records, in order of arrival; deleting one removes the object."""

    def __init__(self, context: Context, kind: str, view):
        self.context, self.kind, self.view = context, kind, view
        self._arrived = [each["metadata"]["name"] for each in self.objects.list(kind)]
        self.objects.listen(self._heard)

    def _heard(self, event: str, kind: str, each: dict) -> None:
        if kind == self.kind and event == "ADDED":
            self._arrived.append(each["metadata"]["name"])

    @property
    def objects(self):
        return self.context.cluster.objects

    def __getitem__(self, name: str) -> dict:
        if not self.objects.has(self.kind, name):
            raise KeyError(name)
        record = self.view(self.context, self.objects.get(self.kind, name))
        plain = {key: value for key, value in record.items() if not callable(value)}
        return {**plain, "instanceType": record["instanceType"](None)["name"]}

    def __iter__(self) -> Iterator[str]:
        return iter([name for name in self._arrived if self.objects.has(self.kind, name)])

    def __len__(self) -> int:
        return len(self.objects.list(self.kind))

    def __delitem__(self, name: str) -> None:
        self.objects.remove(self.kind, name)

    def __setitem__(self, name: str, record: dict) -> None:
        raise TypeError("jobs are made with create_job")

    def __eq__(self, other) -> bool:
        return dict(self) == other

    def __repr__(self) -> str:
        return repr(dict(self))


class Backstage:
    """One PrimeHub's cluster and API, in memory."""

    def __init__(self, cluster: Cluster | None = None):
        self.cluster = cluster or Cluster.stocked()
        self.service = Service(self.cluster)
        self.lock = self.cluster.objects.lock
        alice = self._context(self.user("alice"))
        self.jobs, self.schedules = Records(alice, "phjobs", jobs.view), Records(alice, "phschedules", schedules.view)

    @property
    def users(self) -> dict[str, User]:
        return {user.username: user for user in self.cluster.people.users.values()}

    def user(self, username: str) -> User:
        return self.cluster.people.user_named(username)

    def group_named(self, name: str) -> dict:
        found = people.group_view(self._context(self.user("alice")), self.cluster.people.group_named(name))
        return {key: value for key, value in found.items() if not callable(value)}

    @property
    def tokens(self) -> dict[str, str]:
        return dict(self.cluster.people.tokens)

    @tokens.setter
    def tokens(self, tokens: dict[str, str]) -> None:
        self.cluster.people.tokens = dict(tokens)
        self.service.callers.forget()

    def token_of(self, username: str) -> str:
        return self.cluster.people.token_of(self.user(username).id)

    def issue_token(self, username: str) -> str:
        """A new token; the old one is of no use, as half a minute later."""
        self.service.callers.forget()
        return self.cluster.people.issue_token(self.user(username).id)

    def revoke_tokens(self, username: str) -> None:
        """Withdraw a user's tokens, as of half a minute ago."""
        self.cluster.people.withdraw_tokens(self.user(username).id)
        self.service.callers.forget()

    def create_job(self, user: User, data: dict) -> dict:
        return self.jobs[jobs.create(self._context(user), data)["metadata"]["name"]]

    def rerun_job(self, user: User, job_id: str) -> dict:
        return self.jobs[jobs.rerun(self._context(user), job_id)["metadata"]["name"]]

    def create_schedule(self, user: User, data: dict) -> dict:
        data = {"recurrence": {"type": "inactive"}, **data}
        return self.schedules[schedules.create(self._context(user), data)["metadata"]["name"]]

    def execute(
        self,
        document: str,
        variables: dict | None,
        authorization: str | None,
        operation_name: str | None = None,
    ) -> tuple[int, dict]:
        """Answer a document as PrimeHub does: HTTP status and the answer's object."""
        headers = {"content-type": "application/json"}
        if authorization is not None:
            headers["authorization"] = authorization
        sent = {"query": document, "variables": variables, "operationName": operation_name}
        answer = self.service.answer("POST", "", headers, json.dumps(sent).encode())
        return answer.status, json.loads(answer.body)

    def _context(self, user: User) -> Context:
        return Context(self.cluster, Caller(user))
