"""Submissions against a PrimeHub that misbehaves: one job, or none and said so, or unknown until it is looked up."""

from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import misbehaving as told
from kit.answers import membership, resources
from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from primehub_nbext import errors, snapshots
from primehub_nbext.config import PrimeHub
from primehub_nbext.job_request import JobRequest
from primehub_nbext.notebook_job import SNAPSHOTS, NotebookJob
from primehub_nbext.submission import Submissions
from primehub_nbext.volumes import open_inside
from primehub_nbext.workspace import Workspace

ID = "submission-1"
PATIENCE = 30  # seconds in which a submission must be resolved


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


class Person:
    """Somebody with a notebook in the group volume, and as many notebook servers as they like."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path):
        self.primehub = primehub
        self.home = home
        self.volume = home / "phusers"
        self.notebook = write_notebook(self.volume / "experiment-1" / "train.ipynb", "print(1)")
        self._settings = {
            "api_endpoint": primehub.endpoint,
            "home_dir": str(home),
            "group_id": primehub.group["id"],
            "group_name": primehub.group["name"],
            "token_file": str(home / "token.json"),
            "sdk_config_file": str(home / "config.json"),
            "settle_timeout": 0.5,
            "create_timeout": 1.0,
        }

    def server(self, **settings) -> Submissions:
        """What a notebook server has, freshly started."""
        return Submissions(Workspace(PrimeHub(**{**self._settings, **settings})))

    def submit(self, server: Submissions | None = None, **changes) -> tuple[dict, NotebookJob, bool]:
        body = {
            "notebook_path": "phusers/experiment-1/train.ipynb",
            "display_name": "train",
            "instance_type": "cpu-1",
            "image": "base-notebook",
            "parameters": "start=1",
            "submission_id": ID,
            **changes,
        }
        return (server or self.server()).submit(JobRequest.from_body(body), str(self.home))

    def submit_until_known(self, server: Submissions | None = None) -> tuple[dict, NotebookJob, bool]:
        """What a person does who presses Submit again whenever they are told to."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.submit(server)
            except errors.SubmissionUnknown:
                assert time.monotonic() < until, "this submission is never resolved"

    def files(self) -> list[str]:
        """All that submissions have left in the volume."""
        folder = self.volume / SNAPSHOTS
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


