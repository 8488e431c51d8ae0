"""Runs jobs as PrimeHub's controller and `run-job.sh` do: queued records in; processes, logs, artifacts and phases out.

One thread watches the queue, one more waits for each running job. A job gets a fresh, empty home with a link to its
group volume, an environment of its own, and nothing of this server's secrets.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import site
import subprocess
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path

from . import processes
from .catalogue import volume_name
from .store import OCCUPYING, Store

DEFAULT_DEADLINE_SECONDS = 86400
ARTIFACT_BYTES, ARTIFACT_FILES = 100 * 1024 * 1024, 1000
# What Kubernetes keeps of a log as the termination message.
MESSAGE_BYTES, MESSAGE_LINES = 2048, 80
RUN_JOB = 'if [ -f "$1" ]; then . "$1"; fi; exec bash -c "$2"'


class Runner:
    """Runs the jobs of a store that has a folder; `start`, then `stop`."""

    def __init__(self, store: Store, artifact_bytes: int = ARTIFACT_BYTES, artifact_files: int = ARTIFACT_FILES):
        self.store, self.artifact_bytes, self.artifact_files = store, artifact_bytes, artifact_files
        self._stopping = False
        self._threads: dict[str, threading.Thread] = {}
        self._groups: dict[str, int] = {}  # job id → process group, for systems without /proc
        self._cancelled: set[str] = set()
        self._queue = threading.Thread(target=self._watch_queue, name="job-queue", daemon=True)

    def start(self) -> None:
        """Settle what an earlier run left behind, then begin with the queue."""
        with self.store.lock:
            lost = [job["id"] for job in self.store.jobs.values() if job["phase"] in OCCUPYING]
        for job_id in lost:
            processes.end("PHJOB_NAME", job_id)
            self._lose(job_id)
        self._queue.start()

    def stop(self) -> None:
        """End all running jobs and wait for their threads; those still waiting stay in the queue."""
        with self.store.changed:
            self._stopping = True
            self.store.changed.notify_all()
        if self._queue.ident:
            self._queue.join()
        threads = dict(self._threads)
        for job_id in threads:
            self._end(job_id)
        for thread in threads.values():
            thread.join()

    def _watch_queue(self) -> None:
        while True:
            with self.store.changed:
                if self._stopping:
                    return
                due = self.store.run_due_schedules()
                job = self.store.next_job()
                cancelled = {job_id for job_id in self._threads if self.store.jobs[job_id]["cancel"]} - self._cancelled
                if job is None and not cancelled:
                    self.store.changed.wait(_seconds_until(due))
                    continue
                if job is not None:
                    thread = threading.Thread(target=self._run, args=(job,), name=job["id"], daemon=True)
                    self._threads[job["id"]] = thread
                    thread.start()
            for job_id in cancelled:
                self._end(job_id)
            self._cancelled |= cancelled

    def _end(self, job_id: str) -> None:
        """End a job with grace period 0, as PrimeHub deletes a pod: nothing inside gets to say a last word."""
        processes.end("PHJOB_NAME", job_id, self._groups.get(job_id))

    def _run(self, job: dict) -> None:
        job_id = job["id"]
        try:
            self._outcome(job)
        except OSError as error:
            self.store.finish_job(job_id, "Failed", "PodFailed", f"Job failed due to System Error: {error.strerror}")
        finally:
            with self.store.changed:
                self._threads.pop(job_id, None)
                self._groups.pop(job_id, None)

    def _outcome(self, job: dict) -> None:
        job_id, store = job["id"], self.store
        if not store.images[job["image"]]["isReady"]:
            reason = f"Job failed due to System Error: the image {job['image']} is not ready"
            store.finish_job(job_id, "Failed", "ImageNotReady", reason)
            return
        home, environment = self._prepare(job)
        profile = Path(environment["PRIMEHUB_GROUP_VOLUME_PATH"]) / ".primehub" / "profile"
        timed_out = False
        with store.log_file(job_id).open("wb") as log:
            process = subprocess.Popen(
                ["bash", "-c", RUN_JOB, "run-job", str(profile), job["command"] or ""],
                cwd=home,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            with store.changed:
                self._groups[job_id] = process.pid
                # A cancel or a stop may have come before the process was there to be ended.
                if self._stopping or store.jobs[job_id]["cancel"]:
                    self._end(job_id)
                else:
                    store.update_job(job_id, phase="Running", reason="PodRunning", message="Job is currently running")
            try:
                status = process.wait(self._deadline(job))
            except subprocess.TimeoutExpired:
                timed_out = True
                self._end(job_id)
                status = process.wait()
            # A container ends with its main process, and takes with it what that left in the background.
            self._end(job_id)
            with store.lock:
                cancelled = store.jobs[job_id]["cancel"]
            if not cancelled and not timed_out and not self._stopping:
                self._keep_artifacts(home, job_id, log)
        if cancelled:
            store.finish_job(job_id, "Cancelled", "Cancelled", "Cancelled by user")
        elif timed_out:
            message = "phJob has failed because it was active longer than specified deadline"
            store.finish_job(job_id, "Failed", "OverActivateDeadline", f"Job failed due to System Error: {message}")
        elif self._stopping:
            self._lose(job_id)
        elif status == 0:
            store.finish_job(job_id, "Succeeded", "PodSucceeded", "Job completed")
        else:
            message = f"Job failed due to Error: {self._termination_message(job_id, status)}"
            store.finish_job(job_id, "Failed", "PodFailed", message)

    def _lose(self, job_id: str) -> None:
        message = "Job failed due to System Error: the sandbox stopped while the job was running"
        self.store.finish_job(job_id, "Failed", "PodFailed", message)

    def _deadline(self, job: dict) -> float | None:
        seconds = job["activeDeadlineSeconds"]
        if seconds is None:
            seconds = self.store.groups[job["groupId"]].get("jobDefaultActiveDeadlineSeconds")
        if seconds is None:
            seconds = DEFAULT_DEADLINE_SECONDS
        return seconds or None

    def _prepare(self, job: dict) -> tuple[Path, dict[str, str]]:
        """Make the job's empty home and its environment."""
        folder = self.store.folder
        volume = folder / "project" / volume_name(job["groupName"])
        volume.mkdir(parents=True, exist_ok=True)
        home = folder / "jobs" / job["id"] / "home" / "jovyan"
        home.mkdir(parents=True, exist_ok=True)
        (folder / "phfs" / "jobArtifacts").mkdir(parents=True, exist_ok=True)
        for name, target in ((volume.name, volume), ("phfs", folder / "phfs")):
            with contextlib.suppress(FileExistsError):
                (home / name).symlink_to(target)
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
        for name in ("TMPDIR", "LD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
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
            shutil.copytree(source, self.store.artifact_folder(job_id), dirs_exist_ok=True)
        except (OSError, shutil.Error) as error:
            log.write(f"Artifacts not kept: {error}\n".encode("utf-8", "replace"))

    def _termination_message(self, job_id: str, status: int) -> str:
        with self.store.log_file(job_id).open("rb") as log:
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
