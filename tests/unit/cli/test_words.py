"""Each thing has one wording: the terminal's sentences are the dialogs'."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from primehub_nbext.cli.explanation import sentence, short_failure
from primehub_nbext.cli.words import WORDS, duration

DIALOGS = Path(__file__).resolve().parents[3] / "static" / "words" / "en_jobs.js"
JOB = {
    **dict.fromkeys(("reason", "message", "progress", "failure", "runs_as")),
    **dict.fromkeys(("create_time", "start_time", "finish_time")),
    "phase": "Running", "timeout_seconds": None, "instance_type": "cpu-1",
}  # fmt: skip
FAR = {"total": 4, "done": 1, "running": 2, "failed": None}
TOLD = [
    ({"phase": "Pending"}, "why_new"),
    ({"phase": "Pending", "reason": "OverQuota", "create_time": "2026-11-01T00:00:00Z"}, "why_quota"),
    ({"phase": "Preparing"}, "why_preparing"),
    ({"phase": "Preparing", "reason": "PodPending"}, "why_container"),
    ({}, "why_running"),
    ({"progress": {**FAR, "done": 0, "running": None}}, "why_kernel"),
    ({"progress": FAR}, "Running cell 2 of 4."),
    ({"phase": "Succeeded"}, "why_succeeded"),
    ({"phase": "Succeeded", "runs_as": "job-2"}, "Ended at once, as it should: job job-2 runs this notebook."),
    ({"phase": "Failed", "reason": "OverActivateDeadline", "timeout_seconds": 7200},
     "Stopped at the time limit of 2 h."),
    ({"phase": "Failed", "message": "Job failed due to OOMKilled"},
     "Out of memory: what the instance type cpu-1 has was not enough."),
    ({"phase": "Failed", "message": "Job failed due to Error: \nno papermill\nArtifacts: none"},
     "It failed: no papermill"),
    ({"phase": "Failed", "progress": {**FAR, "failed": 2}, "failure": {"name": "ValueError", "value": "no\nyes"}},
     "Cell 2 failed: ValueError: no"),
    ({"phase": "Failed"}, "why_failed_plain"),
    ({"phase": "Cancelled", "progress": FAR, "start_time": "2026-11-01T00:00:00Z"}, "Cancelled while cell 2 of 4 ran."),
    ({"phase": "Unknown", "reason": "PodUnknown"}, "why_lost"),
    ({"phase": "New"}, "PrimeHub says no more of it than “New”."),
]  # fmt: skip


def test_the_words_are_those_of_the_dialogs():
    source = re.sub(r'"\s*\+\s*"', "", DIALOGS.read_text("utf-8"))
    said = {key: json.loads(f'"{text}"') for key, text in re.findall(r'^\s*(\w+): "((?:[^"\\]|\\.)*)"', source, re.M)}
    assert {key: said.get(key) for key in WORDS} == WORDS


QUOTA = {"phase": "Pending", "reason": "OverQuota", "create_time": "2026-11-01T00:00:00Z"}
SIZES = {"name": "cpu-1", "display_name": "CPU 1", "cpu": 1, "memory_gb": 2.0, "gpu": 0}
GROUP = {
    "instance_types": [{**SIZES, "name": "other", "gpu": 9}, SIZES],
    "quota": {"cpu": 4, "memory_gb": 8, "gpu": 0}, "usage": {"cpu": 2.5, "memory_gb": 6.5, "gpu": 0},
}  # fmt: skip
KNOWN = [
    (QUOTA, "Waiting: the group's memory quota is in use (6.5 of 8; this job needs 2)."),
    ({**QUOTA, "instance_type": "gone"}, "why_quota"),
    ({"phase": "Failed", "message": "Job failed due to OOMKilled"},
     "Out of memory: the 2 GB of CPU 1 were not enough."),
    ({"phase": "Failed", "message": "Job failed due to OOMKilled", "instance_type": None},
     "Out of memory: what the instance type  has was not enough."),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), KNOWN)
def test_quotas_and_sizes_make_it_a_better_one(changes, said):
    assert sentence({**JOB, **changes}, GROUP) == WORDS.get(said, said)


@pytest.mark.parametrize(("changes", "said"), TOLD)
def test_a_job_is_explained(changes, said):
    assert sentence({**JOB, **changes}) == WORDS.get(said, said)


def test_a_failure_fits_into_a_table():
    failed = {**JOB, "progress": {**FAR, "failed": 2}, "failure": {"name": "KeyError", "value": "'x'"}}
    assert short_failure(failed) == "Cell 2: KeyError: 'x'"
    assert short_failure(JOB) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.05, "< 0.1 s"), (2.34, "2.3 s"), (42, "42 s"), (61, "1 min 1 s"), (1200, "20 min"), (7200, "2 h"),
     (7260, "2 h 1 min"), (90000, "1 d 1 h")],
)  # fmt: skip
def test_a_duration_has_units(seconds, said):
    assert duration(seconds) == said