@pytest.fixture
def person(primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    return Person(primehub, tmp_path)


def only_job(primehub: MisbehavingPrimeHub, submission_id: str = ID) -> dict:
    """The one job of a submission, which has its snapshot."""
    jobs = primehub.jobs_of(submission_id)
    assert len(jobs) == 1
    return jobs[0]


# The same submission again


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
    assert person.files() == [ID, f"{ID}/.lock", f"{ID}/submission.json", f"{ID}/train.ipynb"]


def test_the_same_submission_again_is_the_same_job(person, primehub):
    first, job, created = person.submit()
    server = person.server()
    for again in (person.submit(), person.submit(server), person.submit(server, display_name="another name")):
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


def test_the_id_of_another_notebook_is_refused(person, primehub):
    person.submit()
    write_notebook(person.volume / "other.ipynb", "2")
    with pytest.raises(errors.SubmissionConflict):
        person.submit(notebook_path="phusers/other.ipynb")
    assert len(primehub.store.jobs) == 1


# The answer gets lost


LOST = {
    "reset": told.reset(executed=True),
    "reset in the head": told.reset_within("head"),
    "reset in the body": told.reset_within("body"),
    "502 page": told.page(502, executed=True),
    "503 page": told.page(503, executed=True),
    "504 page": told.page(504, executed=True),
    "200 page": told.page(200, executed=True),
    "truncated": told.truncated("length"),
    "truncated JSON": told.truncated("none"),
    "null": told.answering({"data": {"createPhJob": None}}, executed=True),
    "no id": told.answering({"data": {"createPhJob": {}}}, executed=True),
    "a list": told.answering({"data": {"createPhJob": [1]}}, executed=True),
    "internal error": told.answering({"errors": [{"message": "Internal server error"}]}, executed=True),
    "not found again": told.answering({"errors": [{"message": 'phjobs.primehub.io "x" not found'}]}, executed=True),
    "huge": told.answering(b" " * 20_000_000, executed=True),
    "redirect": told.answering(b"", status=302, executed=True),
}


@pytest.mark.parametrize("name", LOST)
def test_a_job_whose_answer_is_lost_is_found(person, primehub, name):
    primehub.on("CreateJob", LOST[name])
    record, job, created = person.submit()
    assert created
    assert record["id"] == only_job(primehub)["id"]
    assert Path(job.snapshot).read_bytes() == person.notebook.read_bytes()
    assert (person.submit()[0]["id"], primehub.count("CreateJob")) == (record["id"], 1)


@pytest.mark.parametrize("lag", [0.3, 1.5])
def test_a_list_that_lags(person, primehub, lag):
    primehub.list_lag = lag
    primehub.on("CreateJob", told.reset(executed=True))
    record, _, _ = person.submit(person.server(settle_timeout=lag + 3))
    assert record["id"] == only_job(primehub)["id"]
    assert primehub.count("MyCommands") > 1


def test_a_time_out_after_which_there_is_a_job(person, primehub):
    primehub.on("CreateJob", told.silent(executed=True))
    record, _, created = person.submit(person.server(request_timeout=1.0))
    assert (record["id"], created) == (only_job(primehub)["id"], True)


REFUSED_BY_PRIMEHUB = {
    "null": told.answering({"data": {"createPhJob": None}}),
    "internal error": told.answering({"errors": [{"message": "Internal server error"}]}),
    "not found again": told.answering({"errors": [{"message": 'phjobs.primehub.io "x" not found'}]}),
}
# A gateway that gives up says nothing of what PrimeHub does behind it.
GIVEN_UP = {
    "reset": told.reset(executed=False),
    "502 page": told.page(502),
    "not JSON": told.answering(b"oops"),
    "redirect": told.redirecting("http://127.0.0.1:1/"),
}


@pytest.mark.parametrize("name", REFUSED_BY_PRIMEHUB)
def test_a_job_that_was_not_made_is_told_so_and_can_be_made(person, primehub, name):
    primehub.on("CreateJob", REFUSED_BY_PRIMEHUB[name], nth=1)
    with pytest.raises(errors.SubmissionNotCreated) as caught:
        person.submit(person.server(create_timeout=60.0))
    assert caught.value.status == 502
    assert caught.value.message.endswith("The job was not created.")
    assert person.files() == []
    assert person.submit()[0]["id"] == only_job(primehub)["id"]


@pytest.mark.parametrize("name", GIVEN_UP)
def test_a_gateway_that_gave_up_proves_nothing_until_primehub_has(person, primehub, name):
    primehub.on("CreateJob", GIVEN_UP[name], nth=1)
    server = person.server(settle_timeout=0.2, create_timeout=1.0)
    with pytest.raises(errors.SubmissionUnknown) as caught:
        person.submit(server)
    assert caught.value.status == 502
    assert "In 1 seconds" in caught.value.hint
    assert f"{ID}/train.ipynb" in person.files(), "PrimeHub may still make the job, which needs its snapshot"
    record, _, created = person.submit_until_known(server)
    assert (record["id"], created) == (only_job(primehub)["id"], True)
    assert primehub.count("CreateJob") == 2


@pytest.mark.parametrize("settle", [0.2, 3.0], ids=["told unknown first", "waited for"])
def test_a_gateway_that_gives_up_before_primehub_makes_the_job(person, primehub, settle):
    """The answer of the gateway comes first, the job 1.5 s later: still one."""
    primehub.on("CreateJob", told.page(502, executed_after=1.5), nth=1)
    record, _, _ = person.submit_until_known(person.server(settle_timeout=settle, create_timeout=5.0))
    assert record["id"] == only_job(primehub)["id"]
    assert primehub.count("CreateJob") == 1


def test_nothing_was_sent(person, primehub):
    """PrimeHub goes away after the check and before the mutation: certain at once, without a look."""

    def go_away(exchange):
        told.behave(exchange)
        exchange.primehub.stop_listening()
        exchange.close()

    primehub.on("Resources", go_away)
    with pytest.raises(errors.Unreachable) as caught:
        person.submit()
    assert not caught.value.sent
    assert person.files() == []
    assert (primehub.count("CreateJob"), primehub.count("MyCommands")) == (0, 0)


def test_a_time_out_stays_unknown_until_it_is_certain(person, primehub):
    primehub.on("CreateJob", told.silent(executed=False), nth=1)
    server = person.server(request_timeout=1.0, create_timeout=2.5)
    with pytest.raises(errors.SubmissionUnknown) as caught:
        person.submit(server)
    assert caught.value.status == 504
    assert caught.value.link == "/console/g/phusers/job"
    assert (primehub.count("CreateJob"), primehub.store.jobs) == (1, {})
    assert f"{ID}/train.ipynb" in person.files(), "PrimeHub may still make the job, which needs its snapshot"
    record, _, created = person.submit_until_known()
    assert (record["id"], created) == (only_job(primehub)["id"], True)
    assert primehub.count("CreateJob") == 2


def test_a_job_that_is_made_late_is_not_made_twice(person, primehub):
    primehub.on("CreateJob", told.late(2.0, executed=False), nth=1)
    server = person.server(request_timeout=0.7, create_timeout=20.0)
    with pytest.raises(errors.SubmissionUnknown):
        person.submit(server)
    record, job, _ = person.submit_until_known(server)
    assert record["id"] == only_job(primehub)["id"]
    assert primehub.count("CreateJob") == 1
    assert Path(job.snapshot).read_bytes() == person.notebook.read_bytes()


@pytest.mark.parametrize("restarted", [True, False], ids=["another server", "the same server"])
def test_unknown_while_primehub_cannot_be_asked(person, primehub, restarted):
    server = person.server()
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("MyCommands", told.page(502))
    with pytest.raises(errors.SubmissionUnknown) as caught:
        person.submit(server)
    assert caught.value.status == 502
    with pytest.raises(errors.SubmissionUnknown):
        person.submit(person.server() if restarted else server)
    primehub.behave()
    record, _, _ = person.submit(person.server() if restarted else server)
    assert record["id"] == only_job(primehub)["id"]
    assert primehub.count("CreateJob") == 1


def test_a_job_list_of_another_shape_proves_nothing(person, primehub):
    primehub.on("CreateJob", told.reset(executed=True))
    for answer in ({"phJobs": None, "x": 1}, {"phJobs": {}}, {"jobs": []}):
        primehub.on("MyCommands", told.answering({"data": answer}))
        with pytest.raises(errors.SubmissionUnknown):
            person.submit()
    primehub.behave()
    assert person.submit()[0]["id"] == only_job(primehub)["id"]


def test_a_token_revoked_after_sending(person, primehub, monkeypatch):
    def make_and_revoke(exchange):
        exchange.execute()
        exchange.primehub.store.revoke_tokens("alice")
        exchange.reset()

    primehub.on("CreateJob", make_and_revoke, nth=1)
    for _ in range(2):  # also when it is asked for again, with the token that holds no more
        with pytest.raises(errors.SubmissionUnknown) as caught:
            person.submit()
        assert caught.value.to_dict()["cause"] == "token_rejected"
        assert errors.TokenRejected.message in caught.value.message
    assert f"{ID}/train.ipynb" in person.files()
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.store.issue_token("alice"))
    assert person.submit()[0]["id"] == only_job(primehub)["id"]
    assert primehub.count("CreateJob") == 1


