"""The same submission again, from any number of servers at once: one job; and other values are a conflict."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.notebooks import write_notebook
from kit.people import ID, only_job
from primehub_nbext.jobs.errors import SubmissionConflict, SubmissionUnknown


def test_the_job_is_what_was_asked_for(person, primehub):
    saved = person.notebook.read_bytes()
    record, job, created = person.submit(timeout_seconds=60)
    assert created
    made = only_job(primehub)
    assert (made["id"], made["command"]) == (record["id"], job.to_command())
    assert (made["displayName"], made["instanceType"], made["image"]) == ("train", "cpu-1", "base-notebook")
    assert made["activeDeadlineSeconds"] == 60
    write_notebook(person.notebook, "print('edited later')")
    assert Path(job.snapshot).read_bytes() == saved
    mark = f"{ID}/attempt-{job.attempt}"
    assert person.files() == [ID, f"{ID}/.lock", mark, f"{ID}/submission.json", f"{ID}/train.ipynb"]
    assert Path(job.snapshot).with_name(f"attempt-{job.attempt}").read_text() == f"{record['id']}\n"


def test_the_same_submission_again_is_the_same_job(person, primehub):
    first, job, created = person.submit()
    server = person.server()
    for again in (person.submit(), person.submit(server)):
        assert (again[0]["id"], again[1], again[2]) == (first["id"], job, False)
    assert created
    assert primehub.count("CreateJob") == 1
    assert only_job(primehub)["id"] == first["id"]


@pytest.mark.parametrize("servers", [1, 2], ids=["one server", "two servers"])
@pytest.mark.parametrize("fault", [None, told.reset(executed=True)], ids=["all well", "answer lost"])
def test_twenty_at_once(person, primehub, servers, fault):
    if fault:
        primehub.on("CreateJob", fault, nth=1)
    submissions = [person.server() for _ in range(servers)]
    start = threading.Barrier(20)

    def press(number):
        start.wait()
        return person.submit(submissions[number % servers])

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(press, range(20)))
    assert {record["id"] for record, _, _ in answers} == {only_job(primehub)["id"]}
    assert [created for _, _, created in answers].count(True) == 1
    assert primehub.count("CreateJob") == 1


def test_other_submissions_are_other_jobs(person, primehub):
    ids = [person.submit(submission_id=f"submission-{number}")[0]["id"] for number in range(3)]
    assert len(set(ids)) == len(primehub.store.jobs) == 3


def test_a_made_job_is_told_while_primehub_is_down(person, primehub):
    first, _, _ = person.submit()
    primehub.on("", told.reset(executed=False))
    asked = len(primehub.requests)
    record, _, created = person.submit()
    assert (record["id"], created, len(primehub.requests)) == (first["id"], False, asked)


OTHERS = [
    {"notebook_path": "phusers/other.ipynb"},
    {"display_name": "another name"},
    {"instance_type": "cpu-2"},
    {"image": "tf-notebook"},
    {"parameters": "start=2"},
    {"parameters": "start=1.0"},
    {"timeout_seconds": 60},
]


@pytest.mark.parametrize("other", OTHERS, ids=str)
@pytest.mark.parametrize("confirmed", [True, False], ids=["confirmed", "unknown"])
def test_the_same_id_with_other_values_is_a_conflict(person, primehub, other, confirmed):
    write_notebook(person.volume / "other.ipynb", "2")
    if confirmed:
        person.submit()
    else:
        primehub.stale = True
        primehub.on("CreateJob", told.page(502, executed=True))
        with pytest.raises(SubmissionUnknown):
            person.submit()
        primehub.behave()
    with pytest.raises(SubmissionConflict):
        person.submit(**other)
    assert person.submit()[0]["id"] in {job["id"] for job in primehub.jobs_of(ID)}


def test_a_notebook_named_like_a_temporary_file_keeps_its_snapshot(person, primehub):
    write_notebook(person.volume / ".tmp-1.ipynb", "1")
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("NewestCommands", told.page(502))
    with pytest.raises(SubmissionUnknown):
        person.submit(notebook_path="phusers/.tmp-1.ipynb")
    primehub.behave()
    _, job, _ = person.submit(notebook_path="phusers/.tmp-1.ipynb")
    assert Path(job.snapshot).exists()
