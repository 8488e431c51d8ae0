"""What a hostile colleague can write where this package reads: job commands, notebooks, PrimeHub's answers, files."""

from __future__ import annotations

import json
import multiprocessing
import os
import time

import pytest

from kit import answers
from primehub_nbext import config, credentials, errors, jobs, resources, submission, volumes, workspace
from primehub_nbext.job_request import JobRequest
from primehub_nbext.notebook_file import examine
from primehub_nbext.notebook_job import BODY, NotebookJob
from primehub_nbext.snapshots import SubmissionFolder

SECONDS = 20
JOB = NotebookJob("/home/jovyan/phusers", "folder", "x.ipynb", "submission-1", "python3")


def within_seconds(function, *args):
    """What function(*args) answers; fails instead of hanging. A process of its own, because no thread can be ended."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(function(*args)), daemon=True)
    process.start()
    sender.close()
    try:
        assert receiver.poll(SECONDS), "no answer: this would have held the whole notebook server"
        return receiver.recv()
    finally:
        process.kill()
        process.join()


def command_with(parameters: str) -> str:
    command = JOB.to_command()
    assert "parameters='{}'" in command
    return command.replace("parameters='{}'", f"parameters='{parameters}'")


# --- commands that others wrote -------------------------------------------------------------------------------------


def test_a_command_made_to_stall_the_reader_is_told_apart_at_once():
    for word in ("a" * 60, "''" * 60, "$''" * 60, "\\'" * 60):
        assert within_seconds(NotebookJob.from_command, f"snapshot={word}!\nfolder=x{BODY}") is None


def test_yaml_that_multiplies_itself_is_no_job():
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    rows += [f"a{row}: &a{row} [" + ", ".join([f"*a{row - 1}"] * 8) + "]" for row in range(1, 10)]
    assert within_seconds(NotebookJob.from_command, command_with("{" + ", ".join(rows) + "}")) is None


@pytest.mark.parametrize(
    "parameters",
    [
        "&a {b: *a}", '{a: !!binary "aGVsbG8=\\n"}', "{a: !!set {b: null}}", '{a: !!int ""}', "{a: !!bool x}",
        "{a: !!timestamp x}", "{1: 2}", "{.nan: 1}", "{a: {.nan: 1}}", "{a: {1: 2}}", "{a b: 1}", "{class: 1}",
        '{a: "\\ud800"}', "{a: ! x}", "{a: &x y}", "{<<: {a: 1}}", "{a: !!python/name:os.system x}",
    ],
)  # fmt: skip
def test_yaml_that_we_never_write_is_no_job(parameters):
    assert NotebookJob.from_command(command_with(parameters)) is None


def test_an_endless_command_is_not_even_read():
    assert within_seconds(NotebookJob.from_command, command_with("{a: [" + "0, " * 2_000_000 + "0]}")) is None


def test_an_object_of_parameters_is_bounded_like_the_text():
    body = {"notebook_path": "x.ipynb", "display_name": "x", "instance_type": "x", "image": "x"}
    started = time.process_time()
    with pytest.raises(errors.InvalidParameters, match="too long"):
        JobRequest.from_body({**body, "parameters": {"a": [0] * 300_000}})
    assert time.process_time() - started < 2, "all other requests of the notebook server wait meanwhile"


# --- notebooks ------------------------------------------------------------------------------------------------------


def cells(*cells, **metadata) -> bytes:
    kernelspec = {"kernelspec": {"name": "python3", "language": "python"}, **metadata}
    return json.dumps({"cells": cells, "metadata": kernelspec, "nbformat": 4, "nbformat_minor": 5}).encode()


def tagged(source, **changes) -> dict:
    return {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source, "outputs": [], **changes}


@pytest.mark.parametrize(
    "content",
    [
        cells(tagged([1, 2])), cells(tagged([["a=1"]])), cells(tagged(5)), cells(tagged(None)), cells(tagged({"a": 1})),
        cells([]), cells(None), cells("x"), cells({}), cells({"cell_type": []}),
        cells(tagged("a=1", metadata=[])), cells(tagged("a=1", metadata={"tags": {"parameters": 1}})),
        cells(kernelspec=[]), cells(kernelspec=5), cells(kernelspec={"name": {}}), cells(language_info=[]),
        cells(tagged("a=" + "(" * 100_000)), cells(tagged("a=" + "-" * 100_000 + "1")), cells(tagged("a=1\0")),
        cells(tagged("a=0x" + "f" * 20_000)), cells(tagged("a='\\ud800'")), cells(tagged("a=" + "[" * 150 + "]" * 150)),
        cells(tagged("a={1, 2}; b=b'x'; c=1j; d=..., e=(1,)")), b"[" * 200_000, b"\xff\xfe", b"", b"null", b"5",
        b'{"nbformat": 4}', b'{"nbformat": []}', b'{"nbformat": 99, "nbformat_minor": 0}', b'{"nbformat": 1e999}',
        b'{"nbformat": 3, "nbformat_minor": 0, "worksheets": 5, "metadata": {}}',
        b'{"nbformat": 3, "nbformat_minor": 0, "worksheets": [], "metadata": {}}',
        b'{"nbformat": 2, "nbformat_minor": {}, "worksheets": [{"cells": [5]}], "metadata": {}}',
    ],
)  # fmt: skip
def test_a_notebook_of_any_shape_is_read_or_refused(content):
    answer = examine(content)
    assert set(answer) in ({"kernel", "parameters"}, {"code"})
    json.dumps(answer, allow_nan=False)


# --- PrimeHub's answers ---------------------------------------------------------------------------------------------


class Answering:
    """A PrimeHub client that answers what it was given."""

    endpoint = "http://primehub.example/api/graphql"

    def __init__(self, data):
        self.data = data

    def execute(self, document, variables, token, **options):
        return self.data


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A workspace with an empty group volume in a home of its own."""
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "a-token")
    (tmp_path / "phusers").mkdir()
    settings = config.PrimeHub(
        home_dir=str(tmp_path), group_id="g", group_name="phusers", token_file=str(tmp_path / "token.json"),
        sdk_config_file=str(tmp_path / "sdk.json"), settle_timeout=0.0, create_timeout=0.0,
        api_endpoint=Answering.endpoint,
    )  # fmt: skip
    return workspace.Workspace(settings)


