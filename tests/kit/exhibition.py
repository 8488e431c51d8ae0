"""A PrimeHub and a notebook pod's home in; notebooks of the gallery where a real server finds what they show, out.

What a job has done is in PrimeHub and on the volume as that job would have left it, for none is run here.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kit.gallery import BASE, EXHIBITS, Exhibit
from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.sandbox.cluster.bucket import Bucket
from primehub_nbext.sandbox.cluster.people import Group

FOLDER = "gallery"  # of the notebooks, on the volume
GIGABYTE = 2**30
OWN_NOTEBOOK = ("last_run_module",)  # shows it only where the notebook has been a job
LOCKED = "folder_read_only"
SPENT = {"start_time": "2026-11-22T08:00:00+00:00", "end_time": "2026-11-22T09:00:00+00:00"}
# How the last job of a notebook ended, as PrimeHub told of it: its phase, and more.
ENDED: dict[str, dict[str, Any]] = {
    "last_run_image": {"message": "Job failed due to Error: No papermill in this image. Choose another image."},
    "time_limit_reached_before": {"reason": "OverActivateDeadline", "message": "Job was active longer than specified"},
    "out_of_memory_before": {"message": "Job failed due to OOMKilled: "},
    "kernel_died_before": {"message": "Job failed due to Error: The kernel died."},
    "memory_close": {"phase": "Succeeded"},
    "running_now": {"phase": "Running"},
}
# Somebody else's, of the group; the quota is 8 cores.
OTHERS = ("gpu-4", "cpu-2", "cpu-1")


class Exhibition:
    """The gallery on the group volume of a home folder."""

    def __init__(self, primehub: MisbehavingPrimeHub, folder: Path):
        self.primehub = primehub
        self.home = primehub.lay_out(folder / "pod")
        self.volume = self.home / "phusers"
        self.image = folder / "image"  # on the path of Python, and neither in the home folder nor on the volume
        primehub.store.cluster.bucket = Bucket(folder / "phfs")
        self._jobs: dict[str, str] = {}
        self._lay_out()

    @property
    def env(self) -> dict[str, str]:
        """The environment of the notebook server."""
        return {
            **self.primehub.notebook_env(self.home),
            "PRIMEHUB_API_TOKEN": self.primehub.token,
            "IMAGE_NAME": BASE,
            "INSTANCE_TYPE": "cpu-1",
            "PYTHONPATH": os.pathsep.join([str(self.home / "lib"), str(self.image)]),
            "JUPYTER_PATH": str(self.home / "share/jupyter"),
        }

    @property
    def together(self) -> list[Exhibit]:
        """What one notebook can show, for nothing else than its cells is needed."""
        return [each for each in EXHIBITS if each.place and not each.form and each.code not in OWN_NOTEBOOK]

    @property
    def alone(self) -> list[Exhibit]:
        """What takes a notebook for each, or something of the form; but for what takes a folder of its own, too."""
        return [each for each in EXHIBITS if each not in self.together and each.code != LOCKED]

    def path(self, exhibit: Exhibit) -> str:
        """Where its notebook is, for Jupyter."""
        return f"phusers/{FOLDER}/{_name(exhibit)}"

    def hang(self, exhibit: Exhibit) -> str:
        """Put its notebook there, with the last job of it; answers `path`."""
        self._write(_name(exhibit), exhibit.content("shows"))
        if exhibit.code in ENDED:
            self._jobs[exhibit.code] = self._job(exhibit)
        return self.path(exhibit)

    def hang_together(self) -> tuple[str, dict[str, int]]:
        """One notebook of all cells of `together`: its path, and by code how many cells are above."""
        cells, above = list[dict[str, Any]](), dict[str, int]()
        for exhibit in self.together:
            above[exhibit.code] = len(cells)
            cells += exhibit.content("shows")["cells"]
        self._write("all.ipynb", {**EXHIBITS[0].content("shows"), "cells": cells})
        return f"phusers/{FOLDER}/all.ipynb", above

    def job(self, exhibit: Exhibit) -> str:
        """The id of the last job of its notebook."""
        return self._jobs[exhibit.code]

    def look(self, server) -> None:
        """What a person has looked at before: the list of jobs, and what one of them used."""
        assert server.api("GET", "jobs").status_code == 200
        assert server.api("GET", f"jobs/{self._jobs['memory_close']}/monitoring").status_code == 200

    @contextlib.contextmanager
    def quotas(self, exhibit: Exhibit) -> Iterator[None]:
        """For the block, what of the group's quotas makes it show."""
        group: Group = self.primehub.store.cluster.people.group_named("phusers")
        before, objects = dict(group.attributes), self.primehub.store.cluster.objects
        names = [f"job-202611221{number}00-others" for number in range(len(OTHERS))]
        if exhibit.code == "over_group_quota":
            group.attributes["project-quota-gpu"] = ["0"]
        if exhibit.code == "quota_in_use":
            for name, kind in zip(names, OTHERS):
                self._create(name, "sleep 1", kind, {"phase": "Running", "podName": name})
        yield
        group.attributes.update(before)
        for name in names:
            if objects.has("phjobs", name):
                objects.remove("phjobs", name)

    def _lay_out(self) -> None:
        """Modules, a kernel and files that the notebooks need, or find in the wrong place."""
        _module(self.home / "lib", "einops", "0.7.0")
        _module(self.image, "tidyframes", "1.0")
        kernel = self.home / "share/jupyter/kernels/mine/kernel.json"
        kernel.parent.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        kernel.write_text(json.dumps({"argv": argv, "display_name": "Mine", "language": "python"}))
        (self.volume / FOLDER).mkdir()
        (self.volume / "data").mkdir()
        (self.volume / "data" / "train.csv").write_text("a,b\n")
        self._output("time_limit_short")
        self._output("last_run_module", ("ModuleNotFoundError", "No module named 'tidyframes'"))

    def _write(self, name: str, content: dict[str, Any]) -> None:
        (self.volume / FOLDER / name).write_text(json.dumps(content), "utf-8")

    def _job(self, exhibit: Exhibit) -> str:
        """A job of the notebook, as PrimeHub has it."""
        told = {"phase": "Failed", **ENDED[exhibit.code]}
        job_id = f"job-2026112209{len(self._jobs):02d}-gallery"[:26]
        kernel = exhibit.content("shows")["metadata"]["kernelspec"]["name"]
        job = NotebookJob(str(self.volume), FOLDER, _name(exhibit), f"gallery-{exhibit.code}", kernel)
        self._create(job_id, job.to_command(), "cpu-1", {**told, "startTime": "2026-11-22T09:00:00Z"})
        if exhibit.code == "memory_close":
            used = {"timestamp": 1795338000, "cpu_util": 50, "mem_used": int(1.9 * GIGABYTE), "GPU": []}
            bucket = self.primehub.store.cluster.bucket
            path = bucket.path(f"groups/phusers/jobArtifacts/{job_id}/.metadata/monitoring")
            path.parent.mkdir(parents=True)
            path.write_text(json.dumps({"spec": {"mem_total": 2 * GIGABYTE}, "datasets": {"lifetime": [used]}}))
        return job_id

    def _create(self, name: str, command: str, kind: str, status: dict[str, Any]) -> None:
        user = self.primehub.store.user("alice")
        spec = {
            "displayName": name,
            "command": command,
            "groupId": self.primehub.group["id"],
            "groupName": "phusers",
            "userId": user.id,
            "userName": user.username,
            "image": BASE,
            "instanceType": kind,
            "activeDeadlineSeconds": 1800,
            "cancel": False,
        }
        self.primehub.store.cluster.objects.create("phjobs", name, spec, at="2026-11-22T09:00:00Z", status=status)

    def _output(self, code: str, error: tuple[str, str] | None = None) -> None:
        """The output notebook of a job that took an hour, and ran its cell, or failed in it."""
        job_id = "job-202611220800-abc123"
        outputs = [new_output("error", ename=error[0], evalue=error[1], traceback=[])] if error else []
        note = {"status": "failed" if error else "completed", **SPENT}
        cell = new_code_cell("print(1)", outputs=outputs, metadata={"papermill": note})
        made = {"job": job_id, "image": BASE, "instance_type": "cpu-1", "user": "alice"}
        output = new_notebook(cells=[cell], metadata={"papermill": SPENT, "primehub": made})
        nbformat.write(output, str(self.volume / FOLDER / f"{code}-{job_id}-output.ipynb"))


def _name(exhibit: Exhibit) -> str:
    return exhibit.name if exhibit.code == "job_output" else f"{exhibit.code}.ipynb"


def _module(folder: Path, name: str, version: str) -> None:
    """A module, as pip installs it."""
    about = folder / f"{name}-{version}.dist-info"
    about.mkdir(parents=True)
    (folder / f"{name}.py").write_text("")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (about / "top_level.txt").write_text(name)
