"""A pod, as Kubernetes has it, as far as jobs need one: what is to run in, how it fares out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

PENDING, RUNNING, SUCCEEDED, FAILED = "Pending", "Running", "Succeeded", "Failed"


class PodRefused(Exception):
    """The API server or an admission webhook does not take this pod; the text is what it says."""


@dataclass(frozen=True)
class Resources:
    """CPUs, GPUs and bytes of memory, of a pod or of a quota; None is no limit."""

    cpu: float | None = None
    gpu: float | None = None
    memory: float | None = None


@dataclass(frozen=True)
class Pod:
    """What is to run.

    group, user : names, as the labels primehub.io/group and primehub.io/user have them
    image : where it is pulled from
    command : what run-job.sh gets
    env : the container's environment, without the image's own part
    volumes : names of the groups' volumes that are mounted at /project/<name>, and whether the home gets a link to each
    store : name of the group's folder in PHFS, mounted at /phfs; None: without PHFS
    agent : whether the monitoring agent was copied into the pod
    """

    name: str
    group: str
    user: str
    image: str
    command: str
    env: dict[str, str] = field(default_factory=dict)
    limits: Resources = Resources()
    volumes: dict[str, bool] = field(default_factory=dict)
    store: str | None = None
    agent: bool = True


@dataclass(frozen=True)
class PodStatus:
    """How a pod fares.

    created : Unix time
    conditions : messages of the pod's conditions, the first first
    reason, message : of the terminated container; None when there is no such status (an evicted pod)
    """

    phase: str
    created: float
    conditions: tuple[str, ...] = ()
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True)
class Folders:
    """Where a state folder keeps what pods mount and leave."""

    path: Path

    def project(self) -> Path:
        """The folder of all groups' volumes; what is in it is at /project in a pod that has the volume."""
        return self.path / "project"

    def store(self, volume: str) -> Path:
        """What /phfs is in a pod of the group."""
        return self.path / "phfs" / "groups" / volume

    def scripts(self) -> Path:
        """What /scripts is in every pod."""
        return self.path / "scripts"

    def pod(self, name: str) -> Path:
        """The folder of all that is a pod's own, and is removed with it."""
        return self.path / "jobs" / name

    def home(self, name: str) -> Path:
        """What /home/jovyan is in the pod, unless something else is mounted there."""
        return self.pod(name) / "home" / "jovyan"

    def log(self, name: str) -> Path:
        """The container's log; gone with the pod."""
        return self.pod(name) / "log"
