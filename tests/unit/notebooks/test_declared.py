"""What a parameters cell declares, and the cell that papermill will put in after it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from papermill.translators import PythonTranslator

from kit import properties
from primehub_nbext.notebooks.parameters.declared import declared_parameters
from primehub_nbext.notebooks.parameters.injected import injected_cell
from primehub_nbext.notebooks.parameters.text import read_parameters


def test_a_row_for_each_assignment():
    rows = declared_parameters(
        "# the data\nstart = 1  # first year\nsizes = (1, 2)\n\nwhere = Path(\n  'x'\n)  # out\n"
    )
    assert rows == [
        {"name": "start", "type": "int", "default": "1", "value": 1, "help": "first year", "line": 2},
        {"name": "sizes", "type": "list", "default": "[1, 2]", "value": [1, 2], "help": None, "line": 3},
        {"name": "where", "type": None, "default": "Path( 'x' )", "value": None, "help": "out", "line": 5},
    ]


@pytest.mark.parametrize(
    "source",
    [
        "x = {1}", "x = b'y'", "x = {1: 2}", "x = 1e999", "x = '\\ud800'", "x = 10 ** 5", "x = ...", "x = 1j",
        "x = {'a': b'y'}", "x = [float('nan')]",
    ],
)  # fmt: skip
def test_what_cannot_be_typed_is_an_expression(source):
    [row] = declared_parameters(source)
    assert (row["type"], row["value"]) == (None, None)
    assert row["default"] == source[4:]


@pytest.mark.parametrize("source", ["x = = 1", "%matplotlib inline\nx = 1", "\0", "x", "(" * 5000, "if x:\n y = 1"])
def test_what_declares_nothing(source):
    assert declared_parameters(source) == []


@pytest.mark.parametrize("expression", ["1+" * 10**6 + "1", "a." * 10**6 + "b", "1+" * 32000 + "1"], ids=len)
def test_no_cell_ends_the_server(expression):
    """Python 3.9 and 3.10 die of the first two."""
    program = "import sys; from primehub_nbext.notebooks.parameters.declared import declared_parameters as read; "
    command = [sys.executable, "-c", program + "print(len(read(sys.stdin.read())))"]
    done = subprocess.run(command, input=f"x = {expression}", capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("0", "1")


@properties.often(200)
@given(properties.parameters)
def test_a_default_is_what_one_would_type(parameters):
    source = "".join(f"{name} = {value!r}\n" for name, value in parameters.items())
    rows = declared_parameters(source)
    assert [row["name"] for row in rows] == list(parameters)
    for row in rows:
        assert repr(row["value"]) == repr(parameters[row["name"]])
        assert repr(read_parameters(f"x={row['default']}")["x"]) == repr(row["value"])
    json.dumps(rows, allow_nan=False)


@properties.often(200)
@given(properties.parameters)
def test_the_injected_cell_is_papermills(parameters):
    expected = PythonTranslator.codify(parameters) if parameters else ""
    assert injected_cell("python", parameters) == expected
