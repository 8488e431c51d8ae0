"""The code of a finding in; a notebook that shows it, one that looks like it and is fine, and where they would run out.

The notebooks are in tests/findings/<code>. Here is what cannot be seen in them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.notebooks.parameters.text import read_parameters
from primehub_nbext.preflight.earlier import LastRun
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.interpreter import Module
from primehub_nbext.preflight.subject import Subject
from primehub_nbext.primehub.quota import Shortage
from primehub_nbext.primehub.resources import Image, InstanceType

FOLDER = Path(__file__).parent.parent / "findings"
PAGE = FOLDER.parents[1] / "docs/preflight.md"
SECTION = re.compile(r"^### `(\w+)`\n((?:> .*\n)+)", re.MULTILINE)
HOME, VOLUME = "/home/jovyan", "/home/jovyan/phusers"
BASE = "base-notebook"
JOB = "job-202611221030-abc123"
INSTANCES = {
    name: InstanceType(name, name.upper(), "", cpu, memory, gpu, None)
    for name, cpu, memory, gpu in (("cpu-1", 1, 2, 0), ("cpu-2", 2, 4, 0), ("gpu-1", 2, 8, 1), ("gpu-4", 4, 16, 4))
}


@dataclass(frozen=True)
class Exhibit:
    """A finding in the gallery.

    place : of the notebook that shows it, index of the cell and line that it is about; no line where that is all of it
    form : what is chosen and typed: `instance_type`, `image`, `parameters`, `timeout_seconds`
    around : fields of Subject; `files` beside the notebook, `shortage` of the instance type
    fine_form, fine_around : where the one that is fine needs others
    name : of the notebook's file
    """

    code: str
    place: tuple[int, int | None] | None = None
    form: Mapping[str, Any] = field(default_factory=dict)
    around: Mapping[str, Any] = field(default_factory=dict)
    fine_form: Mapping[str, Any] | None = None
    fine_around: Mapping[str, Any] | None = None
    name: str = "train.ipynb"

    def content(self, which: str) -> dict[str, Any]:
        """The notebook `shows`, or `fine`."""
        return json.loads((FOLDER / self.code / f"{which}.ipynb").read_text("utf-8"))

    def findings(self, which: str, content: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """What is said of it, or of what has become of it."""
        fine = which == "fine"
        form = self.fine_form if fine and self.fine_form is not None else self.form
        around = self.fine_around if fine and self.fine_around is not None else self.around
        return find(subject_of(content or self.content(which), self.name, form, around))


def subject_of(content: dict[str, Any], name: str, form: Mapping[str, Any], around: Mapping[str, Any]) -> Subject:
    """A notebook in `experiment-1` of the group volume, in the image that its job runs in, which has all it needs."""
    file = NotebookFile.from_answer(examine_notebook(content))
    more = dict(around)
    files, shortage = more.pop("files", ()), more.pop("shortage", None)
    instance, image = INSTANCES[form.get("instance_type", "cpu-1")], form.get("image", BASE)
    given = read_parameters(form.get("parameters"))
    known = {
        "name": name,
        "notebook": file,
        "parameters": [
            *(each for each in file.parameters if each["name"] not in given),
            *({"name": name, "value": value} for name, value in given.items()),
        ],
        "given": given,
        "kernels": {"python3", "mine", "ir", "coarrays"},
        "folder_writable": True,
        "volume": VOLUME,
        "folder": "experiment-1",
        "home": HOME,
        "home_links": ("phusers",),
        "exists": lambda path: os.path.normpath(path) in files,
        "kernel_place": "image",
        "same_image": image == BASE,
        "papermill": "image",
        "instance": InstanceType(**{**vars(instance), "shortage": shortage}),
        "image": Image(image, image, "", "both", True),
        "free_is_fresh": True,
        "timeout_seconds": form.get("timeout_seconds", 86400),
    }
    return Subject(**{**known, **more})


def last(**known: Any) -> dict[str, Any]:
    """The last run of the notebook, in the same image and on the smallest instance type."""
    return {"last_run": LastRun(JOB, **{"image": BASE, "memory_gb": 2, **known})}


def sentences() -> dict[str, list[str]]:
    """The messages of all findings in docs/preflight.md, with their braces."""
    sections = SECTION.findall(PAGE.read_text("utf-8"))
    assert len(sections) == len(dict(sections)), "a code has two sections"
    return {code: [line.removeprefix("> ") for line in quoted.splitlines()] for code, quoted in sections}


DEADLINE = last(reason="OverActivateDeadline", timeout_seconds=1800)
KILLED, DIED = last(message="Job failed due to OOMKilled: …"), last(message="Job failed due to Error: The kernel died.")
NO_PAPERMILL = last(message="Job failed due to Error: No papermill in this image. Choose another image.")
NO_MODULE = last(error="ModuleNotFoundError", value="No module named 'tidyframes'")
RUNNING = {"running": [{"id": JOB, "phase": "Running", "user": "alice", "console_url": "/console/g/phusers/job/x"}]}
EINOPS = {"modules": {"einops": Module("home", "einops==0.7.0"), "json": Module("image")}}
LARGER, SMALLER = {"instance_type": "cpu-2"}, {"instance_type": "cpu-1"}

EXHIBITS = (
    # The notebook, and where it is.
    Exhibit("module_in_home", (1, 2), around=EINOPS),
    Exhibit("module_missing", (1, 2), around={"modules": {"lightgbm": Module(""), "json": Module("image")}}),
    Exhibit("unknown_kernel"),
    Exhibit("kernel_in_home", around={"kernel_place": "home"}),
    Exhibit("no_papermill", around={"papermill": "home"}, fine_form={"image": "tf-notebook"}),
    Exhibit("folder_read_only", around={"folder_writable": False}, fine_around={}),
    Exhibit("changed_on_disk", around={"changed_on_disk": True}, fine_around={"changed_on_disk": False}),
    Exhibit("no_code"),
    Exhibit("job_output", name=f"train-{JOB}-output.ipynb"),
    # Files and folders.
    Exhibit("missing_file", (2, 1), around={"files": ("experiment-1/train.csv",)}),
    Exhibit("relative_artifacts", (2, 3)),
    Exhibit("home_read", (2, 2), around={"files": ("data/train.csv",)}),
    Exhibit("home_write", (2, 1)),
    Exhibit("leaves_volume", (1, 1), fine_around={"files": ("results.csv",)}),
    # The instance type, and the last run.
    Exhibit(
        "over_user_quota",
        form={"instance_type": "gpu-4"},
        around={"shortage": Shortage("user", "gpu", 4, 1, None)},
        fine_form=LARGER,
        fine_around={},
    ),
    Exhibit(
        "over_group_quota",
        form={"instance_type": "gpu-1"},
        around={"shortage": Shortage("group", "gpu", 1, 0, None)},
        fine_form=LARGER,
        fine_around={},
    ),
    Exhibit(
        "quota_in_use",
        form=LARGER,
        around={"shortage": Shortage("group", "cpu", 2, 8, 1)},
        fine_form=SMALLER,
        fine_around={},
    ),
    Exhibit("gpu_missing", (2, 2)),
    Exhibit("gpu_unused", form={"instance_type": "gpu-1"}),
    Exhibit("last_run_module", (2, 1), around=NO_MODULE),
    Exhibit("last_run_image", around=NO_PAPERMILL, fine_form={"image": "tf-notebook"}),
    Exhibit(
        "time_limit_short",
        form={"timeout_seconds": 1800},
        around=last(complete=True, seconds=3600),
        fine_form={"timeout_seconds": 7200},
    ),
    Exhibit(
        "time_limit_reached_before",
        form={"timeout_seconds": 1800},
        around=DEADLINE,
        fine_form={"timeout_seconds": 7200},
    ),
    Exhibit("out_of_memory_before", around=KILLED, fine_form=LARGER),
    Exhibit("kernel_died_before", around=DIED, fine_form=LARGER),
    Exhibit("memory_close", around=last(complete=True, peak_gb=1.9), fine_form=LARGER),
    Exhibit("running_now", around=RUNNING, fine_around=last(complete=True)),
    # What is typed.
    Exhibit("unknown_parameter", form={"parameters": "epoch=5"}, fine_form={"parameters": "epochs=5"}),
    Exhibit("parameter_type", (1, 2), form={"parameters": "epochs=0.5"}, fine_form={"parameters": "epochs=5; rate=1"}),
    Exhibit(
        "parameter_choice", (2, 1), form={"parameters": "optimizer=sdg"}, fine_form={"parameters": "optimizer=sgd"}
    ),
    Exhibit("parameter_not_written", form={"parameters": "n=5"}),
    Exhibit("parameter_undone", (2, 1), form={"parameters": "first=5"}),
    Exhibit("parameter_used_before", (1, 1), form={"parameters": "first=5"}),
    Exhibit("parameter_derived", (1, 2), form={"parameters": "first=5"}),
    Exhibit("secret_parameter", form={"parameters": "api_key=tulip-4711-river"}, fine_form={}),
    # The code.
    Exhibit("parameter_overwritten", (2, 1)),
    Exhibit("undefined_name", (2, 2)),
    Exhibit("defined_later", (2, 1)),
    Exhibit("tag_skips", (2, None)),
    Exhibit("tag_ignored", (2, None)),
    Exhibit("tag_raises", (2, None)),
    Exhibit("waits_for_click", (2, 8)),
    Exhibit("secret_in_cell", (2, 2)),
    Exhibit("asks_to_log_in", (2, 1)),
    Exhibit("colab_only", (2, 1)),
    Exhibit("debugger_left", (2, 2)),
    Exhibit("debugger", (2, 3)),
    Exhibit("asks_for_input", (2, 1)),
    Exhibit("command_waits", (2, 2)),
    Exhibit("syntax_error", (2, 2)),
    Exhibit("needs_root", (2, 2)),
    Exhibit("no_docker", (2, 2)),
    Exhibit("never_returns", (2, 1)),
)
