"""What a hostile colleague can write where this package reads: job commands, notebooks, PrimeHub's answers, files."""

from __future__ import annotations

import json
import multiprocessing
import os
import time

import pytest

from kit import answers
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.jobs.body import BODY
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.listing import get_job, list_jobs
from primehub_nbext.jobs.record import SubmissionRecord
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.snapshot import SubmissionFolder
from primehub_nbext.jobs.submissions import Submissions
from primehub_nbext.jobs.view import view_of_submission
from primehub_nbext.notebooks.errors import InvalidParameters, NotebookNotFound, OutsideGroupVolume, VolumeError
from primehub_nbext.notebooks.file import examine
from primehub_nbext.notebooks.folders import open_inside
from primehub_nbext.primehub.credentials import Credentials
from primehub_nbext.primehub.errors import BadAnswer
from primehub_nbext.primehub.resources import read_resources

SECONDS = 20
OTHER = NotebookJob("/home/jovyan/phusers", "", "other.ipynb", "submission-2", "python3").to_command()
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
    with pytest.raises(InvalidParameters, match="too long"):
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
    """A context with an empty group volume in a home of its own."""
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", "a-token")
    (tmp_path / "phusers").mkdir()
    settings = PrimeHub(
        home_dir=str(tmp_path), group_id="g", group_name="phusers", token_file=str(tmp_path / "token.json"),
        sdk_config_file=str(tmp_path / "sdk.json"), settle_timeout=0.0,
        api_endpoint=Answering.endpoint,
    )  # fmt: skip
    return Context(settings)


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
            listed = list_jobs(place, root)
            assert "job-1" in [each["id"] for each in listed], "one odd job hides the others"
            json.dumps(listed, allow_nan=False)
            try:
                json.dumps(get_job(place, "job-1", root), allow_nan=False)
            except BadAnswer:
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
                json.dumps(read_resources(answer, "g").to_dict(), allow_nan=False)
    for field in [*group, "quotaCpu", "projectQuotaCpu", "projectQuotaGpu", "jobDefaultActiveDeadlineSeconds"]:
        for odd in (value, [value], {"cpuUsage": value}):
            try:
                answer = answers.resources({**group, "resourceStatus": odd, field: odd}, "g")
                json.dumps(read_resources(answer, "g").to_dict(), allow_nan=False)
            except PrimeHubError as error:
                assert error.code != "internal_error"


@pytest.mark.parametrize("lost", [None, {"id": "job-2"}, {"id": "job-2", "command": None}])
def test_what_an_answer_leaves_out_is_not_taken_as_not_there(place, lost):
    """A gap in a list could be the job that needs a snapshot."""
    place.config.snapshot_max_age = 1.0
    snapshot = os.path.join(records_folder(place), "x.ipynb")
    with open(snapshot, "w"):
        os.utime(snapshot, (1, 1))
    os.utime(os.path.dirname(snapshot), (1, 1))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls"}, lost], "phSchedules": []})
    assert Submissions(place).prune() == []
    os.mkdir(os.path.join(os.path.dirname(os.path.dirname(snapshot)), "submission-2"))
    place.client = Answering({"phJobs": [{"id": "job-1", "command": "ls submission-2"}], "phSchedules": []})
    assert Submissions(place).prune() == ["submission-1"]


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
        except VolumeError as error:
            return error.code

    assert within_seconds(read) == "", "what is there cannot be made out"


@pytest.mark.parametrize("content", ["[" * 200_000, "x" * 3_000_000, "[]", "null", "\ud800", '{"state": {}}', "NaN"])
def test_a_damaged_record_means_that_something_may_have_been_sent(place, content):
    with open(os.path.join(records_folder(place), "submission.json"), "w", errors="surrogatepass") as file:
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
def test_a_forged_record_is_believed_where_it_is_valid_and_no_further(place, tmp_path, name):
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu", "image": "base"}
    request = JobRequest.from_body({**body, "submission_id": "submission-1"})
    (tmp_path / "phusers/x.ipynb").write_bytes(cells())
    image = {"name": "base", "url": "x"}
    group = {"name": "phusers", "enabledSharedVolume": True, "instanceTypes": [{"name": "cpu"}], "images": [image]}
    place.client = Answering({**answers.resources(group, "g"), "phJobs": [], "createPhJob": {"id": "job-new"}})
    job = NotebookJob(place.volume.path, "", "x.ipynb", "submission-1", "python3")
    changes, expected = FORGED[name]
    details = {"id": "job-old", "phase": "Running", "user": "alice", "create_time": None}
    record = SubmissionRecord().sent(request, "g", job.to_command()).created(request, details, job.to_command())
    with open(os.path.join(records_folder(place), "submission.json"), "w") as file:
        json.dump({**record.to_dict(), **changes}, file)

    def submit():
        record, job, _ = Submissions(place).submit(request, str(tmp_path))
        assert job.submission_id == "submission-1"
        view = view_of_submission(place, record, job, str(tmp_path))
        return json.loads(json.dumps(view, allow_nan=False))["id"]

    assert within_seconds(submit) == expected


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
        settings = PrimeHub(api_endpoint="", token_file=str(tmp_path / "token.json"), sdk_config_file=str(file))
        client = Answering({})
        client.endpoint = "https://one.example/graphql"  # read when the server started
        assert Credentials(settings, client).describe()["source"] == source


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
        with pytest.raises(OutsideGroupVolume):
            place.volume.place(str(tmp_path), path)
    for path in ("phusers/pipe.ipynb", "phusers/\ud800.ipynb", "phusers/" + "x" * 300 + ".ipynb"):
        with pytest.raises(NotebookNotFound):
            place.volume.place(str(tmp_path), path)
    with pytest.raises(OSError):
        open_inside(place.volume.open_root(), "pipe.ipynb")
