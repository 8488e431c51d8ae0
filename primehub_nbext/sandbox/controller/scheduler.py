"""Which jobs may start: pending jobs and what runs in; those that fit the quotas set to Preparing, in order, out."""

from __future__ import annotations

import contextlib

from ..cluster.objects import NoSuchObject, Objects
from ..runner.kubelet import Kubelet
from ..runner.pods import Pod, Resources
from . import usage
from .chart import Clock
from .informer import Informer
from .pod_template import PodTemplate
from .quantities import limits, quota

TOO_BIG = "Your instance type resource limit is bigger than your user or group quota."
ROUND_SECONDS = 1


class Scheduler:
    """One `round` is what PrimeHub's scheduler does each second.

    Jobs that the admission webhook sent back are not tried again before the next second, all else at once.
    """

    def __init__(self, objects: Objects, jobs: Informer, template: PodTemplate, kubelet: Kubelet, clock: Clock):
        self.objects, self.jobs, self.template, self.kubelet, self.clock = objects, jobs, template, kubelet, clock
        self._tried: dict[str, float] = {}

    def round(self) -> None:
        """Set those pending jobs to Preparing that fit beside what runs, the oldest of each group first."""
        queues: dict[str, list[dict]] = {}
        waiting = [job for job in self.jobs.all() if (job.get("status") or {}).get("phase") == "Pending"]
        self._tried = {name: at for name, at in self._tried.items() if self.clock.unix() - at < ROUND_SECONDS}
        for job in sorted(waiting, key=lambda job: job["metadata"]["creationTimestamp"]):
            if not job["spec"].get("cancel") and self._possible(job):
                queues.setdefault(job["spec"]["groupId"], []).append(job)
        for queue in queues.values():
            self._start(queue)

    def _possible(self, job: dict) -> bool:
        """Whether it could ever run; it fails where not. A job of an instance type that is gone just waits."""
        group = self.template.group(job["spec"]["groupId"])
        if group is None:
            self._fail(job, "PodCreationFailed", "cannot get group info")
            return False
        kind = self.template.instance_type(job["spec"]["instanceType"])
        if kind is None:
            return False
        alone = Resources(0, 0, 0)
        if not all(usage.fits(limits(kind), alone, quota(group, each), usage.SCHEDULED) for each in ("", "project-")):
            self._fail(job, "OverQuota", TOO_BIG)
            return False
        return True

    def _start(self, queue: list[dict]) -> None:
        """First in, first out. Who is out of quota is passed over; once the group is, nobody overtakes."""
        group = self.template.group(queue[0]["spec"]["groupId"])
        taken: list[Pod | usage.Asked] = [*self.kubelet.alive()]
        for job in queue:
            name, spec = job["metadata"]["name"], job["spec"]
            kind = self.template.instance_type(spec["instanceType"])
            if group is None or kind is None:  # gone since the queue was made
                continue
            pod = usage.Asked(spec["groupName"], spec.get("userName", ""), limits(kind))
            member, whole = usage.used(taken, pod.group, pod.user), usage.used(taken, pod.group)
            if not usage.fits(pod.limits, member, quota(group), usage.SCHEDULED):
                continue
            if not usage.fits(pod.limits, whole, quota(group, "project-"), usage.SCHEDULED):
                break
            if name in self._tried:
                continue
            self._tried[name] = self.clock.unix()
            taken.append(pod)
            # Reason and message stay those of the wait.
            self._write(name, {"phase": "Preparing"})

    def _fail(self, job: dict, reason: str, message: str) -> None:
        status = {"phase": "Failed", "reason": reason, "message": message, "finishTime": self.clock.text()}
        self._write(job["metadata"]["name"], status)

    def _write(self, name: str, status: dict) -> None:
        with contextlib.suppress(NoSuchObject):  # removed since
            self.objects.merge("phjobs", name, {"status": status})
