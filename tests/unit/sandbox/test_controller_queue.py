"""Which jobs are let in when quotas are short, in which order."""

from __future__ import annotations

import pytest

pytest.importorskip("cronsim")

from kit.clusters import ALICE, BOB, Cluster  # noqa: E402


@pytest.fixture
def cluster():
    return Cluster()


def test_a_user_out_of_quota_is_overtaken(cluster):
    first, second = cluster.job("cpu-4"), cluster.job("cpu-1")
    other = cluster.job("cpu-2", user=BOB)
    cluster.after()
    assert cluster.phases(first, second, other) == ["Preparing", "Pending", "Preparing"]
    assert cluster.status(second)["message"] == "Insufficient group/user quota"


def test_a_smaller_job_of_the_same_user_overtakes(cluster):
    jobs = [cluster.job("cpu-2"), cluster.job("cpu-4"), cluster.job("cpu-2")]
    cluster.after()
    assert cluster.phases(*jobs) == ["Preparing", "Pending", "Preparing"]


def test_once_the_group_is_out_of_quota_nobody_overtakes(cluster):
    first, big, small = (
        cluster.job("cpu-4", user=BOB),
        cluster.job("cpu-4", user=ALICE),
        cluster.job("cpu-1", user=ALICE),
    )
    cluster.after()
    assert cluster.phases(first, big, small) == ["Preparing", "Pending", "Pending"]


def test_the_oldest_comes_first(cluster):
    late = cluster.job("cpu-4")
    cluster.now -= 60
    early = cluster.job("cpu-4")
    cluster.after(60)
    assert cluster.phases(late, early) == ["Pending", "Preparing"]


def test_room_made_is_used(cluster):
    first, second = cluster.job("cpu-4"), cluster.job("cpu-4")
    cluster.after()
    cluster.running(first)
    cluster.node.becomes(first, "Succeeded")
    assert cluster.after(1).phases(second) == ["Preparing"]


def test_a_group_without_quotas_lets_everything_in(cluster):
    jobs = [cluster.job("cpu-16", group="g-free") for _ in range(20)]
    assert cluster.after().phases(*jobs) == ["Preparing"] * 20


def test_bigger_than_the_quota_fails(cluster):
    name = cluster.job("cpu-16")
    cluster.after()
    message = "Your instance type resource limit is bigger than your user or group quota."
    assert cluster.said[-1] == (name, "Failed", "OverQuota", message)


def test_an_unknown_group_fails_and_an_unknown_type_waits(cluster):
    lost, waiting = cluster.job(group="g-gone"), cluster.job("no-type")
    cluster.after()
    assert cluster.status(lost)["message"] == "cannot get group info"
    assert cluster.status(lost)["reason"] == "PodCreationFailed"
    assert cluster.phases(waiting) == ["Pending"]


def test_memory_is_the_admission_webhooks_and_sends_back(cluster):
    first, second = cluster.job("mem-12g"), cluster.job("mem-12g")
    cluster.after()
    assert cluster.phases(first, second) == ["Preparing", "Pending"]
    assert cluster.status(second)["message"] == "Back to pending due to: insufficient group/user quota"
    assert (cluster.status(second)["reason"], cluster.status(second)["requeued"]) == ("OverQuota", 1)
    assert cluster.after(1).status(second)["requeued"] == 2  # each second
    cluster.node.becomes(first, "Succeeded")
    assert cluster.after(1).phases(second) == ["Preparing"]


def test_more_memory_than_the_quota_is_never_let_in_and_never_fails(cluster):
    name = cluster.job("mem-64g")
    for _ in range(3):
        cluster.after(1)
    assert cluster.phases(name) == ["Pending"]
    assert cluster.status(name)["requeued"] == 3
