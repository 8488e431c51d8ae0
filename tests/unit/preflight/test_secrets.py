"""What looks like a secret and what does not."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from primehub_nbext.notebooks.parameters.text import read_parameters
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.secrets import is_secret
from primehub_nbext.preflight.subject import Subject

TABLE = json.loads(Path(__file__).parents[2].joinpath("secrets.json").read_text(encoding="utf-8"))


def found(parameters: dict) -> list[str]:
    """The names in the findings about parameters."""
    given = [{"name": name, "value": value} for name, value in parameters.items()]
    return [each["values"]["name"] for each in find(Subject(parameters=given))]


@pytest.mark.parametrize("text", TABLE["secret"])
def test_a_secret_is_pointed_out(text):
    parameters = read_parameters(text)
    assert found(parameters) == list(parameters)


@pytest.mark.parametrize("text", TABLE["harmless"])
def test_no_false_alarm(text):
    assert found(read_parameters(text)) == []


def test_the_table_has_enough_ordinary_names():
    assert len({text.split("=")[0] for text in TABLE["harmless"]}) >= 30


def test_only_names_are_told_never_values():
    [finding] = find(Subject(parameters=[{"name": "db", "value": "postgres://u:hunter2@h/db"}]))
    assert (finding["severity"], finding["code"]) == ("warning", "secret_parameter")
    assert "`db`" in finding["message"] and finding["hint"]
    assert "hunter2" not in json.dumps(finding)


def test_a_value_that_is_too_long_to_type_is_looked_at_all_the_same():
    assert found({"x": "y" * 70_000}) == []
    assert found({"x": "y" * 70_000 + " ghp_" + "a" * 36}) == ["x"]
    assert found({"password": "y" * 70_000}) == ["password"]


@pytest.mark.parametrize(
    "piece", ["eyJ-", "a.a.", "://", "://:", "basic ", "-----BEGIN ", "sk-", "a://b:", " ", "token"]
)
def test_no_text_takes_long(piece):
    """A pattern that tries every place against every other would take minutes."""
    text = piece * (65_000 // len(piece))
    begun = time.process_time()
    is_secret(text, text)
    assert time.process_time() - begun < 5
