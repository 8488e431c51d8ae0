"""Kubernetes' part: PrimeHub's custom objects by kind and name; created, merged into, removed, and told of.

An object is `{"metadata": {"name", "labels"?, "creationTimestamp"}, "spec": {…}, "status"?: {…}}`, as the resource
definitions of PrimeHub have it. Whoever gets one gets a copy. Each kept kind has a folder with a file for each object,
written anew and renamed, so that a crash leaves the old or the new one and 4000 jobs cost no more than one.
"""

from __future__ import annotations

import copy
import json
import os
import tempfile
import threading
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ..errors import SandboxError

KINDS = ("phjobs", "phschedules", "instancetypes", "images")
KEPT = ("phjobs", "phschedules")  # the others come from the catalogue


class NoSuchObject(LookupError):
    """Kubernetes' 404."""


class Objects:
    """All objects of one cluster; safe to use from several threads.

    folder : where objects of the KEPT kinds are kept; None keeps everything in memory
    moment : tells when something is created, as `now` does, which it takes the place of
    changed : a Condition that is notified after every change; `lock` is the lock in it, which may be taken again
    """

    def __init__(self, folder: Path | None = None, moment: Callable[[], str] | None = None):
        self.folder = folder
        self._moment = moment or now
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._all: dict[str, dict[str, dict]] = {kind: {} for kind in KINDS}
        self._listeners: list[Callable[[str, str, dict], None]] = []
        self._load()

    def has(self, kind: str, name: str) -> bool:
        """Whether there is an object of this kind and name now."""
        with self.lock:
            return name in self._all[kind]

    def get(self, kind: str, name: str) -> dict:
        """The object. Raises NoSuchObject."""
        with self.lock:
            try:
                return copy.deepcopy(self._all[kind][name])
            except KeyError:
                raise NoSuchObject(f"{kind} {name}") from None

    def list(self, kind: str) -> list[dict]:
        """All objects of a kind, by name, as an API server lists them."""
        with self.lock:
            return [copy.deepcopy(self._all[kind][name]) for name in sorted(self._all[kind])]

    def create(self, kind: str, name: str, spec: dict, labels: dict | None = None, at: str | None = None, status=None):
        """A new object, or one in place of the old of that name; nulls are dropped. `at`: when it was created."""
        metadata: dict[str, Any] = {"name": name, "creationTimestamp": at or self._moment()}
        if labels:
            metadata["labels"] = labels
        each = without_nulls({"metadata": metadata, "spec": spec, "status": status})
        with self.changed:
            known = name in self._all[kind]
            return self._put(kind, name, each, "MODIFIED" if known else "ADDED")

    def merge(self, kind: str, name: str, patch: dict) -> dict:
        """Merge `patch` into the object (RFC 7396: null removes). Raises NoSuchObject; answers the new object."""
        with self.changed:
            before = self.get(kind, name)
            after = without_nulls(merged(copy.deepcopy(before), patch))
            return after if after == before else self._put(kind, name, after, "MODIFIED")

    def remove(self, kind: str, name: str) -> None:
        """Remove an object, and its file. Raises NoSuchObject."""
        with self.changed:
            gone = self.get(kind, name)
            del self._all[kind][name]
            if path := self._path(kind, name):
                path.unlink(missing_ok=True)
            self._tell("DELETED", kind, gone)

    def listen(self, listener: Callable[[str, str, dict], None]) -> None:
        """Call `listener(event, kind, object)` with ADDED, MODIFIED or DELETED after each change, as a watch does."""
        self._listeners.append(listener)

    def _put(self, kind: str, name: str, each: dict, event: str) -> dict:
        self._all[kind][name] = each
        if path := self._path(kind, name):
            write_json(path, each)
        self._tell(event, kind, each)
        return copy.deepcopy(each)

    def _tell(self, event: str, kind: str, each: dict) -> None:
        for listener in self._listeners:
            listener(event, kind, copy.deepcopy(each))
        self.changed.notify_all()

    def _path(self, kind: str, name: str) -> Path | None:
        return self.folder / kind / f"{name}.json" if self.folder and kind in KEPT else None

    def _load(self) -> None:
        if self.folder is None:
            return
        for kind in KEPT:
            (self.folder / kind).mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in (self.folder / kind).glob("*.json"):
                try:
                    self._all[kind][path.stem] = json.loads(path.read_text("utf-8"))
                except (OSError, ValueError) as error:
                    hint = "Move it away, or choose another folder with --dir."
                    raise SandboxError("state_damaged", f"{path} cannot be read ({error}).", hint) from None


def now() -> str:
    """This moment as Kubernetes writes it: whole seconds, UTC."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_json(path: Path, content) -> None:
    """Write a file, readable by its owner only, that is there whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.replace(name, path)


def merged(target: dict, patch: dict) -> dict:
    """JSON merge patch, RFC 7396, in place."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            inner = target.get(key)
            target[key] = merged(inner if isinstance(inner, dict) else {}, value)
        else:
            target[key] = value
    return target


def without_nulls(value):
    """An API server drops null where a definition does not say "nullable", which PrimeHub's never do."""
    if isinstance(value, dict):
        return {key: without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [without_nulls(each) for each in value]
    return value
