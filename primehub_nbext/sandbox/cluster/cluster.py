"""Everything behind one PrimeHub's API: objects and people in; the services that the API asks out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import catalogue
from .bucket import Bucket
from .faults import Faults
from .job_list import JobList
from .keycloak import Keycloak
from .kubernetes import NAMESPACE, Kubernetes
from .objects import Objects
from .people import People
from .pods import Pods


@dataclass
class Licence:
    """What a console was told of its licence.

    `status`: "expired" and "invalid" refuse new jobs, None is "invalid"; any other word is as good as "unexpired".
    """

    status: str | None = "unexpired"
    licensed_to: str | None = None
    started_at: str | None = None
    expired_at: str | None = None
    max_user: int = -1
    max_group: int = -1
    max_node: int = -1
    max_model_deploy: int = 0

    @property
    def word(self) -> str:
        """`status` as the API tells it."""
        return self.status or "invalid"


class Cluster:
    """One PrimeHub.

    folder : the state folder: logs under `jobs/`, the object store under `phfs/`; None for neither
    objects, people : what Kubernetes and Keycloak keep
    edition : "ee", or "ce" for one without jobs
    public_url : absolute address under which clients reach it, without /api
    clock, wait : seconds that only grow; what takes seconds. Tests have their own.
    """

    namespace = NAMESPACE
    nodes = 1
    shared_secret: str | None = None  # what JupyterHub and the controller would say instead of a token
    introspection = False  # as with GRAPHQL_PLAYGROUND=true

    def __init__(
        self,
        folder: Path | None,
        objects: Objects,
        people: People,
        edition: str = "ee",
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ):
        self.folder, self.objects, self.people, self.edition, self.clock = folder, objects, people, edition, clock
        self.public_url = "http://127.0.0.1"
        self.licence = Licence()
        self.faults = Faults(wait)
        self.kubernetes = Kubernetes(objects, self.faults)
        self.keycloak = Keycloak(people, self.faults)
        self.job_list = JobList(objects, clock)
        self.pods = Pods(objects, folder, self.faults)
        self.bucket = Bucket(folder / "phfs") if folder else None

    @classmethod
    def stocked(cls, folder: Path | str | None = None, edition: str = "ee") -> Cluster:
        """What a new sandbox starts with, and what an earlier one left in the folder."""
        folder = Path(folder) if folder is not None else None
        objects, people = Objects(folder), catalogue.people(folder)
        catalogue.stock(objects)
        return cls(folder, objects, people, edition)

    @property
    def changed(self) -> threading.Condition:
        """Notified after every change of an object, for who waits for one."""
        return self.objects.changed
