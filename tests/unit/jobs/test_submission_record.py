"""Records of submissions that are damaged, gone or cancelled: not taken for none, and nothing runs twice."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.people import ID, only_job
from primehub_nbext.jobs import snapshot
from primehub_nbext.jobs.claims import CANCELLED, open_claims
from primehub_nbext.jobs.errors import SubmissionCancelled, SubmissionUnknown
from primehub_nbext.notebooks.folders import open_inside


def test_a_record_that_cannot_be_read_is_not_taken_for_none(person, primehub, monkeypatch):
    """As on a network volume in trouble: there may be a job, which this record knows."""
    first, _, _ = person.submit()
    trouble = [OSError(errno.EIO, "Input/output error"), OSError(errno.ESTALE, "Stale file handle")]

    def in_trouble(folder, name):
        if name == "submission.json" and trouble:
            raise trouble.pop()
        return open_inside(folder, name)

    monkeypatch.setattr(snapshot, "open_inside", in_trouble)
    for _ in range(2):
        with pytest.raises(SubmissionUnknown) as caught:
            person.submit()
        assert caught.value.to_dict()["cause"] == "volume_unreadable"
    assert (person.submit()[0]["id"], primehub.count("CreateJob")) == (first["id"], 1)


DAMAGED = {
    "gone": "gone",
    "cut": None,
    "empty": b"",
    "no JSON": b"{oops",
    "another shape": b"[1]",
    "no object": b"null",
}


@pytest.mark.parametrize("stale", [False, True], ids=["listed", "not listed"])
@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_record_is_not_taken_for_none(person, primehub, runs, name, stale):
    """As after a crash of the file server. Where the list does not help there are two jobs, and one run."""
    first, job, _ = person.submit()
    file = Path(job.snapshot).with_name("submission.json")
    if name == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:200] if DAMAGED[name] is None else DAMAGED[name])
    primehub.empty = stale
    record, _, created = person.submit()
    assert (created, len(primehub.jobs_of(ID))) == (stale, 1 + stale)
    assert stale or record["id"] == first["id"]
    for each in primehub.jobs_of(ID):
        runs.start(each)
    assert len(runs.ran) == 1


def test_a_damaged_record_of_a_job_that_runs(person, primehub, runs):
    first, job, _ = person.submit()
    runs.start(only_job(primehub))
    Path(job.snapshot).with_name("submission.json").write_bytes(b"")
    primehub.empty = True
    record, again, created = person.submit()
    assert (record["id"], again, created) == (first["id"], job, False)
    assert primehub.count("CreateJob") == 1


def test_a_cancelled_submission_is_not_sent_again(person, primehub, runs):
    primehub.stale = True
    primehub.on("CreateJob", told.reset(executed=True))
    with pytest.raises(SubmissionUnknown):
        person.submit(person.server(settle_timeout=0.1))
    sent = primehub.count("CreateJob")
    with open_claims(person.server().context.volume, ID) as claims:
        assert claims.hold(1, CANCELLED) == CANCELLED
    with pytest.raises(SubmissionCancelled):
        person.submit()
    assert primehub.count("CreateJob") == sent
    for job in primehub.jobs_of(ID):
        assert b"was cancelled" in runs.start(job).stderr
    assert runs.ran == []
    # Each attempt has had its job by now, so what comes is a rerun.
    runs.start({**primehub.jobs_of(ID)[0], "id": "job-rerun"})
    assert runs.ran == ["job-rerun"]
