"""Order and pages of a list: records and a field's arguments in; those asked for out, as PrimeHub cuts them.

`page` (ten each, from 1) beats first, last, after and before, which work as Relay's; a connection answers currentPage
and totalPage to the one, hasNextPage and hasPreviousPage to the others, and never both.
"""

from __future__ import annotations

from collections.abc import Iterable

from .refusals import Refused

PAGE_SIZE = 10


def ordered(records: list[dict], order: dict | None, names: Iterable[str], default: tuple[str, str] | None = None):
    """Sorted by one key: of several given the first of `names`. Equal ones stay in order; null is the largest."""
    order = order or {}
    chosen = [(name, order[name]) for name in names if name in order]
    if not chosen and default:
        chosen = [default]
    for _, direction in chosen:
        if direction not in ("asc", "desc"):
            told = "null" if direction is None else direction
            raise Refused(f"order value ({told}) not valid. Should be 'asc' or 'desc'")
    for name, direction in chosen[:1]:
        records = sorted(records, key=lambda each: (each[name] is None, each[name] or ""), reverse=direction == "desc")
    return records


def page_of(records: list[dict], arguments: dict) -> list[dict]:
    """The records of the page that is asked for; all of them where none is."""
    if "page" in arguments:
        number = arguments["page"] or 0
        return records[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    ids = [each["id"] for each in records]
    if arguments.get("before") in ids:
        records = records[: ids.index(arguments["before"])]
        ids = ids[: len(records)]
    if arguments.get("after") in ids:
        records = records[ids.index(arguments["after"]) + 1 :]
    if "first" in arguments:
        records = records[: max(0, arguments["first"] or 0)]
    if "last" in arguments:
        records = records[max(0, len(records) - max(0, arguments["last"] or 0)) :]
    return records


def connection(records: list[dict], arguments: dict) -> dict:
    """The same as a Relay connection: `pageInfo`, and `edges` with a record's id for a cursor."""
    page = page_of(records, arguments)
    if "page" in arguments:
        pages = -(-len(records) // PAGE_SIZE)
        info = {"currentPage": arguments["page"] if pages else 1, "totalPage": pages or 1}
    else:
        info = {
            "hasNextPage": bool(page) and page[-1]["id"] != records[-1]["id"],
            "hasPreviousPage": bool(page) and page[0]["id"] != records[0]["id"],
            "startCursor": page[0]["id"] if page else None,
            "endCursor": page[-1]["id"] if page else None,
        }
    return {"pageInfo": info, "edges": [{"cursor": each["id"], "node": each} for each in page]}


def names_of(info, argument: str = "orderBy") -> list[str]:
    """The keys that an ordering knows, in the schema's order."""
    field = info.parent_type.fields[info.field_name]
    return list(field.args[argument].type.fields)
