"""A job's way through its phases, with PrimeHub's reasons and messages, on a clock that the test moves."""

from __future__ import annotations

import pytest

pytest.importorskip("cronsim")

from kit.clusters import ALICE, START, Cluster  # noqa: E402
from primehub_nbext.sandbox.cluster.objects import NoSuchObject  # noqa: E402
from primehub_nbext.sandbox.controller.chart import DAY, text_of  # noqa: E402


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def job(cluster):
    """A job that runs."""
    name = cluster.job()
    cluster.after()
    cluster.running(name)
    return name


def test_from_pending_to_succeeded(cluster):
    name = cluster.job()
    cluster.after()
    assert cluster.status(name).get("startTime") is None
    cluster.now += 5
    cluster.running(name)
    cluster.node.becomes(name, "Succeeded")
    cluster.after(7)
    assert cluster.said == [
        (name, "Pending", "OverQuota", "Insufficient group/user quota"),
        (name, "Preparing", "OverQuota", "Insufficient group/user quota"),
        (name, "Preparing", "PodPending", "pulling"),
        (name, "Running", "PodRunning", "Job is currently running"),
        (name, "Succeeded", "PodSucceeded", "Job completed"),
    ]
    status = cluster.status(name)
    assert (status["startTime"], status["finishTime"]) == (text_of(START + 5), text_of(START + 12))
    assert (status["podName"], status["requeued"]) == (name, 0)


@pytest.mark.parametrize("reason", ["Error", "OOMKilled"])
def test_a_failed_pod_tells_its_end(cluster, job, reason):
    cluster.node.becomes(job, "Failed", reason=reason, message="last\nlines\n")
    cluster.after()
    assert cluster.said[-1] == (job, "Failed", "PodFailed", f"Job failed due to {reason}: last\nlines\n")


def test_an_evicted_pod_keeps_reason_and_message(cluster, job):
    cluster.node.becomes(job, "Failed")
    cluster.after()
    assert cluster.said[-1] == (job, "Failed", "PodRunning", "Job is currently running")


def test_a_pod_that_ends_before_it_is_seen_running_has_no_start_time(cluster):
    name = cluster.job()
    cluster.after()
    cluster.node.becomes(name, "Succeeded")
    cluster.after()
    assert "startTime" not in cluster.status(name) and "finishTime" in cluster.status(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"image": "gone"}, "Image not found: gone"),
        ({"kind": "cpu-1", "userId": "u-nobody"}, "User not found"),
        ({"groupName": "others"}, "Group not found: others"),
        ({"image": "building"}, 'Pod "job-1" is invalid: spec.containers[0].image: Required value'),
    ],
)
def test_a_pod_that_cannot_be_made_fails_the_job(cluster, change, message):
    name = cluster.job(**change)
    cluster.after()
    assert cluster.said[-1] == (name, "Failed", "PodCreationFailed", message)
    assert "startTime" not in cluster.status(name) and "finishTime" in cluster.status(name)


def test_a_type_that_went_after_the_job_was_let_in(cluster):
    cluster.people.groups["g-everyone"].roles.remove("it:cpu-2")
    name = cluster.job("cpu-2")
    cluster.after()
    assert cluster.said[-1] == (name, "Failed", "PodCreationFailed", "InstanceType not found: cpu-2")


@pytest.mark.parametrize(
    ("group", "given", "written"),
    [("g-phusers", None, DAY), ("g-free", None, 60), ("g-free", 5, 5), ("g-free", 0, 0)],
)
def test_the_deadline_is_written_into_the_spec(cluster, group, given, written):
    name = cluster.job(group=group, activeDeadlineSeconds=given)
    cluster.after()
    assert cluster.spec(name)["activeDeadlineSeconds"] == written


def test_the_deadline_counts_from_running(cluster):
    name = cluster.job(activeDeadlineSeconds=10)
    cluster.after(100)
    cluster.running(name)
    assert cluster.after(9).phases(name) == ["Running"]
    cluster.after(1)
    message = "Job failed due to System Error: phJob has failed because it was active longer than specified deadline"
    assert cluster.said[-1] == (name, "Failed", "OverActivateDeadline", message)
    assert cluster.node.status(name) is None


def test_no_deadline(cluster):
    name = cluster.job(activeDeadlineSeconds=0)
    cluster.after()
    cluster.running(name)
    assert cluster.after(400 * DAY).phases(name) == ["Running"]


def test_a_pod_that_does_not_start_goes_back_after_180_seconds_and_again(cluster):
    name = cluster.job()
    cluster.after()
    cluster.after(179)
    assert (cluster.status(name)["phase"], cluster.status(name)["requeued"]) == ("Preparing", 0)
    cluster.after(1)
    assert (name, "Pending", "PodPending", "Back to pending due to: pulling") in cluster.said
    # At once back in the queue, and let in again: for ever, unless there is a limit.
    assert cluster.status(name)["requeued"] == 1
    cluster.after(1).after(181)
    assert cluster.status(name)["requeued"] == 2
    assert not any("due to: Back" in (said[3] or "") for said in cluster.said)


