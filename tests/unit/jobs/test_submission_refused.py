"""Submissions that are refused: nothing is submitted, nothing is left behind, and they can be corrected."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.answers import membership, resources
from kit.notebooks import write_notebook
from kit.people import only_job
from primehub_nbext.notebooks.errors import NotebookNotFound, OutsideGroupVolume
from primehub_nbext.primehub.errors import (
    AccessDenied,
    GroupNotFound,
    JobsUnavailable,
    LicenseError,
    NoGroupVolume,
    NoImages,
    NoInstanceTypes,
    QuotaExceeded,
    TokenRejected,
)

REFUSALS = {
    "quota": ("User Gpu Quota exceeded", "EXCEED_QUOTA", QuotaExceeded),
    "licence": ("License invalid", "LICENSE_ERROR", LicenseError),
    "access": ("user not auth", "NOT_AUTH", AccessDenied),
    "token": ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", TokenRejected),
    "no jobs": ('Cannot query field "createPhJob" on type "Mutation".', None, JobsUnavailable),
}


@pytest.mark.parametrize("operation", ["Resources", "CreateJob"])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_leaves_nothing_and_can_be_retried(person, primehub, name, operation):
    message, code, expected = REFUSALS[name]
    primehub.on(operation, told.refusing(message, code), nth=1)
    server = person.server()
    with pytest.raises(expected):
        person.submit(server)
    assert (person.files(), primehub.store.jobs, primehub.count("NewestCommands")) == ([], {}, 0)
    assert not (person.volume / ".primehub").exists(), "not even an empty folder"
    assert person.submit(server)[0]["id"] == only_job(primehub)["id"]


def test_more_than_the_quota(person, primehub):
    with pytest.raises(QuotaExceeded) as caught:
        person.submit(instance_type="gpu-4")
    assert caught.value.field == "instance_type"
    assert "Quota exceeded" in caught.value.message
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_retry_carries_what_was_corrected(person, primehub):
    """After a refusal the same dialog submits other values, and the notebook as it is now."""
    with pytest.raises(QuotaExceeded):
        person.submit(instance_type="gpu-4")
    write_notebook(person.notebook, "print('edited')")
    _, job, _ = person.submit(parameters="start=5")
    assert only_job(primehub)["instanceType"] == "cpu-1"
    assert (job.parameters, Path(job.snapshot).read_bytes()) == ({"start": 5}, person.notebook.read_bytes())


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, GroupNotFound),
        ({"enabledSharedVolume": False}, NoGroupVolume),
        ({"enabledSharedVolume": True, "instanceTypes": [], "images": []}, NoInstanceTypes),
        ({"enabledSharedVolume": True, "instanceTypes": [{"name": "cpu-1"}], "images": []}, NoImages),
    ],
)
def test_a_group_that_lost_something(person, primehub, group, expected):
    primehub.on("Resources", told.answering({"data": resources(group, primehub.group["id"])}))
    primehub.on("Membership", told.answering({"data": membership("another")}))
    with pytest.raises(expected):
        person.submit()
    assert (person.files(), primehub.count("CreateJob")) == ([], 0)


def test_a_token_revoked_before_submitting(person, primehub):
    server = person.server()
    person.submit(server, submission_id="submission-0")  # the resources are in the cache now
    before = person.files()
    primehub.store.revoke_tokens("alice")
    with pytest.raises(TokenRejected):
        person.submit(server)
    assert person.files() == before
    assert len(primehub.store.jobs) == 1


def test_a_notebook_that_is_gone(person, primehub):
    person.notebook.unlink()
    with pytest.raises(NotebookNotFound):
        person.submit()
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_notebook_that_vanishes_before_it_is_copied(person, primehub):
    def vanish(exchange):
        person.notebook.unlink()
        told.behave(exchange)

    primehub.on("Resources", vanish, nth=1)
    with pytest.raises(NotebookNotFound):
        person.submit(person.server(resources_max_age=0.0))
    assert primehub.count("Resources") == 1
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_notebook_that_is_replaced_by_a_link_meanwhile(person, primehub, tmp_path):
    """What was checked is not what is copied: nothing outside the volume may get into it."""
    outside = write_notebook(tmp_path / "secret.ipynb", "'secret'")

    def swap(exchange):
        person.notebook.unlink()
        person.notebook.symlink_to(outside)
        told.behave(exchange)

    primehub.on("Resources", swap, nth=1)
    with pytest.raises(OutsideGroupVolume):
        person.submit(person.server(resources_max_age=0.0))
    assert (person.files(), primehub.store.jobs) == ([], {})
