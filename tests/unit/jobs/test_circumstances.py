"""What is known of where a job would run, before there is one, without asking PrimeHub or starting a kernel."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import nbformat
import pytest

from kit.listed_jobs import add_job, command_of
from kit.notebooks import write_notebook
from kit.watching import WatchingServer
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.jobs.check import check_notebook, describe_notebook
from primehub_nbext.jobs.circumstances import Known
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.peaks import Peaks
from primehub_nbext.jobs.query import JobQuery

KERNELS = {"python3": {"argv": [sys.executable, "-m", "ipykernel_launcher"], "env": {}, "resource_dir": "/opt/python3"}}
FORM = {"instance_type": "cpu-1", "image": "base-notebook"}
SPENT = {"start_time": "2026-11-24T08:00:00+00:00", "end_time": "2026-11-24T09:00:00+00:00"}


class Checker:
    """A person's notebook server, and what it says of the notebook `a/train.ipynb` on the volume."""

    def __init__(self, primehub, home: Path, **settings: str):
        names = {"group_id": primehub.group["id"], "group_name": primehub.group["name"], "home_dir": str(home)}
        files = {"token_file": str(home / "token.json"), "sdk_config_file": str(home / "config.json")}
        own = {"image": "base-notebook", "instance_type": "cpu-1", **settings}
        self.home, self.primehub = home, primehub
        self.context = Context(PrimeHub(api_endpoint=primehub.endpoint, **names, **files, **own))
        self.known = Known(KERNELS)

    def ask_for_resources(self) -> None:
        """As the dialog does before it shows the form."""
        self.context.resources.get(self.context.group.id, self.context.credentials.require())

    def check(self, **form) -> dict[str, dict]:
        """The findings by their codes."""
        asked = len(self.primehub.requests)
        path = "phusers/a/train.ipynb"
        said = check_notebook(self.context, str(self.home), path, {**FORM, **form}, self.known)
        assert len(self.primehub.requests) == asked, "PrimeHub was asked"
        return {each["code"]: each for each in said["findings"]}


@pytest.fixture
def notebook(primehub, tmp_path, monkeypatch):
    """A notebook that imports a module of the home folder, which its kernel is told to look into."""
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "home" / "lib"))
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "papermill").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    (tmp_path / "home" / "lib").mkdir(parents=True)
    (tmp_path / "home" / "lib" / "einopz.py").write_text("")
    return write_notebook(tmp_path / "home" / "phusers" / "a" / "train.ipynb", "import einopz")


@pytest.fixture
def checker(primehub, tmp_path, notebook):
    return Checker(primehub, tmp_path / "home")


def test_a_module_of_the_home_folder(checker, notebook):
    assert set(checker.check()) == {"module_in_home"}
    (notebook.parent / "einopz.py").write_text("")
    checker.known = Known({"python3": {**KERNELS["python3"], "env": {"LANG": "C"}}})  # another question than before
    assert checker.check() == {}, "it is beside the notebook"


def test_nothing_is_said_of_what_another_image_has(checker):
    assert checker.check(image="other") == {}
    checker.context.config.image = ""
    assert {code: each["severity"] for code, each in checker.check().items()} == {"module_in_home": "note"}


def test_before_the_form_is_shown_the_interpreter_is_not_waited_for(checker):
    said = describe_notebook(checker.context, str(checker.home), "phusers/a/train.ipynb", checker.known)
    assert said["findings"] == []


def test_a_groups_profile_may_bring_anything(checker, monkeypatch, notebook):
    monkeypatch.setenv("PATH", "/nowhere")
    assert set(checker.check()) == {"module_in_home", "no_papermill"}
    (notebook.parents[1] / ".primehub").mkdir()
    (notebook.parents[1] / ".primehub" / "profile").write_text("export PATH=/project/bin:$PATH")
    assert checker.check() == {}


def test_papermill_of_the_home_folder_is_not_in_a_job(checker, monkeypatch, tmp_path):
    own = tmp_path / "home" / ".local" / "bin"
    own.mkdir(parents=True)
    (own / "papermill").touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{own}:{os.environ['PATH']}")
    assert "no_papermill" not in checker.check()
    monkeypatch.setenv("PATH", str(own))
    assert "no_papermill" in checker.check()
    assert "no_papermill" not in checker.check(image="other")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    assert "no_papermill" not in checker.check(), "it is beside Python"


def test_a_kernel_of_the_home_folder_is_not_in_a_job(checker, tmp_path):
    own = str(tmp_path / "home" / ".local" / "share" / "jupyter" / "kernels" / "mine")
    here = {**KERNELS["python3"], "resource_dir": own}
    checker.known = Known({"mine": here, "python3": here})
    assert "kernel_in_home" not in checker.check(), "the image has a python3 of its own"
    notebook = {"cells": [], "metadata": {"kernelspec": {"name": "Mine", "language": "python"}}, "nbformat": 4}
    found = checker.check(notebook=notebook)
    assert (found["kernel_in_home"]["severity"], "unknown_kernel" in found) == ("warning", False)
    assert checker.check(notebook=notebook, image="other")["kernel_in_home"]["severity"] == "note"
    virtual = tmp_path / "home" / "env" / "bin" / "python"
    virtual.parent.mkdir(parents=True)
    virtual.write_text("#!/bin/sh")
    virtual.chmod(0o755)
    checker.known = Known({"mine": {**KERNELS["python3"], "argv": [str(virtual), "-m", "ipykernel_launcher"]}})
    assert "kernel_in_home" in checker.check(notebook=notebook)


def test_a_universal_image_is_another_one_with_a_gpu(checker):
    checker.ask_for_resources()
    assert checker.check()["module_in_home"]["severity"] == "warning"
    assert checker.check(instance_type="gpu-1")["module_in_home"]["severity"] == "note"


