"""Job commands and parameters that a hostile colleague wrote: told apart at once, or refused."""

from __future__ import annotations

import time

import pytest

from kit.processes import within_seconds
from primehub_nbext.jobs.body import BODY
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.notebooks.errors import InvalidParameters

JOB = NotebookJob("/home/jovyan/phusers", "folder", "x.ipynb", "submission-1", "python3")


def command_with(parameters: str) -> str:
    command = JOB.to_command()
    assert "parameters='{}'" in command
    return command.replace("parameters='{}'", f"parameters='{parameters}'")


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