def test_a_record_that_cannot_be_read_is_not_taken_for_none(person, primehub, monkeypatch):
    """As on a network volume in trouble: there may be a job, which this record knows."""
    first, _, _ = person.submit()
    trouble = [OSError(errno.EIO, "Input/output error"), OSError(errno.ESTALE, "Stale file handle")]

    def in_trouble(folder, name):
        if name == "submission.json" and trouble:
            raise trouble.pop()
        return open_inside(folder, name)

    monkeypatch.setattr(snapshots, "open_inside", in_trouble)
    for _ in range(2):
        with pytest.raises(errors.SubmissionUnknown) as caught:
            person.submit()
        assert caught.value.to_dict()["cause"] == "volume_unreadable"
    assert (person.submit()[0]["id"], primehub.count("CreateJob")) == (first["id"], 1)


def test_a_notebook_named_like_a_temporary_file_keeps_its_snapshot(person, primehub):
    write_notebook(person.volume / ".tmp-1.ipynb", "1")
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("MyCommands", told.page(502))
    with pytest.raises(errors.SubmissionUnknown):
        person.submit(notebook_path="phusers/.tmp-1.ipynb")
    primehub.behave()
    _, job, _ = person.submit(notebook_path="phusers/.tmp-1.ipynb")
    assert Path(job.snapshot).exists()


