"""A NotebookJob and its command are exact inverses; what a job cannot carry is refused, not mangled."""

from __future__ import annotations

import math
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import properties
from primehub_nbext.jobs.body import BODY
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.quoting import quote, unquote
from primehub_nbext.notebooks.errors import InvalidParameters, UnsupportedName
from primehub_nbext.notebooks.parameters.flow import from_yaml
from primehub_nbext.primehub.group import volume_name

VOLUME = "/home/jovyan/phusers"
YAML = '{"start": 1, "end": 10}'


def job(**changes) -> NotebookJob:
    given = {"volume": VOLUME, "folder": "experiment-1", "name": "train.ipynb", "submission_id": "5f0c1234"}
    return NotebookJob(**{**given, "kernel": "python3", "parameters": {"start": 1, "end": 10}, **changes})


def parts(job: NotebookJob) -> tuple:
    """Every field, with values told apart by type."""
    return (job.volume, job.folder, job.name, job.submission_id, job.kernel, repr(job.parameters), job.attempt)


def test_where_things_are():
    assert job().working_directory == "/home/jovyan/phusers/experiment-1"
    assert job().notebook_path == "/home/jovyan/phusers/experiment-1/train.ipynb"
    assert job().snapshot == "/home/jovyan/phusers/.primehub/notebook-jobs/5f0c1234/train.ipynb"
    assert job().output("job-202611221030-abc123") == "train-job-202611221030-abc123-output.ipynb"
    assert job(folder="").working_directory == "/home/jovyan/phusers"


def test_the_command_of_a_plain_notebook_reads_well():
    assert job().to_command()[: -len(BODY)].splitlines() == [
        "version=2",
        "snapshot=/home/jovyan/phusers/.primehub/notebook-jobs/5f0c1234/train.ipynb",
        "folder=/home/jovyan/phusers/experiment-1",
        "name=train",
        "kernel=python3",
        """parameters='{"start": 1, "end": 10}'""",
        "attempt=1-1-000000",
    ]


@properties.often(400)
@given(properties.jobs())
def test_job_and_command_are_inverses(job):
    command = job.to_command()
    again = NotebookJob.from_command(command)
    assert parts(again) == parts(job)
    assert again == job and hash(again) == hash(job)
    # PrimeHub keeps the command as text, and its console shows it: no control character, nothing that hides.
    assert command.encode().decode() == command
    assert all(c.isprintable() or c == "\n" for c in command)
    assert len(command[: -len(BODY)].splitlines()) == 7


@properties.often(100)
@given(properties.plain_names, properties.notebook_names)
def test_any_group_name(group, name):
    made = job(volume=os.path.join("/home/jovyan", volume_name(group)), name=name)
    assert parts(NotebookJob.from_command(made.to_command())) == parts(made)


@pytest.mark.parametrize("volume", ["/", "/v", "/project/phusers", "/home/it's a {volume} \n$(id)"])
@pytest.mark.parametrize("folder", ["", "a", "a/b", " ", "..."])
def test_volumes_and_folders(volume, folder):
    made = job(volume=volume, folder=folder)
    assert parts(NotebookJob.from_command(made.to_command())) == parts(made)


@properties.often(200)
@given(properties.jobs(), properties.jobs())
def test_different_jobs_have_different_commands(one, other):
    assert (one == other) == (parts(one) == parts(other))


@properties.often(300)
@given(properties.jobs(), st.data())
def test_a_command_whose_head_was_edited_is_exactly_what_it_says(job, data):
    """Cut, insert or replace anything in the head: what is still recognised is what the head says then."""
    command, head = job.to_command(), job.head()
    start = data.draw(st.integers(0, len(head) - 1))
    end = data.draw(st.integers(start, min(len(head), start + 20)))
    edited = command[:start] + data.draw(st.one_of(st.just(""), properties.texts)) + command[end:]
    found = NotebookJob.from_command(edited)
    if found:
        said = re.match("(?:.*\n)*?parameters=(.*)\n(?:attempt=.*\n)?", edited.lstrip())
        assert (found.assignments(said[1]), repr(found.parameters)) == (said[0], repr(from_yaml(unquote(said[1]))))


VERSION_1 = (  # as the first version made it, with the first lines of its body
    "snapshot=/home/jovyan/phusers/.primehub/notebook-jobs/5f0c1234/train.ipynb\nfolder=/home/jovyan/phusers/experiment-1\n"
    "name=train\nkernel=python3\nparameters='{start: 1, end: 10}'\n"
    'output="$name-${PHJOB_NAME:-$HOSTNAME}-output.ipynb"\nstop() { stop=${1//[[:cntrl:]]/?}; exit 1; }'
)


VERSION_2 = (  # as the first of this version wrote parameters, of which some could be infinite
    "version=2\nsnapshot=/home/jovyan/phusers/.primehub/notebook-jobs/5f0c1234/train.ipynb\n"
    "folder=/home/jovyan/phusers/experiment-1\nname=train\nkernel=python3\n"
    "parameters='{limit: .inf, name: New York, rate: 1.0e-05, day: 2026-11-22, none: null, code: '\\''007'\\''}'\n"
    "attempt=1-1-0a1b2c\nid=${PHJOB_NAME:-$HOSTNAME} output="
)


def test_commands_of_every_version_are_recognised():
    assert parts(NotebookJob.from_command(VERSION_1)) == parts(job(attempt=None))
    assert NotebookJob.from_command(VERSION_1) != job()
    found = NotebookJob.from_command(VERSION_2)
    assert found.attempt == "1-1-0a1b2c"
    assert repr(found.parameters) == repr(
        {"limit": math.inf, "name": "New York", "rate": 1e-05, "day": "2026-11-22", "none": None, "code": "007"}
    )


