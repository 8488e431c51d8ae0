"""One job's way: what its object says and how its pod fares in; the next phase, reason and message out.

As PrimeHub's job controller decides, in its order: deadline written down, new, cancelled, final, over a limit, pod.
"""

from __future__ import annotations

import contextlib

from ..cluster.objects import NoSuchObject, Objects
from ..cluster.quantities import number
from ..runner import pods
from ..runner.kubelet import Kubelet
from ..runner.pods import PodRefused, PodStatus
from .chart import Chart, Clock
from .pod_template import OverQuota, PodTemplate

FINAL = ("Succeeded", "Failed", "Cancelled", "Unknown")
PREPARING_SECONDS = 180
BACK = "Back to pending due to: "
OVER_QUOTA = {"phase": "Pending", "reason": "OverQuota", "message": "Insufficient group/user quota"}
SYSTEM_ERROR = "Job failed due to System Error: phJob has failed because it was "
LOST = "Job failed due to System Error: the sandbox stopped while the job was running"


class JobController:
    """Reconciles jobs, one at a time."""

    def __init__(self, objects: Objects, template: PodTemplate, kubelet: Kubelet, chart: Chart, clock: Clock):
        self.objects, self.template, self.kubelet = objects, template, kubelet
        self.chart, self.clock = chart, clock

    def reconcile(self, name: str) -> None:
        """Do what is due for a job; nothing when it is gone."""
        try:
            job = self._with_defaults(self.objects.get("phjobs", name))
        except NoSuchObject:
            self.kubelet.delete(name)  # owned by the job, and collected with it
            return
        status = dict(job.get("status") or {})
        if not status.get("phase"):
            status = {**status, **OVER_QUOTA}
        status.setdefault("requeued", 0)
        self._decide(job, status)
        if status != job.get("status"):
            self._write(name, status)

    def lose(self, name: str) -> None:
        """Settle a job whose pod ended with the sandbox: PrimeHub has no such case, a cluster goes on without it."""
        self._write(name, {"phase": "Failed", "reason": "PodFailed", "message": LOST, "finishTime": self.clock.text()})

    def _write(self, name: str, status: dict) -> None:
        # Empty texts are left out, as the controller's own encoding leaves them out.
        kept = {key: None if value == "" else value for key, value in status.items()}
        with contextlib.suppress(NoSuchObject):
            self.objects.merge("phjobs", name, {"status": kept})

    def _with_defaults(self, job: dict) -> dict:
        """The job with its deadline and its pod's lifetime written into the spec."""
        spec, wanted = job["spec"], {}
        if spec.get("activeDeadlineSeconds") is None:
            group = self.template.group(spec.get("groupId", ""))
            own = number(group.attribute("job-default-active-deadline-seconds")) if group else None
            wanted["activeDeadlineSeconds"] = self.chart.deadline if own is None else int(own)
        if spec.get("ttlSecondsAfterFinished") is None:
            wanted["ttlSecondsAfterFinished"] = self.chart.pod_ttl
        return self.objects.merge("phjobs", job["metadata"]["name"], {"spec": wanted}) if wanted else job

    def _decide(self, job: dict, status: dict) -> None:
        name, spec = job["metadata"]["name"], job["spec"]
        if spec.get("cancel"):
            self.kubelet.delete(name)
            self._finish(status, "Cancelled", "Cancelled", "Cancelled by user")
        elif status["phase"] in FINAL:
            ttl = spec["ttlSecondsAfterFinished"]
            finished = status.get("finishTime") or status.get("startTime")
            if ttl and finished and self.clock.since(finished) > ttl:
                self.kubelet.delete(name)
        elif spec.get("requeueLimit") is not None and status["requeued"] > spec["requeueLimit"]:
            self.kubelet.delete(name)
            self._finish(status, "Failed", "OverRequeueLimit", SYSTEM_ERROR + "requeued more than specified times")
        elif self._past_deadline(spec, status):
            self.kubelet.delete(name)
            message = SYSTEM_ERROR + "active longer than specified deadline"
            self._finish(status, "Failed", "OverActivateDeadline", message)
        elif status["phase"] != "Pending":
            self._follow_pod(job, status)

    def _past_deadline(self, spec: dict, status: dict) -> bool:
        seconds, started = spec["activeDeadlineSeconds"], status.get("startTime")
        return bool(seconds and started and self.clock.since(started) >= seconds)

    def _follow_pod(self, job: dict, status: dict) -> None:
        name = job["metadata"]["name"]
        pod = self.kubelet.status(name)
        if pod is None:
            self._create_pod(job, status)
        elif pod.phase == pods.PENDING and self.clock.unix() - pod.created >= PREPARING_SECONDS:
            self.kubelet.delete(name)
            message = status.get("message", "")
            status.update(phase="Pending", requeued=status["requeued"] + 1)
            status["message"] = message if message.startswith(BACK) else BACK + message
        else:
            self._copy_pod(pod, status)

    def _create_pod(self, job: dict, status: dict) -> None:
        try:
            pod = self.template.pod(job)
            group = self.template.group(job["spec"]["groupId"])
            if group is None:
                raise PodRefused("cannot get group info")
            self.template.admit(pod, group, self.kubelet.alive())
            self.kubelet.create(pod)
        except OverQuota:
            message = BACK + "insufficient group/user quota"
            status.update(phase="Pending", reason="OverQuota", message=message, requeued=status["requeued"] + 1)
        except PodRefused as refused:
            status.update(phase="Failed", reason="PodCreationFailed", message=str(refused))
            status["finishTime"] = self.clock.text()
        else:
            status["podName"] = pod.name

    def _copy_pod(self, pod: PodStatus, status: dict) -> None:
        if pod.phase == pods.PENDING and pod.conditions:
            status.update(reason="PodPending", message=pod.conditions[0])
        elif pod.phase == pods.RUNNING:
            status.update(phase="Running", reason="PodRunning", message="Job is currently running")
            status.setdefault("startTime", self.clock.text())
        elif pod.phase == pods.SUCCEEDED:
            self._finish(status, "Succeeded", "PodSucceeded", "Job completed")
        elif pod.phase == pods.FAILED and pod.reason is None:  # evicted: reason and message stay
            self._finish(status, "Failed", status.get("reason", ""), status.get("message", ""))
        elif pod.phase == pods.FAILED:
            self._finish(status, "Failed", "PodFailed", f"Job failed due to {pod.reason}: {pod.message or ''}")

    def _finish(self, status: dict, phase: str, reason: str, message: str) -> None:
        status.update(phase=phase, reason=reason, message=message)
        status.setdefault("finishTime", self.clock.text())