def test_a_rerun_is_not_taken_for_the_submission(person, primehub):
    primehub.on("CreateJob", told.reset(executed=True))
    primehub.on("MyCommands", told.page(502))
    with pytest.raises(errors.SubmissionUnknown):
        person.submit()
    (first,) = primehub.store.jobs.values()
    first["createTime"] = "2020-01-01T00:00:00Z"
    primehub.store.rerun_job(primehub.store.users["alice"], first["id"])
    primehub.behave()
    assert person.submit()[0]["id"] == first["id"]


# Refused: nothing submitted, nothing left behind


REFUSALS = {
    "quota": ("User Gpu Quota exceeded", "EXCEED_QUOTA", errors.QuotaExceeded),
    "licence": ("License invalid", "LICENSE_ERROR", errors.LicenseError),
    "access": ("user not auth", "NOT_AUTH", errors.AccessDenied),
    "token": ("Context creation failed: Invalid API Token", "INTERNAL_ERROR", errors.TokenRejected),
    "no jobs": ('Cannot query field "createPhJob" on type "Mutation".', None, errors.JobsUnavailable),
}


@pytest.mark.parametrize("operation", ["Resources", "CreateJob"])
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_leaves_nothing_and_can_be_retried(person, primehub, name, operation):
    message, code, expected = REFUSALS[name]
    primehub.on(operation, told.refusing(message, code), nth=1)
    server = person.server()
    with pytest.raises(expected):
        person.submit(server)
    assert (person.files(), primehub.store.jobs, primehub.count("MyCommands")) == ([], {}, 0)
    assert person.submit(server)[0]["id"] == only_job(primehub)["id"]


def test_more_than_the_quota(person, primehub):
    with pytest.raises(errors.QuotaExceeded) as caught:
        person.submit(instance_type="gpu-4")
    assert caught.value.field == "instance_type"
    assert "Quota exceeded" in caught.value.message
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_retry_carries_what_was_corrected(person, primehub):
    """After a refusal the same dialog submits other values, and the notebook as it is now."""
    with pytest.raises(errors.QuotaExceeded):
        person.submit(instance_type="gpu-4")
    write_notebook(person.notebook, "print('edited')")
    _, job, _ = person.submit(parameters="start=5")
    assert only_job(primehub)["instanceType"] == "cpu-1"
    assert (job.parameters, Path(job.snapshot).read_bytes()) == ({"start": 5}, person.notebook.read_bytes())


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (None, errors.GroupNotFound),
        ({"enabledSharedVolume": False}, errors.NoGroupVolume),
        ({"enabledSharedVolume": True, "instanceTypes": [], "images": []}, errors.NoInstanceTypes),
        ({"enabledSharedVolume": True, "instanceTypes": [{"name": "cpu-1"}], "images": []}, errors.NoImages),
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
    with pytest.raises(errors.TokenRejected):
        person.submit(server)
    assert person.files() == before
    assert len(primehub.store.jobs) == 1