@pytest.mark.parametrize("body", ["", "echo hello", BODY + "\necho hello", BODY.replace("papermill", "mill")])
def test_a_command_whose_body_was_edited_is_recognised_by_its_head(body):
    assert parts(NotebookJob.from_command(job().head() + body)) == parts(job())


def first_line(line: str) -> str:
    return job().to_command().replace("name=train", line)


@pytest.mark.parametrize(
    "command",
    [
        None,
        5,
        "",
        "echo hello",
        "papermill a.ipynb b.ipynb",
        BODY,
        "echo hello\n" + job().to_command(),
        job().to_command().replace("train.ipynb", "other.ipynb"),
        job().to_command().replace("experiment-1", "../other-group"),
        job().to_command().replace("experiment-1", "a/../../other-group"),
        job().to_command().replace(VOLUME + "/experiment-1", "/etc"),
        job().to_command().replace("5f0c1234", "short"),
        job().to_command().replace("/.primehub/", "/.other/"),
        job().to_command().replace(YAML, "{start: 1, end: "),
        job().to_command().replace(YAML, "!!python/name:os.system"),
        job().to_command().replace(YAML, "{" * 30000),
        first_line("name=$(id)"),
        first_line("name=train; id"),
        first_line('name="train"'),
        first_line("name='train'"),
        first_line("name=$'\\x00'"),
        first_line("name=$'\\q'"),
        first_line("name=train\nother=1"),
        first_line("other=train"),
        job().to_command().replace("version=2", "version=3"),
        job().to_command().replace("attempt=1-1-000000", "attempt=0-1-000000"),
        job().to_command().replace("attempt=1-1-000000", "attempt='1-1-000000'"),
    ],
)
def test_not_one_of_ours(command):
    assert NotebookJob.from_command(command) is None


def test_space_around_a_command_is_no_edit():
    assert NotebookJob.from_command(f"\n  {job().to_command()}\n") == job()


def test_jobs_that_python_confuses_are_told_apart():
    assert job(parameters={"a": 1}) != job(parameters={"a": True})
    assert job(parameters={"a": 1}) != job(parameters={"a": 1.0})
    assert job(parameters={"a": float("nan")}) == job(parameters={"a": float("nan")})
    assert job() != job().to_command()


@properties.often(150)
@given(properties.raw_names)
def test_names_that_are_no_text_are_refused_and_only_those(stem):
    is_text = not any("\ud800" <= c <= "\udfff" for c in stem)
    try:
        made = job(name=stem + ".ipynb")
    except UnsupportedName as refusal:
        assert not is_text and "UTF-8" in refusal.message and refusal.field == "notebook_path"
    else:
        assert is_text and NotebookJob.from_command(made.to_command()) == made


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "train.py"},
        {"name": "train.IPYNB"},
        {"name": "x" * 250 + ".ipynb"},
        {"name": "台" * 84 + ".ipynb"},
        {"name": "a\0b.ipynb"},
        {"name": "\udcff.ipynb"},
        {"name": "\ud800.ipynb"},
        {"kernel": "\udcff"},
        {"volume": "/home/\udcff"},
        {"folder": "\ud800"},
        {"folder": "a\0b"},
        {"folder": "/".join(["x" * 200] * 20)},
    ],
    ids=lambda changes: ascii(changes)[:40],
)
def test_unsupported_names(changes):
    with pytest.raises(UnsupportedName) as refusal:
        job(**changes)
    assert refusal.value.code == "unsupported_name"
    assert refusal.value.message.isprintable()


@pytest.mark.parametrize(
    "changes",
    [
        {"attempt": "1"},
        {"attempt": "../../x"},
        {"submission_id": "../../../x"},
        {"submission_id": "1234567"},
        {"submission_id": "x" * 65},
        {"submission_id": "12345678\n"},
        {"submission_id": "-2345678"},
        {"volume": "relative"},
        {"volume": "/a/../b"},
        {"volume": "/a/"},
        {"folder": "/etc"},
        {"folder": ".."},
        {"folder": "../other"},
        {"folder": "."},
        {"folder": "a/../../b"},
        {"folder": "a//b"},
        {"name": "a/b.ipynb"},
        {"name": ".."},
        {"name": ""},
    ],
    ids=str,
)
def test_what_no_caller_may_ask_for(changes):
    with pytest.raises(ValueError):
        job(**changes)


@pytest.mark.parametrize("stem", ["x" * 249, "台" * 83, "😀" * 62, "é" * 124])
def test_the_output_of_the_longest_name_fits_into_a_file_name(stem):
    made = job(name=stem + ".ipynb")
    output = made.output("j" * 63)
    assert len(os.fsencode(output)) <= 255
    assert output.startswith(stem[:40]) and output.endswith(f"-{'j' * 63}-output.ipynb")
    assert NotebookJob.from_command(made.to_command()) == made


def test_a_command_too_long_to_start_is_refused():
    assert len(job(parameters={"a": "x" * 90_000}).to_command()) > 90_000
    with pytest.raises(InvalidParameters) as refusal:
        job(parameters={"a": "x" * 100_000}).to_command()
    assert "too long" in refusal.value.message


@properties.often(300)
@given(st.one_of(properties.texts, properties.raw_names))
def test_a_quoted_word_is_one_line_and_reads_back(text):
    word = quote(text)
    assert unquote(word) == text
    assert word.isprintable() and word.encode()