def test_the_requeue_limit(cluster):
    name = cluster.job(requeueLimit=0)
    cluster.after()
    cluster.after(180)
    message = "Job failed due to System Error: phJob has failed because it was requeued more than specified times"
    assert cluster.said[-1] == (name, "Failed", "OverRequeueLimit", message)


def cancel(cluster, name):
    cluster.objects.merge("phjobs", name, {"spec": {"cancel": True}})
    cluster.after(3)
    return cluster.status(name)


def test_cancelling_a_running_job_deletes_its_pod(cluster, job):
    status = cancel(cluster, job)
    assert (status["phase"], status["reason"], status["message"]) == ("Cancelled", "Cancelled", "Cancelled by user")
    assert status["finishTime"] == text_of(START + 3)
    assert cluster.node.status(job) is None


def test_cancelling_a_job_that_waits(cluster):
    cluster.job("cpu-4")
    name = cluster.job("cpu-4")
    cluster.after()
    assert cluster.phases(name) == ["Pending"]
    assert cancel(cluster, name)["phase"] == "Cancelled"


def test_cancelling_a_finished_job_relabels_it_and_takes_its_log(cluster, job):
    cluster.node.becomes(job, "Succeeded")
    cluster.after()
    finished = cluster.status(job)["finishTime"]
    status = cancel(cluster, job)
    assert (status["phase"], status["finishTime"]) == ("Cancelled", finished)
    assert cluster.node.status(job) is None


def test_the_pod_goes_after_a_week_and_the_job_after_a_month(cluster, job):
    cluster.node.becomes(job, "Succeeded")
    cluster.after()
    cluster.after(7 * DAY)
    assert cluster.node.status(job)
    cluster.after(61)
    assert cluster.node.status(job) is None
    assert cluster.after(23 * DAY - 61).phases(job) == ["Succeeded"]
    cluster.after(31)
    with pytest.raises(NoSuchObject):
        cluster.status(job)


def test_of_more_finished_jobs_than_the_limit_the_oldest_go():
    cluster = Cluster(job_limit=2)
    names = []
    for _ in range(4):
        names.append(cluster.job(group="g-free"))
        cluster.after(1)
    for name in names[:3]:
        cluster.node.becomes(name, "Succeeded")
    cluster.after(31)
    assert [each["metadata"]["name"] for each in cluster.objects.list("phjobs")] == names[1:]


def test_the_environment_without_artifacts():
    cluster = Cluster(artifacts=False)
    name = cluster.job()
    cluster.after()
    pod, _ = cluster.node.pods[name]
    assert not [each for each in pod.env if each.startswith("PHJOB_")]
    assert not pod.agent


def test_the_environment_with_artifacts(cluster):
    name = cluster.job(group="g-free")
    cluster.after()
    pod, _ = cluster.node.pods[name]
    assert pod.env == {
        "PRIMEHUB_USER": ALICE.username,
        "PRIMEHUB_GROUP": "Free_Group",
        "PHJOB_NAME": name,
        "PHJOB_ARTIFACT_ENABLED": "true",
        "PHJOB_ARTIFACT_LIMIT_SIZE_MB": "100",
        "PHJOB_ARTIFACT_LIMIT_FILES": "1000",
        "PHJOB_ARTIFACT_RETENTION_SECONDS": "604800",
        "GRANT_SUDO": "true",
        "TZ": "UTC",
        "GROUP_ID": "g-free",
        "GROUP_NAME": "Free_Group",
        "JUPYTERHUB_USER": "alice",
        "INSTANCE_TYPE": "cpu-1",
        "IMAGE_NAME": "base",
    }
    assert (pod.volumes, pod.store) == ({"free-group": True}, "free-group")


def test_no_link_where_the_group_says_so(cluster):
    cluster.people.groups["g-free"].attributes["home-symlink"] = ["false"]
    name = cluster.job(group="g-free")
    cluster.after()
    assert cluster.node.pods[name][0].volumes == {"free-group": False}


def test_the_volumes_of_other_groups_that_are_not_for_it_alone(cluster):
    cluster.people.groups["g-free"].attributes["launch-group-only"] = ["false"]
    name, other = cluster.job(), cluster.job(group="g-free")
    cluster.after()
    assert cluster.node.pods[name][0].volumes == {"phusers": True, "free-group": True}
    assert cluster.node.pods[other][0].volumes == {"free-group": True}


def test_an_object_that_is_not_as_it_should_be_stops_no_other(cluster, caplog):
    cluster.objects.create("phjobs", "bad", {"groupId": 7}, status={"phase": "Running", "startTime": "yesterday"})
    name = cluster.job()
    cluster.after()
    assert cluster.phases(name) == ["Preparing"]
    assert "bad" in caplog.text
