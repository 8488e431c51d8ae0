"""Runs jobs as PrimeHub's controller and `run-job.sh` do: queued records in; processes, logs, artifacts and phases out.

One thread watches the queue, one more waits for each running job. A job gets a fresh, empty home with a link to its
group volume, an environment of its own, and nothing of this server's secrets.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import site
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

from . import cron, processes
from .api import instance_types
from .api.javascript import less_unit, parse_float
from .cluster.cluster import Cluster
from .cluster.objects import now
from .cluster.people import volume_name

OCCUPYING = ("Preparing", "Running")
OVER_QUOTA = {"reason": "OverQuota", "message": "Insufficient group/user quota"}
LABEL = "phjob.primehub.io/scheduledBy"

DEFAULT_DEADLINE_SECONDS = 86400
ARTIFACT_BYTES, ARTIFACT_FILES = 100 * 1024 * 1024, 1000
# What Kubernetes keeps of a log as the termination message.
MESSAGE_BYTES, MESSAGE_LINES = 2048, 80
RUNNING = {"reason": "PodRunning", "message": "Job is currently running"}
RUN_JOB = 'if [ -f "$1" ]; then . "$1"; fi; exec bash -c "$2"'


def name(each: dict) -> str:
    return each["metadata"]["name"]


def phase(job: dict) -> str:
    return (job.get("status") or {}).get("phase") or "Pending"


class Runner:
    """Runs the jobs of a cluster that has a folder; `start`, then `stop`."""

    def __init__(self, cluster: Cluster, artifact_bytes: int = ARTIFACT_BYTES, artifact_files: int = ARTIFACT_FILES):
        self.cluster, self.objects = cluster, cluster.objects
        self.artifact_bytes, self.artifact_files = artifact_bytes, artifact_files
        self._stopping = False
        self._threads: dict[str, threading.Thread] = {}
        self._groups: dict[str, int] = {}  # job id → process group, for systems without /proc
        self._cancelled: set[str] = set()
        self._queue = threading.Thread(target=self._watch_queue, name="job-queue", daemon=True)

    def start(self) -> None:
        """Settle what an earlier run left behind, then begin with the queue."""
        lost = [name(job) for job in self.objects.list("phjobs") if phase(job) in OCCUPYING]
        for job_id in lost:
            processes.end("PHJOB_NAME", job_id)
            self._lose(job_id)
        self._queue.start()

    def stop(self) -> None:
        """End all running jobs and wait for their threads; those still waiting stay in the queue."""
        with self.objects.changed:
            self._stopping = True
            self.objects.changed.notify_all()
        if self._queue.ident:
            self._queue.join()
        threads = dict(self._threads)
        for job_id in threads:
            self._end(job_id)
        for thread in threads.values():
            thread.join()

    def _watch_queue(self) -> None:
        while True:
            with self.objects.changed:
                if self._stopping:
                    return
                due = self._run_due_schedules()
                self._cancel_waiting()
                job = self._next_job()
                cancelled = {job_id for job_id in self._threads if self._cancel_asked(job_id)} - self._cancelled
                if job is None and not cancelled:
                    self.objects.changed.wait(_seconds_until(due))
                    continue
                if job is not None:
                    thread = threading.Thread(target=self._run, args=(job,), name=name(job), daemon=True)
                    self._threads[name(job)] = thread
                    thread.start()
            for job_id in cancelled:
                self._end(job_id)
            self._cancelled |= cancelled

    def _end(self, job_id: str) -> None:
        """End a job with grace period 0, as PrimeHub deletes a pod: nothing inside gets to say a last word."""
        processes.end("PHJOB_NAME", job_id, self._groups.get(job_id))

    def _run(self, job: dict) -> None:
        job_id = name(job)
        try:
            self._outcome(job)
        except OSError as error:
            self._finish(job_id, "Failed", "PodFailed", f"Job failed due to System Error: {error.strerror}")
        finally:
            with self.objects.changed:
                self._threads.pop(job_id, None)
                self._groups.pop(job_id, None)

    def _outcome(self, job: dict) -> None:
        job_id = name(job)
        problem = self._missing(job)
        if problem:
            self._finish(job_id, "Failed", "PodCreationFailed", problem)
            return
        home, environment = self._prepare(job)
        profile = Path(environment["PRIMEHUB_GROUP_VOLUME_PATH"]) / ".primehub" / "profile"
        timed_out = False
        with self._log(job_id).open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-c", RUN_JOB, "run-job", str(profile), job["spec"]["command"]],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with self.objects.changed:
                self._groups[job_id] = process.pid
                # A cancel or a stop may have come before the process was there to be ended.
                if self._stopping or self._cancel_asked(job_id):
                    self._end(job_id)
                else:
                    self._set(job_id, phase="Running", startTime=now(), **RUNNING)
            try:
                status = process.wait(self._deadline(job))
            except subprocess.TimeoutExpired:
                timed_out = True
                self._end(job_id)
                status = process.wait()
            # A container ends with its main process, and takes with it what that left in the background.
            self._end(job_id)
            cancelled = self._cancel_asked(job_id)
            if not cancelled and not timed_out and not self._stopping:
                self._keep_artifacts(home, job_id, log)
        if cancelled:
            self._finish(job_id, "Cancelled", "Cancelled", "Cancelled by user")
        elif timed_out:
            message = "phJob has failed because it was active longer than specified deadline"
            self._finish(job_id, "Failed", "OverActivateDeadline", f"Job failed due to System Error: {message}")
        elif self._stopping:
            self._lose(job_id)
        elif status == 0:
            self._finish(job_id, "Succeeded", "PodSucceeded", "Job completed")
        else:
            message = f"Job failed due to Error: {self._termination_message(job_id, status)}"
            self._finish(job_id, "Failed", "PodFailed", message)

    # What a controller and a scheduler do

    def _log(self, job_id: str) -> Path:
        return self.cluster.folder / "jobs" / job_id / "log"

    def _artifacts(self, job_id: str) -> Path:
        group = volume_name(self.objects.get("phjobs", job_id)["spec"]["groupName"])
        return self.cluster.folder / "phfs" / "groups" / group / "jobArtifacts" / job_id

    def _set(self, job_id: str, **status) -> None:
        self.objects.merge("phjobs", job_id, {"status": status})

    def _finish(self, job_id: str, phase: str, reason: str, message: str) -> None:
        self._set(job_id, phase=phase, reason=reason, message=message, finishTime=now())

    def _cancel_asked(self, job_id: str) -> bool:
        return bool(self.objects.get("phjobs", job_id)["spec"].get("cancel"))

    def _missing(self, job: dict) -> str | None:
        for kind, field, what in (("instancetypes", "instanceType", "InstanceType"), ("images", "image", "Image")):
            if not self.objects.has(kind, job["spec"][field]):
                return f"{what} not found: {job['spec'][field]}"
        if not self.objects.get("images", job["spec"]["image"])["spec"].get("url"):
            return f"Job failed due to System Error: the image {job['spec']['image']} is not ready"
        return None

    def _cancel_waiting(self) -> None:
        for job in self.objects.list("phjobs"):
            if job["spec"].get("cancel") and phase(job) == "Pending":
                self._finish(name(job), "Cancelled", "Cancelled", "Cancelled by user")

    def _next_job(self) -> dict | None:
        """Take the next job that the quotas allow out of the queue; mark those that have to wait."""
        full_groups, full_users = set(), set()
        waiting = [job for job in self.objects.list("phjobs") if phase(job) == "Pending"]
        for job in sorted(waiting, key=lambda each: each["metadata"]["creationTimestamp"]):
            spec = job["spec"]
            owner = (spec["groupId"], spec["userId"])
            blocked = spec["groupId"] in full_groups or owner in full_users
            if not blocked and not self._fits(spec, "project-quota"):
                blocked = True
                full_groups.add(spec["groupId"])
            elif not blocked and not self._fits(spec, "quota"):
                blocked = True
                full_users.add(owner)
            if not blocked:
                self._set(name(job), phase="Preparing", podName=name(job))
                return self.objects.get("phjobs", name(job))
            self._set(name(job), phase="Pending", **OVER_QUOTA)
        return None

    def _fits(self, spec: dict, prefix: str) -> bool:
        group = self.cluster.people.groups[spec["groupId"]]
        used = {"Cpu": 0.0, "Gpu": 0.0, "Memory": 0.0}
        mine = [each["spec"] for each in self.objects.list("phjobs") if phase(each) in OCCUPYING]
        for each in [*mine, spec]:
            if each["groupId"] == spec["groupId"] and (prefix != "quota" or each["userId"] == spec["userId"]):
                for what, amount in self._limits(each).items():
                    used[what] += amount or 0
        readers = {"Cpu": parse_float, "Gpu": parse_float, "Memory": less_unit}
        allowed = {what: read(group.attribute(f"{prefix}-{what.lower()}")) for what, read in readers.items()}
        return all(allowed[what] is None or used[what] <= allowed[what] for what in used)

    def _limits(self, spec: dict) -> dict:
        known = self.objects.has("instancetypes", spec["instanceType"])
        return instance_types.limits(self.objects.get("instancetypes", spec["instanceType"])) if known else {}

    def _run_due_schedules(self) -> str | None:
        """Plan new and changed schedules, make a job for each that is due; answers when one is due next."""
        moments = []
        for each in self.objects.list("phschedules"):
            status = each.get("status") or {}
            if status.get("planned") != each["spec"]["updateTime"]:
                status = self._plan(each)
            elif status.get("nextRunTime") and status["nextRunTime"] <= now():
                suffix = secrets.token_hex(3)
                job_id = f"job-{datetime.now(timezone.utc):%Y%m%d%H%M}-{suffix}"
                spec = {"cancel": False, **each["spec"]["jobTemplate"]["spec"]}
                self.objects.create("phjobs", job_id, spec, {LABEL: name(each)})
                status = self._plan(each)
            moments.append(status.get("nextRunTime"))
        return min(filter(None, moments), default=None)

    def _plan(self, schedule: dict) -> dict:
        status: dict = {"invalid": False, "message": None, "nextRunTime": None}
        try:
            text = cron.expression(schedule["spec"]["recurrence"])
            moment = cron.next_run(text, datetime.now(timezone.utc)) if text is not None else None
            status["nextRunTime"] = moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")
            if text is None:
                status["message"] = "This phSchedule is inactive"
        except ValueError:
            status.update(invalid=True, message="phSchedule recurrence format invalid")
        status["planned"] = schedule["spec"]["updateTime"]
        return self.objects.merge("phschedules", name(schedule), {"status": status})["status"]

    def _lose(self, job_id: str) -> None:
        message = "Job failed due to System Error: the sandbox stopped while the job was running"
        self._finish(job_id, "Failed", "PodFailed", message)

    def _deadline(self, job: dict) -> float | None:
        seconds = job["spec"].get("activeDeadlineSeconds")
        if seconds is None:
            group = self.cluster.people.groups[job["spec"]["groupId"]]
            seconds = parse_float(group.attribute("job-default-active-deadline-seconds"))
        if seconds is None:
            seconds = DEFAULT_DEADLINE_SECONDS
        return seconds or None

    def _prepare(self, job: dict) -> tuple[Path, dict[str, str]]:
        """Make the job's empty home and its environment."""
        folder, job = self.cluster.folder, {**job["spec"], "id": name(job)}
        volume = folder / "project" / volume_name(job["groupName"])
        volume.mkdir(parents=True, exist_ok=True)
        home = folder / "jobs" / job["id"] / "home" / "jovyan"
        home.mkdir(parents=True, exist_ok=True)
        store = folder / "phfs" / "groups" / volume.name
        store.mkdir(parents=True, exist_ok=True)
        for link, target in ((volume.name, volume), ("phfs", store)):
            with contextlib.suppress(FileExistsError):
                (home / link).symlink_to(target)
        environment = {
            # The Python of this server stands for the image: its papermill and its kernels are found first.
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
            "HOME": str(home),
            "USER": "jovyan",
            **user_site(),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "TZ": os.environ.get("TZ", "UTC"),
            "HOSTNAME": job["id"],
            "PHJOB_NAME": job["id"],
            "GROUP_ID": job["groupId"],
            "GROUP_NAME": job["groupName"],
            "INSTANCE_TYPE": job["instanceType"],
            "IMAGE_NAME": job["image"],
            "JUPYTERHUB_USER": job["userName"],
            "PRIMEHUB_USER": job["userName"],
            "PRIMEHUB_GROUP": job["groupName"],
            "PRIMEHUB_GROUP_VOLUME_PATH": str(volume),
        }
        for variable in ("TMPDIR", "LD_LIBRARY_PATH"):
            if variable in os.environ:
                environment[variable] = os.environ[variable]
        return home, environment

    def _keep_artifacts(self, home: Path, job_id: str, log) -> None:
        """Copy `artifacts` out of the home: everything, or nothing when it is too much."""
        source = home / "artifacts"
        if not source.is_dir():
            return
        files = [path for path in source.resolve().rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        if len(files) > self.artifact_files or size > self.artifact_bytes:
            text = f"Artifacts not kept: {len(files)} files, {size} bytes; the limit is {self.artifact_files} files, "
            log.write(f"{text}{self.artifact_bytes} bytes.\n".encode())
            return
        try:
            shutil.copytree(source, self._artifacts(job_id), symlinks=True, dirs_exist_ok=True)
        except (OSError, shutil.Error) as error:
            log.write(f"Artifacts not kept: {error}\n".encode("utf-8", "replace"))

    def _termination_message(self, job_id: str, status: int) -> str:
        with self._log(job_id).open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - MESSAGE_BYTES))
            lines = log.read().decode("utf-8", "replace").rstrip().splitlines()[-MESSAGE_LINES:]
        # A shell says 128 + n when signal n ended its command; Python says -n.
        return "\n".join(lines) or f"exit status {status if status >= 0 else 128 - status}"


def _seconds_until(moment: str | None) -> float | None:
    if moment is None:
        return None
    due = datetime.strptime(moment, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    return max(0.0, (due - datetime.now(timezone.utc)).total_seconds())


def user_site() -> dict[str, str]:
    """Return what another HOME needs to still find packages that were installed with `pip install --user`."""
    return {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}
