"""A state folder in; a controller at work on it, with a node that runs real processes, out."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from kit.clusters import ALICE, objects, people
from primehub_nbext.sandbox.controller.jobs import FINAL
from primehub_nbext.sandbox.controller.loop import Controller
from primehub_nbext.sandbox.runner.namespace import Namespace

SECONDS = 60


def find(state: Path) -> Namespace:
    """How this system gives processes a file system of their own; skips the test where it does not."""
    found = Namespace.find(state)
    if found is None:
        pytest.skip("this system allows no private mount namespace")
    return found


class Bench:
    """A controller at work on a state folder; `submit` a command, then wait until it is `in_phase` or `finished`."""

    def __init__(self, folder: Path, namespace: Namespace | None, **options):
        self.folder, self.objects, self.people = folder, objects(folder), people()
        self.controller = Controller(self.objects, self.people, folder, namespace, **options)
        self.controller.start()
        # Pods are found by their names on the whole computer, where the same test may be running once more.
        self.mark, self.number = uuid.uuid4().hex[:10], 0

    def submit(self, command: str, group: str = "phusers", **changes) -> str:
        self.number += 1
        name = f"job-{self.mark}-{self.number}"
        spec = {
            "displayName": name,
            "command": command,
            "userId": ALICE.id,
            "userName": ALICE.username,
            "groupId": "g-phusers" if group == "phusers" else "g-free",
            "groupName": group,
            "instanceType": "cpu-1",
            "image": "base",
        }
        self.objects.create("phjobs", name, {**spec, **changes})
        return name

    def status(self, name: str) -> dict:
        return self.objects.get("phjobs", name).get("status") or {}

    def in_phase(self, name: str, *phases: str) -> dict:
        with self.objects.changed:
            assert self.objects.changed.wait_for(lambda: self.status(name).get("phase") in phases, SECONDS)
        return self.status(name)

    def finished(self, name: str) -> dict:
        return self.in_phase(name, *FINAL)

    def cancel(self, name: str) -> None:
        self.objects.merge("phjobs", name, {"spec": {"cancel": True}})

    def log(self, name: str) -> str:
        return (self.folder / "jobs" / name / "log").read_text()

    def left(self, name: str, group: str = "phusers") -> Path:
        return self.folder / "phfs" / "groups" / group / "jobArtifacts" / name