ODD = [5, -1, 1.5, 10**400, True, [], {}, [[]], "", "\ud800", "\0", "../../x", "x" * 100_000, None, float("nan")]


@pytest.mark.parametrize("value", ODD, ids=lambda value: repr(value)[:20])
def test_a_job_with_any_field_odd_is_shown_passed_over_or_a_bad_answer(place, tmp_path, value):
    root = str(tmp_path)
    command = NotebookJob(f"{root}/phusers", "", "x.ipynb", "submission-1", "python3").to_command()
    good = {"id": "job-1", "command": command, "createTime": "2026-11-22T10:30:00Z", "phase": "Running"}
    fields = ["id", "displayName", "command", "image", "instanceType", "userName", "phase", "reason", "message"]
    for field in [*fields, "createTime", "startTime", "finishTime"]:
        for odd in (value, [value], {"name": value}):
            place.client = Answering({"phJobs": [{**good, field: odd}, good], "phJob": {**good, field: odd}})
            listed = jobs.Jobs(place).list(root)
            assert "job-1" in [each["id"] for each in listed], "one odd job hides the others"
            json.dumps(listed, allow_nan=False)
            try:
                json.dumps(jobs.Jobs(place).get("job-1", root), allow_nan=False)
            except errors.BadAnswer:
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
                json.dumps(resources.read_resources(answer, "g").to_dict(), allow_nan=False)
    for field in [*group, "quotaCpu", "projectQuotaCpu", "projectQuotaGpu", "jobDefaultActiveDeadlineSeconds"]:
        for odd in (value, [value], {"cpuUsage": value}):
            try:
                answer = answers.resources({**group, "resourceStatus": odd, field: odd}, "g")
                json.dumps(resources.read_resources(answer, "g").to_dict(), allow_nan=False)
            except errors.PrimeHubError as error:
                assert error.code != "internal_error"


