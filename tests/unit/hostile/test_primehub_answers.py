"""PrimeHub's answers with anything in any field: shown, passed over or refused, and a gap is not taken for nothing."""

from __future__ import annotations

import json
import os

import pytest

from kit import answers
from kit.answers import Answering
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.detail import get_job
from primehub_nbext.jobs.listing import Listing
from primehub_nbext.jobs.query import JobQuery
from primehub_nbext.jobs.snapshot import RECORD
from primehub_nbext.jobs.submissions import Submissions
from primehub_nbext.primehub.errors import BadAnswer
from primehub_nbext.primehub.resources import read_resources

ODD = [5, -1, 1.5, 10**400, True, [], {}, [[]], "", "\ud800", "\0", "../../x", "x" * 100_000, None, float("nan")]


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_a_job_with_any_field_odd_is_shown_passed_over_or_a_bad_answer(place, tmp_path, value):
    root = str(tmp_path)
    command = NotebookJob(f"{root}/phusers", "", "x.ipynb", "submission-1", "python3").to_command()
    good = {"id": "job-1", "command": command, "createTime": "2026-11-22T10:30:00Z", "phase": "Running"}
    fields = ["id", "displayName", "command", "image", "instanceType", "userName", "phase", "reason", "message"]
    for field in [*fields, "createTime", "startTime", "finishTime"]:
        for odd in (value, [value], {"name": value}):
            jobs = [{**good, field: odd}, good]
            place.client = Answering({"phJobs": jobs, "rows0": jobs, "phJob": jobs[0]})
            listed = Listing(place).page(JobQuery(), root)["jobs"]
            assert "job-1" in [each["id"] for each in listed], "one odd job hides the others"
            json.dumps(listed, allow_nan=False)
            try:
                json.dumps(get_job(place, "job-1", root), allow_nan=False)
            except BadAnswer:
                assert field == "id"


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_resources_with_any_field_odd_are_shown_or_refused(value):
    thing = {"name": "x", "displayName": "x", "description": "", "spec": {}}
    group = {"id": "g", "name": "phusers", "enabledSharedVolume": True, "instanceTypes": [thing], "images": [thing]}
    for field in [*thing, "type", "url"]:
        for odd in (
            value,
            [value],
            {name: value for name in ("limits.cpu", "limits.memory", "limits.gpu", "limits.nvidia.com/gpu")},
        ):
            for kind in ("instanceTypes", "images"):
                answer = answers.resources({**group, kind: [{**thing, field: odd}, thing]})
                json.dumps(read_resources(answer, "g").to_dict(), allow_nan=False)
    for field in [*group, "quotaCpu", "projectQuotaCpu", "projectQuotaGpu", "jobDefaultActiveDeadlineSeconds"]:
        for odd in (value, [value], {"cpuUsage": value}):
            try:
                answer = answers.resources({**group, "resourceStatus": odd, field: odd}, "g")
                json.dumps(read_resources(answer, "g").to_dict(), allow_nan=False)
            except PrimeHubError as error:
                assert error.code != "internal_error"


@pytest.mark.parametrize("lost", [None, {"id": "job-2"}, {"id": "job-2", "command": None}])
def test_what_an_answer_leaves_out_is_not_taken_as_not_there(place, lost, records):
    """A gap in a list could be the job that needs a snapshot."""
    place.config.snapshot_max_age = 1.0
    snapshot = os.path.join(records, "x.ipynb")
    record = os.path.join(records, RECORD)
    with open(snapshot, "w"), open(record, "w") as file:
        json.dump({"group": place.group.id}, file)
    for each in (snapshot, record):
        os.utime(each, (1, 1))
    os.utime(os.path.dirname(snapshot), (1, 1))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls"}, lost], "phSchedules": []})
    assert Submissions(place).prune() == []
    os.mkdir(os.path.join(os.path.dirname(os.path.dirname(snapshot)), "submission-2"))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls submission-2"}], "phSchedules": []})
    assert Submissions(place).prune() == ["submission-1"]
