"""What tests of submissions share: a PrimeHub that misbehaves as told, a person who submits, and runs of its jobs."""

from __future__ import annotations

import pytest

from kit.job_runs import JobRuns
from kit.misbehaving import MisbehavingPrimeHub
from kit.people import Person


@pytest.fixture
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture
def person(primehub, tmp_path, monkeypatch):
    monkeypatch.setenv("PRIMEHUB_API_TOKEN", primehub.token)
    return Person(primehub, tmp_path)


@pytest.fixture
def runs(tmp_path):
    return JobRuns(tmp_path)
