"""Recorded exchanges in; each played against the sandbox, and what differs out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from comparison import Names, difference, object_difference
from conditions import prepare
from stage import Stage


def played(stage: Stage, exchanges: list[dict]) -> Iterator[tuple[str, str]]:
    """Each exchange's name and what differs, in order: later ones stand on what earlier ones did."""
    names, before = Names(), "initial state"
    for exchange in exchanges:
        before = prepare(stage, exchange, names, before)
        status, headers, body = stage.request(names.filled(exchange["request"]))
        found = difference(names, exchange["response"], status, headers, body)
        if not found and "cluster" in exchange:
            found = object_difference(names, exchange["cluster"], _object(stage, names, exchange["cluster"]))
        stage.cluster.faults.clear()
        if "after" in exchange:
            exchange["after"]()
        yield exchange["name"], found


def _object(stage: Stage, names: Names, wanted: dict) -> dict | None:
    kind = wanted["kind"].lower() + "s"
    name = names.bound.get(wanted["metadata"]["name"], wanted["metadata"]["name"])
    return stage.cluster.objects.get(kind, name) if stage.cluster.objects.has(kind, name) else None


def read(path: Path) -> list[dict]:
    return [json.loads(line) for line in re.split("\n", path.read_text("utf-8")) if line]
