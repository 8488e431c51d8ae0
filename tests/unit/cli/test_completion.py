"""Completion: what the shell is told when somebody presses Tab, as argcomplete asks for it."""

from __future__ import annotations

import os
import subprocess

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from kit.listed_jobs import add_job, command_of
from kit.processes import clean_env
from kit.terminals import COMMAND

pytest.importorskip("argcomplete", reason="argcomplete is not installed: nothing is completed without it")


@pytest.fixture
def completed(environment, person, primehub, tmp_path):
    """The words that a line may go on with."""

    def complete(line: str) -> list[str]:
        reader, writer = os.pipe()
        env = {
            **clean_env(tmp_path / "home"),
            **environment,
            "PRIMEHUB_API_TOKEN": primehub.token,
            "_ARGCOMPLETE": "1",
            "_ARGCOMPLETE_IFS": "\n",
            "_ARGCOMPLETE_STDOUT_FILENAME": f"/dev/fd/{writer}",
            "COMP_LINE": f"jupyter-primehub {line}",
            "COMP_POINT": str(len(f"jupyter-primehub {line}")),
        }
        with os.fdopen(reader) as said:
            subprocess.run(COMMAND, env=env, cwd=person.notebook.parent, pass_fds=[writer], timeout=60, check=False)
            os.close(writer)
            return [word.strip() for word in said.read().split("\n") if word.strip()]

    return complete


def test_commands_notebooks_parameters_names_and_jobs(completed, person, primehub):
    notebook = nbformat.read(person.notebook, as_version=4)
    notebook.cells.insert(0, new_code_cell("start = 1\nend = 3", metadata={"tags": ["parameters"]}))
    nbformat.write(notebook, person.notebook)
    (person.notebook.parent / "data").mkdir()
    job_id = add_job(primehub, 1, command_of(str(person.volume)))
    assert completed("can") == ["cancel"]
    assert completed("submit ") == ["data/", "train.ipynb"]
    assert "--instance-type" in completed("submit train.ipynb --inst")
    assert "cpu-1" in completed("submit train.ipynb --instance-type ")
    assert "base-notebook" in completed("submit train.ipynb --image ba")
    assert completed("submit train.ipynb -p ") == ["start=", "end="]
    assert completed("job ") == [job_id]
    assert completed("jobs --phase Ru") == ["Running"]
    assert "Running,Pending" in completed("jobs --phase Running,P")


def test_without_primehub_there_is_silence(completed, primehub):
    primehub.stop_listening()
    assert completed("job job-") == []
