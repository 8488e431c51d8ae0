"""What tests of the functions for Python share: a session of a person, whose clock of waiting is quick."""

from __future__ import annotations

import pytest

from primehub_nbext.api import Session, waiting
from primehub_nbext.jobs import watch


@pytest.fixture
def session(person, primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setattr(waiting, "TICK_SECONDS", 0.01)
    for name in ("RUNNING_SECONDS", "WAITING_SECONDS", "FIRST_BACK_OFF", "PROGRESS_SECONDS"):
        monkeypatch.setattr(watch, name, 0.02)
    return Session(
        api_endpoint=primehub.endpoint,
        home_dir=str(person.home),
        group_id=primehub.group["id"],
        group_name=primehub.group["name"],
        sdk_config_file=str(tmp_path / "none.json"),
        token_file=str(tmp_path / "token.json"),
        instance_type="cpu-1",
        image="base-notebook",
        settle_timeout=0.5,
    )
