"""Pruning: which snapshots go, and which stay."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.people import Person, only_job
from kit.snapshots import folder_of
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.head import SNAPSHOTS
from primehub_nbext.jobs.prune import prune
from primehub_nbext.jobs.snapshot import RECORD, SubmissionFolder
from primehub_nbext.notebooks.volume import GroupVolume


@pytest.fixture
def pruned(person):
    """Three submissions: the job of `listed-1` is known to PrimeHub, those of the others are not any more."""
    server = person.server()
    for name in ("listed-1", "forgotten", "recently"):
        person.submit(server, submission_id=name)
    jobs = person.primehub.store.jobs
    for name in ("forgotten", "recently"):
        del jobs[only_job(person.primehub, name)["id"]]
    for name in ("listed-1", "forgotten"):
        age(person, name)
    return person


def age(person: Person, name: str, days: float = 100) -> None:
    folder = person.volume / SNAPSHOTS / name
    then = time.time() - days * 86400
    for path in (*folder.iterdir(), folder):
        os.utime(path, (then, then))


def kept(person: Person) -> set[str]:
    return {path.name for path in (person.volume / SNAPSHOTS).iterdir()}


def test_only_what_is_old_and_not_needed_goes(pruned):
    assert pruned.server().prune() == ["forgotten"]
    assert kept(pruned) == {"listed-1", "recently"}


def test_no_more_than_once_a_day(pruned):
    server = pruned.server()
    assert server.prune() == ["forgotten"]
    age(pruned, "recently")
    assert server.prune() == []
    assert pruned.server().prune() == ["recently"]


@pytest.mark.parametrize("settings", [{"prune": False}, {"snapshot_max_age": 0.0}], ids=["off", "age 0"])
def test_pruning_can_be_turned_off(pruned, settings):
    assert pruned.server(**settings).prune() == []
    assert len(kept(pruned)) == 3


def test_snapshots_of_schedules_and_of_edited_commands_stay(pruned, primehub):
    command = only_job(primehub, "listed-1")["command"]
    primehub.store.jobs.clear()
    bob = primehub.store.users["bob"]
    job = {"displayName": "b", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    primehub.store.create_schedule(bob, {**job, "command": command})
    primehub.store.create_job(bob, {**job, "command": "python train.py"})
    assert pruned.server().prune() == ["forgotten"]
    primehub.store.schedules.clear()
    edited = command.replace("version=2", "version='edited by hand'")
    assert NotebookJob.from_command(edited) is None
    primehub.store.create_job(bob, {**job, "command": edited})
    assert pruned.server().prune() == []
    primehub.store.jobs.clear()
    pruned.submit(submission_id="yet-another")
    assert pruned.server().prune() == ["listed-1"]


NEEDED = [{"id": "recurrence-1", "command": "cat .primehub/notebook-jobs/listed-1/train.ipynb"}]
BLIND = {
    "jobs being listed anew": told.answering({"data": {"phJobs": [], "phSchedules": NEEDED}}),
    "empty lists": told.answering({"data": {"phJobs": [], "phSchedules": []}}),
    "jobs of others only": told.answering({"data": {"phJobs": [{"command": "python train.py"}], "phSchedules": []}}),
    "502 page": told.page(502),
    "reset": told.reset(executed=False),
    "refused": told.refusing("user not auth", "NOT_AUTH"),
    "truncated": told.truncated("length"),
    "no jobs": told.answering({"data": {"phJobs": None, "phSchedules": []}}),
    "no schedules": told.answering({"data": {"phJobs": []}}),
    "jobs of another shape": told.answering({"data": {"phJobs": [{"id": "job-1"}], "phSchedules": []}}),
    "null in the list": told.answering({"data": {"phJobs": [None], "phSchedules": []}}),
    "null commands": told.answering({"data": {"phJobs": [{"command": None}], "phSchedules": []}}),
    "lists that are text": told.answering({"data": {"phJobs": "", "phSchedules": ""}}),
    "partial": told.answering({"data": {"phJobs": [], "phSchedules": []}, "errors": [{"message": "Some are missing"}]}),
}


@pytest.mark.parametrize("name", BLIND)
def test_a_pruning_that_cannot_see_deletes_nothing(pruned, primehub, name):
    primehub.on("GroupCommands", BLIND[name])
    assert pruned.server().prune() == []
    assert len(kept(pruned)) == 3
    assert primehub.count("GroupCommands") >= 1


def test_what_is_not_ours_stays(pruned):
    folder = pruned.volume / SNAPSHOTS
    (folder / "short").mkdir()
    (folder / "a file of mine.txt").write_text("mine")
    (folder / "linked-1").symlink_to(pruned.volume / "experiment-1")
    age(pruned, "short")
    for path in (pruned.volume / "experiment-1").iterdir():
        os.utime(path, (0, 0))
    assert pruned.server().prune() == ["forgotten"]
    assert pruned.notebook.exists()
    assert {"short", "a file of mine.txt", "linked-1"} <= kept(pruned)


# --- which snapshots, given the commands -------------------------------------------------------

DAY = 86400.0


def make_snapshot(volume: GroupVolume, submission_id: str, days: float, record="group-1") -> NotebookJob:
    """A snapshot of that age, whose record is of that group, or is that text."""
    with SubmissionFolder(volume, submission_id) as folder:
        folder.write_snapshot("experiment-1/train.ipynb", "train.ipynb")
        folder.write_record({"state": "created", "group": record})
    place = folder_of(volume).with_name(submission_id)
    when = time.time() - days * DAY
    for each in (*place.iterdir(), place):
        os.utime(each, (when, when))
    return NotebookJob(volume.path, "experiment-1", "train.ipynb", submission_id, "python3")


def test_pruning_takes_what_is_old_and_not_needed(volume, outside):
    listed = make_snapshot(volume, "listed-0001", 100)
    edited = make_snapshot(volume, "edited-0001", 100)
    make_snapshot(volume, "forgotten-1", 100)
    make_snapshot(volume, "young-00001", 1)
    folder = folder_of(volume).parent
    (folder / "not ours").mkdir()
    (folder / "linked-0001").symlink_to(outside)
    (outside / "precious").write_text("x")
    os.utime(outside, (1, 1))
    os.utime(folder / "not ours", (1, 1))
    commands = [listed.to_command(), edited.to_command().replace("papermill", "my-papermill"), "echo", None]
    assert prune(volume, "group-1", commands, 45 * DAY) == ["forgotten-1"]
    assert sorted(os.listdir(folder)) == ["edited-0001", "linked-0001", "listed-0001", "not ours", "young-00001"]
    assert os.listdir(outside) == ["precious"]
    assert (folder / "listed-0001" / "train.ipynb").exists()


def test_pruning_believes_no_list_that_knows_nothing(volume):
    make_snapshot(volume, "forgotten-1", 100)
    make_snapshot(volume, "forgotten-2", 100)
    assert prune(volume, "group-1", [], DAY) == []
    assert prune(volume, "group-1", ["cat forgotten-2"], DAY) == ["forgotten-1"]


@pytest.mark.parametrize(
    "record", ["", "{", "[]", "null", '{"state": "created"}', '{"group": ["group-1"]}', "[" * 10**5]
)
def test_a_snapshot_of_nobody_knows_which_group_stays(volume, record):
    """Also when the volume is shared with another group, whose volume has the same name."""
    make_snapshot(volume, "others-0001", 100, record="group-2")
    make_snapshot(volume, "damaged-001", 100)
    damaged = folder_of(volume).with_name("damaged-001") / RECORD
    damaged.write_text(record)
    os.utime(damaged, (1, 1))
    os.utime(damaged.parent, (1, 1))
    make_snapshot(volume, "forgotten-1", 100)
    assert prune(volume, "group-1", ["cat listed-0001 needed-01"], DAY) == []
    make_snapshot(volume, "needed-0001", 100)
    assert prune(volume, "group-1", ["cat needed-0001"], DAY) == ["forgotten-1"]


def test_two_groups_with_one_volume_name(pruned, primehub):
    """`team_a` and `team-a`: what the other group's schedule needs is nothing that this group's lists know."""
    other = pruned.server(group_id="another-group", group_name="phusers")
    primehub.store.jobs.clear()
    other.context.execute = lambda *args, **kwargs: {"phJobs": [{"command": "cat recently"}], "phSchedules": []}
    assert other.prune() == []
    assert kept(pruned) == {"listed-1", "forgotten", "recently"}


def test_pruning_of_nothing(volume):
    assert prune(volume, "group-1", [], 0) == []
    assert prune(GroupVolume("gone", "/nowhere/at/all"), "group-1", [], 0) == []


def test_pruning_follows_no_planted_link(volume, outside):
    place = outside / "notebook-jobs" / "5f0c1234abcd"
    place.mkdir(parents=True)
    for each in (place, outside):
        os.utime(each, (1, 1))
    Path(volume.path, ".primehub").symlink_to(outside)
    assert prune(volume, "group-1", [], DAY) == []
    assert place.exists()
