"""What PrimeHub answers: a group with its lists in, the `data` given to the client out; and a client that gives it."""

from __future__ import annotations

LISTS = ("instanceTypes", "images")


def resources(group, group_id: str | None = None) -> dict:
    """A group as PrimeHub splits it: what it may use in `me.effectiveGroups`, all else in `group`.

    group : None for one that is not mine; what is no group at all is passed on as it is
    """
    known = group if isinstance(group, dict) else {}
    mine = {"id": group_id or known.get("id"), **{name: known[name] for name in LISTS if name in known}}
    alone = {name: value for name, value in group.items() if name not in LISTS} if known else group
    return {"me": {"effectiveGroups": [] if group is None else [mine]}, "group": alone}


def membership(*group_ids: str, group=None) -> dict:
    """What PrimeHub says on the second look: the groups that are mine, and the one that was asked for."""
    groups = [{"id": group_id} for group_id in group_ids]
    return {"me": {"groups": groups}, "group": group, "images": [{"id": "base-notebook"}], "phJobs": []}


class Answering:
    """A PrimeHub client that answers what it was given."""

    endpoint = "http://primehub.example/api/graphql"

    def __init__(self, data):
        self.data = data

    def execute(self, document, variables, token, **options):
        return self.data
