"""The controller at work: objects, people and a node in; everything done that is due, again and again, until `stop`.

One thread does it all, woken by each change and, at the latest, when time alone makes something due.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from ..cluster.objects import Objects
from ..cluster.people import People
from ..runner.kubelet import Kubelet
from ..runner.namespace import Namespace
from .chart import Chart, Clock
from .cleaner import ROUND_SECONDS as CLEANER_SECONDS
from .cleaner import Cleaner
from .informer import Informer
from .jobs import FINAL, JobController
from .pod_template import PodTemplate
from .scheduler import Scheduler
from .schedules import ScheduleController

log = logging.getLogger(__name__)
# Time limits of jobs have whole seconds, and the scheduler's rounds are a second apart.
STEP_SECONDS = 1
# How often everything is looked at again though nothing changed.
RESYNC_SECONDS = 60


class Controller:
    """PrimeHub's controller with one node; `start`, then `stop`. `step` does one turn, for whoever has the clock.

    folder : the state folder, for what pods mount and leave
    namespace : how pods get a file system of their own; None: they cannot
    hook_delay : seconds by which the hooks that make the links in jobs' homes are late
    """

    def __init__(
        self,
        objects: Objects,
        people: People,
        folder: Path,
        namespace: Namespace | None,
        chart: Chart | None = None,
        clock: Clock | None = None,
        hook_delay: float = 0,
        kubelet: Kubelet | None = None,
    ):
        chart, clock = chart or Chart(), clock or Clock()
        self.objects, self.clock = objects, clock
        self._wake = threading.Event()
        self._stopping = False
        self.kubelet = kubelet or Kubelet(folder, namespace, self._wake.set, clock.unix, hook_delay)
        self._dirty: dict[str, set[str]] = {"phjobs": set(), "phschedules": set()}
        self._jobs = Informer(objects, "phjobs", lambda name: self._mark("phjobs", name))
        self._schedules = Informer(objects, "phschedules", lambda name: self._mark("phschedules", name))
        template = PodTemplate(objects, people, chart)
        self.jobs = JobController(objects, template, self.kubelet, chart, clock)
        self.scheduler = Scheduler(objects, self._jobs, template, self.kubelet, clock)
        self.schedules = ScheduleController(objects, self._jobs, template, clock)
        self.cleaner = Cleaner(objects, self._jobs, chart, clock)
        self._told: set[str] = set()
        self._cleaned = self._synced = float("-inf")
        self._thread = threading.Thread(target=self._run, name="controller", daemon=True)

    def start(self) -> None:
        """Settle what an earlier run left behind, then begin."""
        for job in self._jobs.all():
            status = job.get("status") or {}
            if status.get("phase") in ("Preparing", "Running") and status.get("podName"):
                self.kubelet.sweep(job["metadata"]["name"])
                self.jobs.lose(job["metadata"]["name"])
        self._thread.start()

    def stop(self) -> None:
        """End all pods and wait for that; jobs that wait stay in the queue."""
        self._stopping = True
        self._wake.set()
        if self._thread.ident:
            self._thread.join()
        for name in self.kubelet.stop():
            self.jobs.lose(name)

    def step(self) -> None:
        """Do what is due now. What this itself changes may make more due: `settle` goes on until nothing is."""
        now = self.clock.unix()
        if now - self._synced >= RESYNC_SECONDS:
            self._synced = now
            for kind, informer in (("phjobs", self._jobs), ("phschedules", self._schedules)):
                for name in list(informer.objects):
                    self._mark(kind, name)
        self._try(self.schedules.fire)
        # Those that run and those on their way are looked at each time: their pods and the clock go on by themselves.
        active = {name for name, job in list(self._jobs.objects.items()) if not _final(job)}
        for name in sorted(self._take("phjobs") | active):
            self._try(self.jobs.reconcile, name)
        for name in sorted(self._take("phschedules")):
            self._try(self.schedules.reconcile, name)
        self._try(self.scheduler.round)
        if now - self._cleaned >= CLEANER_SECONDS:
            self._cleaned = now
            self._try(self.cleaner.round)

    def _try(self, do: Callable[..., None], *arguments: str) -> None:
        try:
            do(*arguments)
        except Exception as error:  # one object that is not as it should be, or a full disk, must not stop all others
            text = f"{do.__qualname__}{arguments}: {error!r}"
            if text not in self._told:  # it comes again each second
                self._told.add(text)
                log.error(text)

    def settle(self) -> None:
        """Step until nothing changes any more."""
        while True:
            self.step()
            if not any(self._dirty.values()):
                return

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(STEP_SECONDS)
            self._wake.clear()
            self.step()

    def _mark(self, kind: str, name: str) -> None:
        self._dirty[kind].add(name)
        self._wake.set()

    def _take(self, kind: str) -> set[str]:
        with self.objects.lock:
            taken, self._dirty[kind] = self._dirty[kind], set()
            return taken


def _final(job: dict) -> bool:
    return (job.get("status") or {}).get("phase") in FINAL