def test_what_primehub_last_told_of_instance_types(checker):
    assert "over_user_quota" not in checker.check(instance_type="gpu-4"), "nothing was told yet"
    checker.ask_for_resources()
    found = checker.check(instance_type="gpu-4")
    assert found["over_user_quota"]["severity"] == "error"
    assert "over_user_quota" not in checker.check()


def test_the_file_that_changed_on_disk(checker, notebook):
    at = notebook.stat().st_mtime
    os.utime(notebook, (at, 1_800_000_000.25))
    assert "changed_on_disk" not in checker.check(last_modified="2027-01-15T08:00:00Z")  # 0.25 s earlier
    assert "changed_on_disk" in checker.check(last_modified="2027-01-15T07:59:58.123456Z")
    assert "changed_on_disk" not in checker.check(last_modified="2027-01-15T09:59:59+01:00")
    for odd in ("yesterday", 5, None, "9999-12-31T23:59:59-23:59"):
        assert "changed_on_disk" not in checker.check(last_modified=odd)


def write_output(notebook: Path, job_id: str, *errors: tuple[str, str], image: str = "", **times: str) -> None:
    """The output notebook of a job that ran one cell, or failed in it; `image`: as the job noted it."""
    note = {"status": "failed" if errors else "completed", **(times or SPENT)}
    outputs = [nbformat.v4.new_output("error", ename=name, evalue=value, traceback=[]) for name, value in errors]
    cell = nbformat.v4.new_code_cell("import einopz", outputs=outputs, metadata={"papermill": note})
    output = nbformat.v4.new_notebook(cells=[cell], metadata={"papermill": times or SPENT})
    if image:
        output.metadata["primehub"] = {"job": job_id, "image": image, "instance_type": "cpu-1", "user": None}
    nbformat.write(output, str(notebook.with_name(f"train-{job_id}-output.ipynb")))


def test_how_long_the_last_run_took_is_on_the_volume(checker, notebook):
    checker.context.config.image = ""
    write_output(notebook, "job-202611230000-aaaaaa", start_time=SPENT["start_time"], end_time=SPENT["start_time"])
    assert "time_limit_short" not in checker.check(timeout_seconds=1800)
    write_output(notebook, "job-202611240000-aaaaaa")
    found = checker.check(timeout_seconds=1800)["time_limit_short"]
    assert (found["values"]["job"], found["values"]["last"]) == ("job-202611240000-aaaaaa", "1 hour")
    assert "time_limit_short" not in checker.check(timeout_seconds=7200)
    assert "time_limit_short" not in checker.check(), "PrimeHub did not tell the group's default yet"
    name = "train-job-202611240000-aaaaaa-output.ipynb"
    notebook.with_name(name).rename(notebook.with_name(f"other-{name}"))
    assert "time_limit_short" not in checker.check(timeout_seconds=1800), "that is of another notebook"


def test_what_failed_in_the_image_before(checker, primehub, notebook, tmp_path):
    job_id = add_job(primehub, 1, command_of(checker.context.volume.path), phase="Failed")
    write_output(notebook, job_id, ("ModuleNotFoundError", "No module named 'einopz'"))
    (tmp_path / "home" / "lib" / "einopz.py").unlink()
    (tmp_path / "image").mkdir()
    (tmp_path / "image" / "einopz.py").write_text("")
    kernel = {**KERNELS["python3"], "env": {"PYTHONPATH": str(tmp_path / "image")}}
    checker.ask_for_resources()
    checker.known = Known({"python3": kernel})
    assert checker.check() == {}, "nobody looked at the job yet, so that its image is not known"
    listing = Listing(checker.context)
    listing.page(JobQuery.of({}), str(tmp_path / "home"))
    checker.known = Known({"python3": kernel}, listing.ended())
    assert set(checker.check()) == {"last_run_module"}
    assert checker.check(image="tf-notebook") == {}
    checker.known = Known({"python3": kernel})
    write_output(notebook, job_id, ("ModuleNotFoundError", "No module named 'einopz'"), image="base-notebook")
    assert set(checker.check()) == {"last_run_module"}, "the job itself says in which image it ran"


def test_memory_that_somebody_looked_at(checker, primehub, notebook, tmp_path):
    job_id = add_job(primehub, 1, command_of(checker.context.volume.path))
    peaks = Peaks()
    checker.known = Known(peaks=peaks)
    checker.ask_for_resources()
    write_output(notebook, job_id)
    for monitoring in ({"peak": None, "over": True}, {"peak": {"memory": 0}, "over": True}, {"peak": {"memory": 1e10}}):
        peaks.note(job_id, monitoring)
        assert checker.check() == {}
    peaks.note(job_id, {"peak": {"memory": 1.9 * 2**30}, "over": True})
    assert set(checker.check()) == {"memory_close"}


def test_jobs_that_run_the_notebook_now(checker, primehub, tmp_path, notebook):
    server = WatchingServer(checker.context, primehub, tmp_path / "home")
    runs, other = (
        add_job(primehub, number, command_of(checker.context.volume.path, name), phase="Running")
        for number, name in ((1, "train.ipynb"), (2, "other.ipynb"))
    )
    server.feed(runs, other)
    checker.known = Known(live=server.watch.views())
    assert checker.check()["running_now"]["values"]["job"] == runs
    server.now += 60
    checker.known = Known(live=server.watch.views())
    assert checker.check() == {}, "nobody looked since"


def test_odd_bodies_do_no_harm(checker):
    for odd in ({"image": 5, "instance_type": []}, {"timeout_seconds": True}, {"timeout_seconds": "x"}):
        assert isinstance(json.dumps(checker.check(**odd)), str)
