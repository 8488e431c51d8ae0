"""Text → the server's parameters → the form's rows → text: the values that come out are those that went in."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given

from kit import properties
from primehub_nbext.jobs.check import _merged
from primehub_nbext.notebooks.parameters.declared import declared_parameters
from primehub_nbext.notebooks.parameters.text import read_parameters, to_text

AMD = Path(__file__).parents[2] / "js" / "amd.js"
PROGRAM = f"""
    const rows = require({json.dumps(str(AMD))}).loader()("./submit/rows");
    require("readline").createInterface({{input: process.stdin}}).on("line", (line) => {{
        console.log(JSON.stringify(rows.text_of(rows.renewed([], JSON.parse(line)))));
    }});
"""


@pytest.fixture(scope="module")
def form():
    """What the form makes of the server's parameters: an answer in, the text that it would send out."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node.js, which runs the form's half")
    pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    with subprocess.Popen([node, "-e", PROGRAM], **pipe) as process:

        def ask(parameters: list[dict]) -> str:
            process.stdin.write(json.dumps(parameters) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()


@properties.often(150)
@given(properties.parameters, properties.parameters)
def test_what_was_typed_comes_back_from_the_rows(form, own, typed):
    """Some of it the notebook has, some with another type, and some it has not."""
    source = "".join(f"{name} = {value!r}\n" for name, value in own.items())
    typed = {**typed, **dict(list(own.items())[:1]), **dict(zip(own, typed.values()))}
    read = read_parameters(form(_merged([{**row, "cell": 0} for row in declared_parameters(source)], typed)))
    assert {name: repr(value) for name, value in read.items()} == {name: repr(typed[name]) for name in typed}


@properties.often(100)
@given(properties.parameters)
def test_a_jobs_values_are_typed_as_they_were(parameters):
    assert repr(read_parameters(to_text(parameters))) == repr(parameters)
