"""What tests of the command line share: a person's environment, and the commands run in it."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass

import pytest

from primehub_nbext.api.session import default_session
from primehub_nbext.cli.app import run


@dataclass
class Ended:
    """How a command ended, and what it said where."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def environment(person, primehub, tmp_path):
    """What a terminal in a notebook pod has in its environment, but for the token."""
    return {
        "PRIMEHUB_API_ENDPOINT": primehub.endpoint,
        "PRIMEHUB_HOME_DIR": str(person.home),
        "PRIMEHUB_CONFIG_FILE": str(tmp_path / "none.json"),
        "PRIMEHUB_SETTLE_TIMEOUT": "0.5",
        "GROUP_ID": primehub.group["id"],
        "GROUP_NAME": primehub.group["name"],
        "INSTANCE_TYPE": "cpu-1",
        "IMAGE_NAME": "base-notebook",
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter"),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
    }


@pytest.fixture
def terminal(environment, monkeypatch, capsys):
    """Runs a command as if it had been typed in a pipe."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    default_session.cache_clear()

    def typed(*words) -> Ended:
        try:
            code = run([str(word) for word in words])
        except SystemExit as ended:
            code = ended.code or 0
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return typed