@pytest.mark.parametrize("lost", [None, {"id": "job-2"}, {"id": "job-2", "command": None}])
def test_what_an_answer_leaves_out_is_not_taken_as_not_there(place, lost):
    """A gap in a list could be the job that is looked for, or the one that needs a snapshot."""
    place.config.snapshot_max_age = 1.0
    snapshot = os.path.join(records_folder(place), "x.ipynb")
    with open(snapshot, "w"):
        os.utime(snapshot, (1, 1))
    os.utime(os.path.dirname(snapshot), (1, 1))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls"}, lost], "phSchedules": []})
    assert submission.Submissions(place).sweep() == []
    with pytest.raises(errors.SubmissionUnknown):
        submission.Submissions(place)._look_up("submission-1", {"sent_at": 1.0}, "a-token")
    os.mkdir(os.path.join(os.path.dirname(os.path.dirname(snapshot)), "submission-2"))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls submission-2"}], "phSchedules": []})
    assert submission.Submissions(place).sweep() == ["submission-1"]
    assert submission.Submissions(place)._look_up("submission-1", {"sent_at": 1.0}, "a-token") is None


# --- files ----------------------------------------------------------------------------------------------------------


def submission_folder(place):
    return SubmissionFolder(place.volume, "submission-1")


def records_folder(place):
    folder = os.path.join(place.volume.path, ".primehub/notebook-jobs/submission-1")
    os.makedirs(folder)
    return folder


def test_a_pipe_in_the_place_of_a_record_or_lock_holds_nobody(place):
    folder = records_folder(place)
    os.mkfifo(os.path.join(folder, "submission.json"))
    os.mkfifo(os.path.join(folder, ".lock"))

    def read():
        try:
            with submission_folder(place) as opened:
                return opened.read_record()
        except errors.SnapshotError as error:
            return error.code

    assert within_seconds(read) in ({}, "snapshot_failed")


@pytest.mark.parametrize("content", ["[" * 200_000, "x" * 3_000_000, "[]", "null", "\ud800", '{"state": {}}', "NaN"])
def test_a_damaged_record_is_none(place, content):
    with open(os.path.join(records_folder(place), "submission.json"), "w", errors="surrogatepass") as file:
        file.write(content)
    with submission_folder(place) as folder:
        assert folder.read_record().get("state") not in ("sent", "created")


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
            assert opened.read_record() == {}
            opened.write_record({"state": "sent"})
    except errors.SnapshotError:
        pass
    assert os.listdir(outside) == ["file"]
    assert (outside / "file").read_text() == '{"state": "created"}'


def test_a_lock_that_a_colleague_never_gives_back_is_not_waited_for_for_ever(place, monkeypatch):
    monkeypatch.setattr("primehub_nbext.snapshots.LOCK_SECONDS", 0.2)

    def locked():
        try:
            with submission_folder(place):
                return "locked"
        except errors.PrimeHubError as error:
            return error.code

    with submission_folder(place):
        assert within_seconds(locked) == "submission_unknown"
    assert within_seconds(locked) == "locked"


FORGED = {
    "no id": {"id": None},
    "id is a list": {"id": ["job-1"]},
    "id is half a character": {"id": "\ud800"},
    "id leads elsewhere": {"id": "../../../evil"},
    "no more than a state": None,
    "texts are numbers": {
        "display_name": 5,
        "image": [],
        "instance_type": {},
        "user": 1,
        "create_time": 2,
        "phase": [],
    },
    "sent at a word": {"state": "sent", "sent_at": "soon"},
    "sent at no time": {"state": "sent", "sent_at": float("nan")},
    "sent at the end of time": {"state": "sent", "sent_at": 1e300},
    "ended at a word": {"state": "sent", "ended_at": "soon"},
    "ended at a list": {"state": "sent", "ended_at": [1]},
    "ended at the end of time": {"state": "sent", "ended_at": 1e300},
    "ended before all time": {"state": "sent", "ended_at": float("-inf")},
}


@pytest.mark.parametrize("changes", FORGED.values(), ids=list(FORGED))
def test_a_forged_record_is_taken_as_none_or_answered_in_order(place, tmp_path, changes):
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu", "image": "base"}
    request = JobRequest.from_body({**body, "submission_id": "submission-1"})
    (tmp_path / "phusers/x.ipynb").write_bytes(cells())
    thing = {"name": "cpu"}
    group = {
        "name": "phusers",
        "enabledSharedVolume": True,
        "instanceTypes": [thing],
        "images": [{"name": "base", "url": "x"}],
    }
    place.client = Answering({**answers.resources(group, "g"), "phJobs": [], "createPhJob": {"id": "job-new"}})
    job = NotebookJob(place.volume.path, "", "x.ipynb", "submission-1", "python3")
    record = {"state": "created", "notebook_path": "phusers/x.ipynb", "command": job.to_command()}
    if changes is not None:
        record.update({"id": "job-old", "sent_at": 1.0, **changes})
    with open(os.path.join(records_folder(place), "submission.json"), "w") as file:
        json.dump(record, file)

    def submit():
        try:
            record, job, _ = submission.Submissions(place).submit(request, str(tmp_path))
            view = jobs.Jobs(place).view_of_submission(record, job, str(tmp_path))
            return json.loads(json.dumps(view, allow_nan=False))["id"]
        except errors.PrimeHubError as error:
            return error.code

    assert within_seconds(submit) in ("job-old", "job-new", "submission_unknown", "submission_not_created")


