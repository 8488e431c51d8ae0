"""The project's own exchanges: a file of `behaviours/` in; exchanges as a recording has them out.

One line is one exchange. What is usual is left out: POST /api/graphql with a query as JSON, alice with her token, the
Enterprise Edition, the condition of the line before, an answer of 200 in JSON. `query`, `variables`, `json`, `form`,
`raw`: what is sent; `at`: method and path; `headers`: those that differ, null for one that is not sent. `data`, `error`
(message and code), `errors` with `status`: the answer; `answer`: the whole of it, or the name of a line above with the
same. `both`: the Community Edition answers the same. Of jobs and schedules asked for in full only the first are; $WORDS
and @ids stand for the texts in words.json.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

WORD = re.compile(r"\$[A-Z][A-Z0-9]*|@[a-z0-9-]{6}\b")
PEOPLE = ("alice", "bob", "carol", "root")


def read(path: Path) -> list[dict]:
    words = json.loads((path.parent / "words.json").read_text("utf-8"))
    found: list[dict] = []
    answers: dict[str, dict] = {}
    before = ""
    for line in path.read_text("utf-8").split("\n"):
        if not line:
            continue
        short = json.loads(expanded(line, words))
        before = short.get("before", before)
        answer = answers[short["name"]] = _answer(short, answers)
        exchange = {
            "name": short["name"],
            "edition": short.get("edition", "ee"),
            "before": before,
            "reset": short.get("reset", False),
            "request": _request(short),
            "response": answer,
            **({"cluster": short["cluster"]} if "cluster" in short else {}),
        }
        found.append(exchange)
        if short.get("both"):
            found.append({**exchange, "name": f"{exchange['name']} (ce)", "edition": "ce", "reset": False})
    return found


def expanded(text: str, words: dict[str, str]) -> str:
    def word(found: re.Match) -> str:
        return expanded(words[found[0]], words) if found[0] in words else found[0]

    return WORD.sub(word, text)


def _request(short: dict) -> dict:
    method, path = short.get("at", "POST /api/graphql").split(" ", 1)
    headers = {"Content-Type": "application/json"} if path == "/api/graphql" and method == "POST" else {}
    who = short.get("as", "alice")
    if who in PEOPLE:
        headers["Authorization"] = f"Bearer <token of {who}>"
    headers.update(short.get("headers", {}))
    asked = {"method": method, "path": path, "headers": {k: v for k, v in headers.items() if v is not None}}
    if "query" in short:
        sent = {name: short[name] for name in ("query", "variables") if name in short}
        return {**asked, "json": sent}
    return {**asked, **{kind: short[kind] for kind in ("json", "form", "raw") if kind in short}}


def _answer(short: dict, above: dict[str, dict]) -> dict:
    if isinstance(short.get("answer"), str):
        return above[short["answer"]]
    if "answer" in short:
        return short["answer"]
    body: dict = {"data": short["data"]} if "data" in short else {}
    errors = [short["error"]] if "error" in short else short.get("errors", [])
    if errors:
        body["errors"] = [{"message": message, "extensions": {"code": code}} for message, code in errors]
    return {"status": short.get("status", 200), "content_type": "application/json", "json": body}