def test_a_notebook_that_is_gone(person, primehub):
    person.notebook.unlink()
    with pytest.raises(errors.NotebookNotFound):
        person.submit()
    assert (person.files(), primehub.store.jobs) == ([], {})


@pytest.mark.parametrize("turn", [1, 2], ids=["before it is looked at", "before it is copied"])
def test_a_notebook_that_vanishes_meanwhile(person, primehub, turn):
    def vanish(exchange):
        person.notebook.unlink()
        told.behave(exchange)

    primehub.on("Resources", vanish, nth=turn)
    with pytest.raises(errors.NotebookNotFound):
        person.submit(person.server(resources_max_age=0.0))
    assert primehub.count("Resources") == turn
    assert (person.files(), primehub.store.jobs) == ([], {})


def test_a_notebook_that_is_replaced_by_a_link_meanwhile(person, primehub, tmp_path):
    """What was checked is not what is copied: nothing outside the volume may get into it."""
    outside = write_notebook(tmp_path / "secret.ipynb", "'secret'")

    def swap(exchange):
        person.notebook.unlink()
        person.notebook.symlink_to(outside)
        told.behave(exchange)

    primehub.on("Resources", swap, nth=2)
    with pytest.raises(errors.OutsideGroupVolume):
        person.submit(person.server(resources_max_age=0.0))
    assert (person.files(), primehub.store.jobs) == ([], {})


# The sweep


@pytest.fixture
def swept(person):
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


def test_only_what_is_old_and_not_needed_goes(swept):
    assert swept.server().sweep() == ["forgotten"]
    assert kept(swept) == {"listed-1", "recently"}


def test_no_more_than_once_a_day(swept):
    server = swept.server()
    assert server.sweep() == ["forgotten"]
    age(swept, "recently")
    assert server.sweep() == []
    assert swept.server().sweep() == ["recently"]


@pytest.mark.parametrize("settings", [{"sweep": False}, {"snapshot_max_age": 0.0}], ids=["off", "age 0"])
def test_the_sweep_can_be_turned_off(swept, settings):
    assert swept.server(**settings).sweep() == []
    assert len(kept(swept)) == 3


def test_snapshots_of_schedules_and_of_edited_commands_stay(swept, primehub):
    command = only_job(primehub, "listed-1")["command"]
    primehub.store.jobs.clear()
    bob = primehub.store.users["bob"]
    job = {"displayName": "b", "groupId": primehub.group["id"], "instanceType": "cpu-1", "image": "base-notebook"}
    primehub.store.create_schedule(bob, {**job, "command": command})
    assert swept.server().sweep() == ["forgotten"]
    primehub.store.schedules.clear()
    edited = command + "\necho edited by hand"
    assert NotebookJob.from_command(edited) is None
    primehub.store.create_job(bob, {**job, "command": edited})
    assert swept.server().sweep() == []
    primehub.store.jobs.clear()
    swept.submit(submission_id="yet-another")
    assert swept.server().sweep() == ["listed-1"]


BLIND = {
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
def test_a_sweep_that_cannot_see_deletes_nothing(swept, primehub, name):
    primehub.on("GroupCommands", BLIND[name])
    assert swept.server().sweep() == []
    assert len(kept(swept)) == 3
    assert primehub.count("GroupCommands") >= 1


def test_what_is_not_ours_stays(swept):
    folder = swept.volume / SNAPSHOTS
    (folder / "short").mkdir()
    (folder / "a file of mine.txt").write_text("mine")
    (folder / "linked-1").symlink_to(swept.volume / "experiment-1")
    age(swept, "short")
    for path in (swept.volume / "experiment-1").iterdir():
        os.utime(path, (0, 0))
    assert swept.server().sweep() == ["forgotten"]
    assert swept.notebook.exists()
    assert {"short", "a file of mine.txt", "linked-1"} <= kept(swept)