def test_a_record_with_the_command_of_another_notebook_is_not_believed(place, tmp_path):
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu", "image": "base"}
    request = JobRequest.from_body({**body, "submission_id": "submission-1"})
    (tmp_path / "phusers/x.ipynb").write_bytes(cells())
    group = {
        "name": "phusers",
        "enabledSharedVolume": True,
        "instanceTypes": [{"name": "cpu"}],
        "images": [{"name": "base", "url": "base:1"}],
    }
    place.client = Answering({**answers.resources(group, "g"), "phJobs": [], "createPhJob": {"id": "job-new"}})
    other = NotebookJob(place.volume.path, "", "other.ipynb", "submission-2", "python3").to_command()
    record = {"state": "created", "notebook_path": "phusers/x.ipynb", "command": other, "id": "job-other"}
    with open(os.path.join(records_folder(place), "submission.json"), "w") as file:
        json.dump(record, file)
    record, job, created = submission.Submissions(place).submit(request, str(tmp_path))
    assert (record["id"], job.submission_id, created) == ("job-new", "submission-1", True)


def test_a_damaged_token_file_is_none(place, tmp_path):
    place.client = Answering({"me": {"username": "alice"}})
    for token in (5, ["x"], {}, None, "with\nnewline", ""):
        (tmp_path / "token.json").write_text(
            json.dumps({"endpoint": Answering.endpoint, "token": token, "user": ["x"]})
        )
        assert place.credentials.describe(ask=True)["source"] == "environment"
    (tmp_path / "token.json").write_text("[" * 100_000)
    assert place.credentials.describe()["source"] == "environment"


def test_the_sdk_files_token_goes_to_the_sdk_files_endpoint_only(place, tmp_path, monkeypatch):
    monkeypatch.delenv("PRIMEHUB_API_TOKEN")
    file = tmp_path / "sdk.json"
    for endpoint, source in (("https://one.example/graphql", "sdk_file"), ("https://two.example/graphql", None)):
        file.write_text(json.dumps({"endpoint": endpoint, "api-token": "a-token"}))
        settings = config.PrimeHub(api_endpoint="", token_file=str(tmp_path / "token.json"), sdk_config_file=str(file))
        client = Answering({})
        client.endpoint = "https://one.example/graphql"  # read when the server started
        assert credentials.Credentials(settings, client).describe()["source"] == source


def test_a_group_name_that_is_no_text_breaks_no_page(place):
    place.config.group_name = "ph\udcffusers"
    assert place.console_link("job").startswith("/console/g/")


def test_names_that_only_look_like_the_volume_are_outside(place, tmp_path):
    (tmp_path / "phusers-old").mkdir()
    (tmp_path / "phusers-old/x.ipynb").write_bytes(cells())
    os.mkfifo(tmp_path / "phusers/pipe.ipynb")
    os.symlink("/proc/self/root", tmp_path / "phusers/root")
    os.symlink("/dev/zero", tmp_path / "phusers/zero.ipynb")
    for path in (
        "phusers-old/x.ipynb",
        "phusers/root/etc/x.ipynb",
        "phusers/zero.ipynb",
        "phusers/../x",
        "/etc/passwd",
    ):
        with pytest.raises(errors.OutsideGroupVolume):
            place.volume.place(str(tmp_path), path)
    for path in ("phusers/pipe.ipynb", "phusers/\ud800.ipynb", "phusers/" + "x" * 300 + ".ipynb"):
        with pytest.raises(errors.NotebookNotFound):
            place.volume.place(str(tmp_path), path)
    with pytest.raises(OSError):
        volumes.open_inside(place.volume.open_root(), "pipe.ipynb")
