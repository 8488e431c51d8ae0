"""What ended the last run of a notebook, or nearly did: said as long as it would do so again."""

from __future__ import annotations

import pytest

from kit.subjects import subject_of
from primehub_nbext.preflight.earlier import LastRun, find_earlier
from primehub_nbext.preflight.interpreter import Module
from primehub_nbext.primehub.resources import Image, InstanceType

ID = "job-202611221030-abc123"
NO_MODULE = {"error": "ModuleNotFoundError", "value": "No module named 'einops.layers'", "image": "base"}
STOPPED = {"reason": "OverActivateDeadline", "timeout_seconds": 1800}
KILLED = {"message": "Job failed due to OOMKilled: …", "memory_gb": 2}
DIED = {"message": "Job failed due to Error: The kernel died. Perhaps the instance …", "memory_gb": 2}


def found(last_run: dict | None, *sources: str, image: str = "base", memory_gb: float = 2, **known) -> list[dict]:
    return find_earlier(
        subject_of(
            *(sources or ("x = 1", "import numpy\nfrom einops import rearrange")),
            last_run=LastRun(ID, **last_run) if last_run is not None else None,
            image=Image(image, image, "", "universal", True),
            instance=InstanceType("x", "The X", "", 1, memory_gb, 0, None),
            **known,
        )
    )


@pytest.mark.parametrize(
    ("last_run", "known", "code", "said"),
    [
        (NO_MODULE, {}, "last_run_module", "no module `einops`"),
        ({"message": "… No papermill in this image. Choose …", "image": "base"}, {}, "last_run_image", "no papermill"),
        (
            {"message": "… Choose another image: this has no kernel 'python3'.", "image": "base"},
            {},
            "last_run_image",
            "no kernel `python3`",
        ),
        (
            STOPPED,
            {"timeout_seconds": 1800},
            "time_limit_reached_before",
            "limit of 30 minutes, and this job's is 30 m",
        ),
        (
            {"complete": True, "seconds": 3120.4},
            {"timeout_seconds": 1800},
            "time_limit_short",
            "took 52 minutes, and this job is stopped after 30 minutes",
        ),
        (KILLED, {}, "out_of_memory_before", "2 GB were not enough, and this instance type has 2 GB"),
        (DIED, {"memory_gb": 1.5}, "kernel_died_before", "died with 2 GB of memory, and this instance type has 1.5 GB"),
        ({"peak_gb": 1.87}, {}, "memory_close", "up to 1.9 GB of memory, and this instance type has 2 GB"),
    ],
)
def test_what_would_happen_again(last_run, known, code, said):
    [told] = found(last_run, **known)
    assert (told["severity"], told["code"], told["values"]["job"]) == ("warning", code, ID)
    assert said in told["message"]


def test_a_module_is_pointed_at_where_it_is_imported():
    [told] = found(NO_MODULE)
    assert (told["cell"], told["line"]) == (1, 2)


@pytest.mark.parametrize(
    ("last_run", "sources", "known"),
    [
        (None, [], {}),
        ({}, [], {"timeout_seconds": 60}),
        # Another image, or the notebook installs it by now, or does not need it.
        (NO_MODULE, [], {"image": "other"}),
        ({**NO_MODULE, "image": None}, [], {}),
        (NO_MODULE, ["%pip install einops", "import einops"], {}),
        (NO_MODULE, ["import numpy"], {}),
        ({**NO_MODULE, "error": "ValueError"}, [], {}),
        ({**NO_MODULE, "error": "ImportError", "value": "cannot import name 'x' from 'einops'"}, [], {}),
        ({"message": "Choose another image: this has no kernel 'ir'.", "image": "base"}, [], {}),
        ({"message": "No papermill in this image.", "image": "base"}, [], {"image": "other"}),
        # More time, or none that is known.
        (STOPPED, [], {"timeout_seconds": 3600}),
        (STOPPED, [], {"timeout_seconds": 0}),
        (STOPPED, [], {}),
        ({"complete": True, "seconds": 1700}, [], {"timeout_seconds": 1800}),
        ({"complete": False, "seconds": 3120}, [], {"timeout_seconds": 1800}),
        # More memory.
        (KILLED, [], {"memory_gb": 4}),
        (DIED, [], {"memory_gb": 4}),
        ({**KILLED, "memory_gb": None}, [], {}),
        ({"peak_gb": 1.5}, [], {}),
        ({"peak_gb": 1.9}, [], {"memory_gb": 4}),
    ],
)
def test_what_would_not(last_run, sources, known):
    assert found(last_run, *sources, **known) == []


def test_what_the_interpreter_says_of_a_module_is_not_said_twice():
    for module, codes in ((Module("home"), []), (Module(""), []), (Module("image"), ["last_run_module"])):
        told = found(NO_MODULE, modules={"einops": module})
        assert [each["code"] for each in told] == codes
    assert found(NO_MODULE, modules={"einops": Module("volume")}) == [], "it lies beside the notebook by now"


def test_a_job_that_runs_right_now():
    running = [{"id": ID, "phase": "Running", "user": "alice", "console_url": "/console/x"}]
    [told] = found(None, running=running)
    assert (told["severity"], told["code"]) == ("note", "running_now")
    assert f"`{ID}`" in told["message"] and told["values"] == {"job": ID, "console_url": "/console/x"}
