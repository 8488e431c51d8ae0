"""Kubernetes as the API talks to it: objects, checked against PrimeHub's resource definitions, and failures."""

from __future__ import annotations

import re

from .faults import Faults, HttpFailure
from .objects import KINDS, NoSuchObject, Objects, merged, without_nulls

NAMESPACE = "hub"
# What the resource definitions of PhJob and PhSchedule require; an API server answers 422 where it is missing.
JOB_REQUIRED = ("command", "displayName", "groupId", "groupName", "image", "instanceType", "userId")
RECURRENCE_TYPES = ("inactive", "daily", "weekly", "monthly", "custom")
LABEL = re.compile(r"(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?")
LABEL_CHARACTERS = 63


class Kubernetes:
    """Each method is one request: it raises HttpFailure or ConnectionCut when that fails."""

    def __init__(self, objects: Objects, faults: Faults):
        self.objects, self.faults = objects, faults

    def get(self, kind: str, name: str) -> dict:
        """An object as it is now; 404 where there is none."""
        self.faults.befall("kubernetes", f"get {kind}/{name}")
        try:
            return self.objects.get(kind, name)
        except NoSuchObject:
            raise HttpFailure(404) from None

    def list(self, kind: str) -> list[dict]:
        """All of a kind, by name; of kinds that the sandbox does not have there are none."""
        self.faults.befall("kubernetes", f"list {kind}")
        return self.objects.list(kind) if kind in KINDS else []

    def create(self, kind: str, name: str, spec: dict, labels: dict) -> dict:
        """A new object; 409 for a name that is taken, 422 for what its definition does not allow."""
        self.faults.befall("kubernetes", f"create {kind}")
        self._check(kind, without_nulls(spec), labels)
        with self.objects.lock:
            if self.objects.has(kind, name):
                raise HttpFailure(409)
            return self.objects.create(kind, name, spec, labels)

    def change(self, kind: str, name: str, patch: dict) -> dict:
        """Merge a patch (RFC 7396) into an object; 404 where there is none, 422 for what could not be created so."""
        self.faults.befall("kubernetes", f"change {kind}/{name}")
        with self.objects.lock:
            try:
                after = without_nulls(merged(self.objects.get(kind, name), patch))
                self._check(kind, after["spec"], after["metadata"].get("labels", {}))
                return self.objects.merge(kind, name, patch)
            except NoSuchObject:
                raise HttpFailure(404) from None

    def remove(self, kind: str, name: str) -> None:
        """Remove an object; 404 where there is none."""
        self.faults.befall("kubernetes", f"remove {kind}/{name}")
        try:
            self.objects.remove(kind, name)
        except NoSuchObject:
            raise HttpFailure(404) from None

    def _check(self, kind: str, spec: dict, labels: dict) -> None:
        job, problem = spec, False
        if kind == "phschedules":
            job = (spec.get("jobTemplate") or {}).get("spec") or {}
            problem = (spec.get("recurrence") or {}).get("type") not in RECURRENCE_TYPES
        if kind in ("phjobs", "phschedules"):
            problem = problem or any(field not in job for field in JOB_REQUIRED)
        if problem or any(not LABEL.fullmatch(text) or len(text) > LABEL_CHARACTERS for text in labels.values()):
            raise HttpFailure(422)


def escaped_label(text: str) -> str:
    """A group's or user's name as PrimeHub writes it into a label: each other byte as `-` and two hex digits."""
    kept = b"abcdefghijklmnopqrstuvwxyz0123456789"
    return "escaped-" + "".join(chr(byte) if byte in kept else f"-{byte:02x}" for byte in text.encode())
