"""The job name that is proposed for a notebook is one that is accepted, whatever the notebook is called."""

from __future__ import annotations

import pytest
from hypothesis import given

from kit import properties
from primehub_nbext.errors import InvalidField
from primehub_nbext.jobs.request import MAX_DISPLAY_NAME, JobRequest, propose_display_name

BODY = {"notebook_path": "phusers/train.ipynb", "instance_type": "cpu-1", "image": "base-notebook"}


def accepted(display_name: str) -> str:
    return JobRequest.from_body({**BODY, "display_name": display_name}).display_name


@properties.often(500)
@given(properties.notebook_names)
def test_what_is_proposed_is_accepted_as_it_is(name):
    proposal = propose_display_name(name)
    assert accepted(proposal) == proposal
    assert len(proposal) <= MAX_DISPLAY_NAME


@pytest.mark.parametrize(
    ("name", "proposal"),
    [
        ("train.ipynb", "train"),
        ("實驗\u3000一.ipynb", "實驗 一"),
        ("a\u00a0b.ipynb", "a b"),
        ("two\nlines.ipynb", "two lines"),
        ("turned\u202eround.ipynb", "turned round"),
        ("family 👨\u200d👩\u200d👧.ipynb", "family 👨\u200d👩\u200d👧"),
        ("   .ipynb", "notebook"),
        (".ipynb", "notebook"),
        ("\u200b.ipynb", "notebook"),
        ("x" * 245 + ".ipynb", "x" * MAX_DISPLAY_NAME),
    ],
)
def test_proposals(name, proposal):
    assert propose_display_name(name) == proposal
    assert accepted(proposal) == proposal


@pytest.mark.parametrize("typed", ["a\u3000b", "a\u00a0b", "שלום", "∂", "👨\u200d👩"])
def test_what_one_can_type_is_accepted(typed):
    assert accepted(typed) == typed


@pytest.mark.parametrize("typed", ["a\nb", "a\tb", "a\0b", "\u202eb", "a\u2028b", "a\ud800b", "\x1b[31m"])
def test_what_breaks_or_turns_a_line_is_refused(typed):
    with pytest.raises(InvalidField) as refusal:
        accepted(typed)
    assert refusal.value.field == "display_name"
