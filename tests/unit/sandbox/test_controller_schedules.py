"""Schedules: what their status says, and the jobs they make, on a clock that the test moves."""

from __future__ import annotations

import pytest

pytest.importorskip("cronsim")

from kit.clusters import ALICE, START, Cluster  # noqa: E402
from primehub_nbext.sandbox.controller.chart import DAY, text_of  # noqa: E402
from primehub_nbext.sandbox.controller.schedules import SCHEDULED_BY, label  # noqa: E402

SPEC = {
    "displayName": "nightly",
    "command": "true",
    "userId": ALICE.id,
    "userName": ALICE.username,
    "groupId": "g-phusers",
    "groupName": "phusers",
    "instanceType": "cpu-1",
    "image": "base",
}
HOUR = 3600


class Schedules(Cluster):
    def schedule(self, cron="0 * * * *", kind="custom", **spec):
        recurrence = {"type": kind, "cron": cron}
        self.objects.create(
            "phschedules", "recurrence-1", {"recurrence": recurrence, "jobTemplate": {"spec": {**SPEC, **spec}}}
        )
        self.after()
        return self.of()

    def edit(self, **recurrence):
        self.objects.merge("phschedules", "recurrence-1", {"spec": {"recurrence": recurrence}})
        self.after()
        return self.of()

    def of(self):
        return self.objects.get("phschedules", "recurrence-1").get("status", {})

    def jobs(self):
        return self.objects.list("phjobs")


@pytest.fixture
def cluster():
    return Schedules()


def test_the_next_time_is_told(cluster):
    assert cluster.schedule() == {"nextRunTime": text_of(START + HOUR)}
    assert cluster.edit(type="daily")["nextRunTime"] == text_of(START + 20 * HOUR)


def test_a_job_is_made_when_it_is_due(cluster):
    cluster.schedule()
    cluster.after(HOUR - 1)
    assert cluster.jobs() == []
    cluster.after(1)
    (job,) = cluster.jobs()
    assert job["metadata"]["name"].startswith("job-202701150900-")
    labels = {SCHEDULED_BY: "recurrence-1", "primehub.io/group": "escaped-phusers", "primehub.io/user": "escaped-alice"}
    assert job["metadata"]["labels"] == labels
    assert job["spec"].items() >= SPEC.items()
    assert cluster.of()["nextRunTime"] == text_of(START + 2 * HOUR)


def test_nothing_is_made_while_one_is_on_its_way(cluster):
    cluster.schedule()
    cluster.after(HOUR)
    (first,) = cluster.jobs()
    assert len(cluster.after(HOUR).jobs()) == 1
    cluster.node.becomes(first["metadata"]["name"], "Succeeded")
    cluster.after(1)
    assert len(cluster.after(HOUR - 1).jobs()) == 2


def test_what_was_missed_is_not_made_up(cluster):
    cluster.schedule()
    assert len(cluster.after(5 * HOUR).jobs()) == 1


def test_an_invalid_cron(cluster):
    status = cluster.schedule("every day")
    assert status == {"invalid": True, "message": "phSchedule recurrence format invalid"}
    # Becoming valid does not clear the message.
    assert cluster.edit(cron="0 * * * *") == {
        "message": "phSchedule recurrence format invalid",
        "nextRunTime": text_of(START + HOUR),
    }


def test_a_zone_in_the_cron(cluster):
    message = "controller cannot create cron job. expected exactly 5 fields, found 6: [TZ=UTC 0 4 * * *]"
    assert cluster.schedule("TZ=UTC 0 4 * * *") == {"invalid": True, "message": message}


def test_after_a_bad_edit_the_old_one_goes_on(cluster):
    cluster.schedule()
    assert cluster.edit(cron="bad")["invalid"]
    assert len(cluster.after(HOUR).jobs()) == 1


def test_inactive(cluster):
    cluster.schedule()
    assert cluster.edit(type="inactive") == {"message": "This phSchedule is inactive"}
    assert cluster.after(DAY).jobs() == []


def test_a_removed_one_is_forgotten(cluster):
    cluster.schedule()
    cluster.objects.remove("phschedules", "recurrence-1")
    assert cluster.after(DAY).jobs() == []


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"image": "gone"}, "Image not found: gone"),
        ({"instanceType": "gone"}, "InstanceType not found: gone"),
        ({"groupName": "gone"}, "Group not found: gone"),
    ],
)
def test_what_there_is_not(cluster, spec, message):
    assert cluster.schedule(**spec) == {"invalid": True, "message": message}


def test_a_day_that_never_comes_is_valid_and_has_no_next_time(cluster):
    assert cluster.schedule("0 0 30 2 *") == {}


def test_labels_hold_any_name():
    assert label("Team_a-1") == "escaped--54eam-5fa-2d1"
