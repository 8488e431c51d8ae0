"""What runs in the cluster: jobs and a state folder in; pods, what they use and where their logs are out."""

from __future__ import annotations

from pathlib import Path

from .faults import Faults, HttpFailure
from .objects import Objects
from .quantities import UNITS, number, size

# The limit of a GPU, as older and newer instance types have it.
GPU_LIMITS = ("limits.nvidia.com/gpu", "limits.gpu")


class Pods:
    """The pods of one cluster.

    A job has a pod once `status.podName` is set, and until its log has been removed from `<folder>/jobs/<id>/log`.
    The sandbox's notebook server is the pod of the user it belongs to.
    """

    def __init__(self, objects: Objects, folder: Path | None, faults: Faults, notebook_user: str = "alice"):
        self.objects, self.folder, self.faults = objects, folder, faults
        self.notebook = f"jupyter-{notebook_user}"

    def log(self, name: str) -> Path | None:
        """A pod's log file; None while its container waits to start. Raises HttpFailure (404: no such pod)."""
        self.faults.befall("kubernetes", f"log {name}")
        if self.folder is None:
            raise HttpFailure(404)
        path: Path | None = None
        if name == self.notebook:
            path = self.folder / "jupyter" / "notebook.log"
        elif self.objects.has("phjobs", name):
            path = self.folder / "jobs" / name / "log"
        if path is None or not path.is_file():
            if self._phase(name) == "Preparing":
                return None
            raise HttpFailure(404)
        return path

    def running(self, name: str) -> bool:
        """Whether a pod may write more to its log."""
        return name == self.notebook or self._phase(name) in ("Preparing", "Running")

    def usage(self, group_name: str) -> list[dict]:
        """What runs in a group: {name, type, user, instanceType, cpu, mem (GB), gpu} of each of its jobs' pods."""
        self.faults.befall("kubernetes", "list pods")
        found = []
        for job in self.objects.list("phjobs"):
            spec, status = job["spec"], job.get("status") or {}
            if spec["groupName"] == group_name and status.get("podName") and self.running(job["metadata"]["name"]):
                found.append({"name": status["podName"], "type": "job", **self._limits(spec)})
        return found

    def _limits(self, spec: dict) -> dict:
        kind = {}
        if self.objects.has("instancetypes", spec["instanceType"]):
            kind = self.objects.get("instancetypes", spec["instanceType"])["spec"]
        return {
            "user": spec["userName"],
            "instanceType": spec["instanceType"],
            "cpu": number(kind.get("limits.cpu")) or 0,
            "mem": (size(kind.get("limits.memory")) or 0) / UNITS["G"],
            "gpu": next((kind[name] for name in GPU_LIMITS if kind.get(name)), 0),
        }

    def _phase(self, name: str) -> str | None:
        if not self.objects.has("phjobs", name):
            return None
        return (self.objects.get("phjobs", name).get("status") or {}).get("phase")
