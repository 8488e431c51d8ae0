"""A small cluster: people, images and a controller whose clock and node are the test's own; jobs in, phases out."""

from __future__ import annotations

from pathlib import Path

from primehub_nbext.sandbox.cluster.objects import Objects
from primehub_nbext.sandbox.cluster.people import Group, People, User
from primehub_nbext.sandbox.controller.chart import Chart, Clock, text_of
from primehub_nbext.sandbox.controller.loop import Controller
from primehub_nbext.sandbox.runner.pods import PENDING, RUNNING, Pod, PodStatus

START = 1_800_000_000.0  # 2027-01-15 08:00 UTC
ALICE, BOB = User("u-alice", "alice", ["g-phusers", "g-free"]), User("u-bob", "bob", ["g-phusers", "g-free"])
QUOTAS = {
    "quota-cpu": ["4"],
    "quota-gpu": ["1"],
    "quota-memory": ["16G"],
    "project-quota-cpu": ["6"],
    "project-quota-gpu": ["2"],
    "project-quota-memory": ["32G"],
    "enabled-shared-volume": ["true"],
}
TYPES = {
    "cpu-1": {"limits.cpu": 1, "limits.memory": "2G"},
    "cpu-2": {"limits.cpu": 2, "limits.memory": "2G"},
    "cpu-4": {"limits.cpu": 4, "limits.memory": "2G"},
    "cpu-16": {"limits.cpu": 16, "limits.memory": "2G"},
    "mem-12g": {"limits.cpu": 1, "limits.memory": "12G"},
    "mem-64g": {"limits.cpu": 1, "limits.memory": "64G"},
}
IMAGES = {"base": {"url": "example/base", "type": "both"}, "building": {"type": "both"}}


def objects(folder: Path | None = None) -> Objects:
    made = Objects(folder)
    for name, spec in TYPES.items():
        made.create("instancetypes", name, spec)
    for name, spec in IMAGES.items():
        made.create("images", name, spec)
    return made


def people() -> People:
    roles = [f"it:{name}" for name in TYPES] + [f"img:{name}" for name in IMAGES]
    groups = [
        Group("g-everyone", "everyone", {}, roles),
        Group("g-phusers", "phusers", dict(QUOTAS)),
        Group(
            "g-free", "Free_Group", {"enabled-shared-volume": ["true"], "job-default-active-deadline-seconds": ["60"]}
        ),
    ]
    return People([ALICE, BOB], groups)


class Node:
    """A node whose pods do what the test says."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self.pods: dict[str, tuple[Pod, PodStatus]] = {}

    def create(self, pod: Pod) -> None:
        self.pods[pod.name] = (pod, PodStatus(PENDING, self.clock.unix(), ("pulling",)))

    def status(self, name: str) -> PodStatus | None:
        return self.pods[name][1] if name in self.pods else None

    def alive(self) -> list[Pod]:
        return [pod for pod, status in self.pods.values() if status.phase in (PENDING, RUNNING)]

    def delete(self, name: str) -> None:
        self.pods.pop(name, None)

    def becomes(self, name: str, phase: str, **more) -> None:
        pod, status = self.pods[name]
        self.pods[name] = (pod, PodStatus(phase, status.created, **more))


class Cluster:
    """`job` makes one, `after` lets time pass and everything happen that is due, `status` tells."""

    def __init__(self, **chart):
        self.now = START
        clock = Clock(lambda: self.now)
        self.objects, self.people, self.node = objects(), people(), Node(clock)
        self.said: list[tuple[str, ...]] = []
        self.objects.listen(self._heard)
        folder = Path("unused")
        self.controller = Controller(self.objects, self.people, folder, None, Chart(**chart), clock, kubelet=self.node)
        self._made = 0

    def job(
        self, kind: str = "cpu-1", user: User = ALICE, group: str = "g-phusers", image: str = "base", **spec
    ) -> str:
        self._made += 1
        name = f"job-{self._made}"
        said = {
            "displayName": name,
            "command": "true",
            "userId": user.id,
            "userName": user.username,
            "groupId": group,
            "groupName": self.people.groups[group].name if group in self.people.groups else group,
            "instanceType": kind,
            "image": image,
        }
        self.objects.create("phjobs", name, {**said, **spec}, at=text_of(self.now))
        return name

    def after(self, seconds: float = 0) -> Cluster:
        self.now += seconds
        self.controller.settle()
        return self

    def status(self, name: str) -> dict:
        return self.objects.get("phjobs", name)["status"]

    def spec(self, name: str) -> dict:
        return self.objects.get("phjobs", name)["spec"]

    def phases(self, *names: str) -> list[str]:
        return [self.status(name)["phase"] for name in names]

    def running(self, *names: str) -> None:
        for name in names:
            self.node.becomes(name, RUNNING)
        self.after()

    def _heard(self, event: str, kind: str, each: dict) -> None:
        if kind == "phjobs" and event != "DELETED" and "status" in each:
            status = each["status"]
            said = (each["metadata"]["name"], *(status.get(name) for name in ("phase", "reason", "message")))
            if not self.said or self.said[-1] != said:
                self.said.append(said)
