"""Errors: what they say, and the values by which it can be said in another language."""

from __future__ import annotations

import json

import pytest

from primehub_nbext.errors import PLACE, InvalidField, PrimeHubError
from primehub_nbext.jobs.errors import JobAlreadyOver, SubmissionNotCreated, SubmissionUnknown
from primehub_nbext.notebooks.errors import GroupVolumeNotMounted, InvalidParameters, OutsideGroupVolume
from primehub_nbext.notebooks.parameters.text import read_parameters
from primehub_nbext.primehub.answers import error_of
from primehub_nbext.primehub.errors import NoGroupVolume


def answered(code: str, message: str) -> PrimeHubError:
    return error_of({"message": message, "extensions": {"code": code}})


def refused(text: str) -> PrimeHubError:
    with pytest.raises(InvalidParameters) as raised:
        read_parameters(text)
    return raised.value


@pytest.mark.parametrize(
    "error, values",
    [
        (OutsideGroupVolume("phusers", "x/phusers"), {"volume": "phusers", "path": "x/phusers"}),
        (GroupVolumeNotMounted("phusers", "/x/phusers"), {"volume": "phusers", "path": "/x/phusers"}),
        (NoGroupVolume("team"), {"group": "team"}),
        (JobAlreadyOver("Failed"), {"phase": "Failed"}),
        (answered("EXCEED_QUOTA", "Group GPU exceeded"), {"what": "GPUs", "said": "Group GPU exceeded"}),
        (answered("LICENSE_ERROR", "no seats"), {"said": "no seats"}),
        (answered("INTERNAL_SERVER_ERROR", "the moon is full"), {"said": "the moon is full"}),
        (refused("1x=2"), {"name": "`1x`", "parameter": "1x"}),
        (refused("x=1; x=2"), {"name": "`x`", "parameter": "x"}),
        (refused("x=[1 2"), {"name": "`x`", "parameter": "x", "near": "`x=[1 2`"}),
    ],
    ids=lambda each: getattr(each, "code", None),
)
def test_values_are_what_the_sentence_names(error, values):
    assert error.values == values == error.to_dict()["values"]
    said = f"{error.message} {error.hint}"
    assert all(value in said for value in values.values())
    assert not PLACE.search(said)
    json.dumps(error.to_dict())


def test_a_sentence_that_names_nothing_has_no_values():
    assert "values" not in InvalidField().to_dict()
    assert "values" not in answered("LICENSE_ERROR", "License expired").to_dict()


def test_what_fills_a_place_is_not_read_as_one():
    assert OutsideGroupVolume("{path}", "/secret").message.startswith(
        "This notebook is not on the group volume `{path}`,"
    )
    told = answered("", "{said} {code} {0}")
    assert told.message == "PrimeHub says: {said} {code} {0}"
    assert SubmissionNotCreated(told).message == f"{told.message} The job was not created."
    unknown = SubmissionUnknown(told)
    assert unknown.message.endswith(told.message) and unknown.values == told.values


def test_what_is_passed_on_keeps_its_values():
    assert SubmissionNotCreated(answered("", "no")).to_dict()["values"] == {"said": "no"}
    assert "values" not in SubmissionUnknown().to_dict()
