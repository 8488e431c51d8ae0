"""Whether an answer is the recorded one: both in; what differs, in a line, out.

Placeholders stand for what is new at each run: ids are bound when they first appear, of times the form is looked at.
"""

from __future__ import annotations

import json
import re
from typing import Any

from stage import expanded

FORMS = {
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "<time ms>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",
}
IDS = {"job": r"job-\d{12}-[0-9a-z]{1,6}", "schedule": r"recurrence-[0-9a-z]{1,6}"}
PLACEHOLDER = re.compile(r"<(job|schedule) (\d+)>")
FORBIDDEN = "request not authorized"


class Names:
    """What the placeholders of one file stand for."""

    def __init__(self):
        self.bound: dict[str, str] = {}

    def filled(self, value: Any) -> Any:
        """A request with placeholders filled in."""
        text = json.dumps(value, ensure_ascii=False)
        return json.loads(PLACEHOLDER.sub(lambda found: self.bound.get(found[0], found[0]), text))

    def same(self, wanted: Any, got: Any, at: str = "") -> str:
        """What differs; empty when nothing does."""
        if isinstance(wanted, dict) and isinstance(got, dict):
            if set(wanted) != set(got):
                return f"{at}: fields {sorted(set(wanted) ^ set(got))}"
            return next(filter(None, (self.same(wanted[key], got[key], f"{at}.{key}") for key in wanted)), "")
        if isinstance(wanted, list) and isinstance(got, list):
            if len(wanted) != len(got):
                return f"{at}: {len(wanted)} items, got {len(got)}"
            pairs = enumerate(zip(wanted, got))
            return next(filter(None, (self.same(one, other, f"{at}[{n}]") for n, (one, other) in pairs)), "")
        if isinstance(wanted, str) and isinstance(got, str):
            return "" if self._same_text(wanted, got) else f"{at}: {wanted[:200]!r}, got {got[:200]!r}"
        alike = wanted == got and isinstance(wanted, bool) == isinstance(got, bool)
        return "" if alike else f"{at}: {wanted!r}, got {got!r}"

    def _same_text(self, wanted: str, got: str) -> bool:
        if wanted in FORMS:
            return re.fullmatch(FORMS[wanted], got) is not None
        wanted = expanded(wanted)
        pattern, ids = "", []
        for part in re.split(r"(<(?:job|schedule) \d+>)", wanted):
            found = PLACEHOLDER.fullmatch(part)
            if found and part not in self.bound:
                pattern += f"({IDS[found[1]]})"
                ids.append(part)
            else:
                pattern += re.escape(self.bound.get(part, part))
        matched = re.fullmatch(pattern, got, re.DOTALL)
        if not matched:
            return False
        for name, value in zip(ids, matched.groups()):
            if value in self.bound.values():
                return False
            self.bound[name] = value
        return True


def difference(names: Names, wanted: dict, status: int, headers: dict[str, str], body: bytes) -> str:
    """What differs between a recorded answer and the one got; empty when nothing does."""
    if status != wanted["status"]:
        return f"status {wanted['status']}, got {status} {body[:200]!r}"
    if headers.get("content-type") != wanted["content_type"]:
        return f"content type {wanted['content_type']}, got {headers.get('content-type')}"
    text = body.decode("utf-8", "replace")
    if "bytes" in wanted and len(body) != wanted["bytes"]:
        return f"{wanted['bytes']} bytes, got {len(body)}"
    if "json" in wanted:
        try:
            got = json.loads(text)
        except ValueError:
            return f"no JSON: {text[:200]!r}"
        if found := names.same(wanted["json"], got):
            return found
    page = FORBIDDEN in wanted.get("text", "")
    if page and FORBIDDEN not in text:  # the page itself is the console's
        return f"page saying {FORBIDDEN}, got {text[:200]!r}"
    if "text" in wanted and not page and (found := names.same(wanted["text"], text)):
        return found
    for name, value in (wanted.get("headers") or {}).items():
        if not (page and name == "content-length") and headers.get(name) != value:
            return f"header {name}: {value}, got {headers.get(name)}"
    return ""


def object_difference(names: Names, wanted: dict, got: dict | None) -> str:
    """The same for the Kubernetes object afterwards."""
    if got is None:
        return "no object"
    metadata = {key: value for key, value in wanted["metadata"].items() if key != "namespace"}
    kept = {name: wanted[name] for name in ("spec", "status") if name in wanted}
    return names.same({"metadata": metadata, **kept}, got, "cluster")
