"""Records and locks of submissions that somebody planted, damaged or forged: nobody waits for one, none leads out."""

from __future__ import annotations

import json
import os

import pytest

from kit import answers
from kit.answers import Answering
from kit.notebooks import write_notebook
from kit.processes import within_seconds
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.record import SubmissionRecord
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.snapshot import SubmissionFolder
from primehub_nbext.jobs.submissions import Submissions
from primehub_nbext.jobs.view import view_of_submission
from primehub_nbext.notebooks.errors import VolumeError

OTHER = NotebookJob("/home/jovyan/phusers", "", "other.ipynb", "submission-2", "python3").to_command()


def submission_folder(place):
    return SubmissionFolder(place.volume, "submission-1")


def test_a_pipe_in_the_place_of_a_record_or_lock_holds_nobody(place, records):
    os.mkfifo(os.path.join(records, "submission.json"))
    os.mkfifo(os.path.join(records, ".lock"))

    def read():
        try:
            with submission_folder(place) as opened:
                return opened.read_record()
        except VolumeError as error:
            return error.code

    assert within_seconds(read) == "", "what is there cannot be made out"


@pytest.mark.parametrize("content", ["[" * 200_000, "x" * 3_000_000, "[]", "null", "\ud800", '{"state": {}}', "NaN"])
def test_a_damaged_record_means_that_something_may_have_been_sent(place, content, records):
    with open(os.path.join(records, "submission.json"), "w", errors="surrogatepass") as file:
        file.write(content)
    with submission_folder(place) as folder:
        assert SubmissionRecord.of(folder.read_record(), "submission-1").state == "sent"


@pytest.mark.parametrize(
    "planted",
    [".primehub", ".primehub/notebook-jobs", ".primehub/notebook-jobs/submission-1", "submission.json", ".lock"],
)
def test_a_link_planted_on_the_way_is_not_followed(place, tmp_path, planted):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text('{"state": "created"}')
    folder = ".primehub/notebook-jobs/submission-1"
    path = os.path.join(
        place.volume.path, planted if "/" in planted or planted == ".primehub" else f"{folder}/{planted}"
    )
    os.makedirs(os.path.dirname(path), exist_ok=True)
    os.symlink(outside / "file" if planted in ("submission.json", ".lock") else outside, path)
    try:
        with submission_folder(place) as opened:
            assert opened.read_record() == ("" if planted == "submission.json" else None)
            opened.write_record({"state": "sent"})
    except VolumeError:
        pass
    assert os.listdir(outside) == ["file"]
    assert (outside / "file").read_text() == '{"state": "created"}'


def test_a_lock_that_a_colleague_never_gives_back_is_not_waited_for_for_ever(place, monkeypatch):
    monkeypatch.setattr("primehub_nbext.jobs.snapshot.LOCK_SECONDS", 0.2)

    def locked():
        try:
            with submission_folder(place):
                return "locked"
        except PrimeHubError as error:
            return error.code

    with submission_folder(place):
        assert within_seconds(locked) == "submission_unknown"
    assert within_seconds(locked) == "locked"


# A valid record of a created job, changed; and the job that is answered: the one of the record, or a new one.
FORGED = {
    "nothing": ({}, "job-old"),
    "no id": ({"job": {}}, "job-new"),
    "id is a list": ({"job": {"id": ["job-1"]}}, "job-new"),
    "id is half a character": ({"job": {"id": "\ud800"}}, "job-new"),
    "id leads elsewhere": ({"job": {"id": "../../../evil"}}, "job-new"),
    "job is a list": ({"job": []}, "job-new"),
    "details are numbers": ({"job": {"id": "job-old", "phase": [], "user": 1, "create_time": 2}}, "job-old"),
    "values are numbers": ({"request": {"display_name": 5, "image": [], "instance_type": {}}}, "job-new"),
    "values are missing": ({"request": {}}, "job-new"),
    "another state": ({"state": "cretaed"}, "job-new"),
    "a state that is a list": ({"state": []}, "job-new"),
    "sent at a word": ({"state": "sent", "sent_at": "soon"}, "job-new"),
    "sent at no time": ({"state": "sent", "sent_at": float("nan")}, "job-new"),
    "sent at the end of time": ({"state": "sent", "sent_at": 1e300}, "job-new"),
    "sent before all time": ({"state": "sent", "sent_at": float("-inf")}, "job-new"),
    "sent untold times": ({"state": "sent", "attempts": "many"}, "job-new"),
    "sent more often than can be counted": ({"state": "sent", "attempts": 10**30}, "job-new"),
    "withdrawn": ({"state": "withdrawn"}, "job-new"),
    "no command": ({"command": None}, "job-new"),
    "the command of another notebook": ({"command": OTHER}, "job-new"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_record_is_believed_where_it_is_valid_and_no_further(place, tmp_path, name, records):
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu", "image": "base"}
    request = JobRequest.from_body({**body, "submission_id": "submission-1"})
    write_notebook(tmp_path / "phusers/x.ipynb")
    image = {"name": "base", "url": "x"}
    group = {"name": "phusers", "enabledSharedVolume": True, "instanceTypes": [{"name": "cpu"}], "images": [image]}
    place.client = Answering({**answers.resources(group, "g"), "phJobs": [], "createPhJob": {"id": "job-new"}})
    job = NotebookJob(place.volume.path, "", "x.ipynb", "submission-1", "python3")
    changes, expected = FORGED[name]
    details = {"id": "job-old", "phase": "Running", "user": "alice", "create_time": None}
    record = SubmissionRecord().sent(request, "g", job.to_command()).created(request, details, job.to_command())
    with open(os.path.join(records, "submission.json"), "w") as file:
        json.dump({**record.to_dict(), **changes}, file)

    def submit():
        record, job, _ = Submissions(place).submit(request, str(tmp_path))
        assert job.submission_id == "submission-1"
        view = view_of_submission(place, record, job, str(tmp_path))
        return json.loads(json.dumps(view, allow_nan=False))["id"]

    assert within_seconds(submit) == expected
