"""A context with an empty group volume, and the folder in it where a submission leaves its records."""

from __future__ import annotations

import os

import pytest

from kit.answers import Answering
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.jobs.head import SNAPSHOTS


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


@pytest.fixture
def records(place):
    """The folder of submission-1."""
    folder = os.path.join(place.volume.path, SNAPSHOTS, "submission-1")
    os.makedirs(folder)
    return folder
