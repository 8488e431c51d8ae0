"""What there is to say before a job is submitted: the open notebook and the form in; values, preview, faults out."""

from __future__ import annotations

import nbformat
import pytest

from kit.notebooks import injected, write_notebook
from kit.servers import finished

ROUTE = "notebooks/phusers/checked/train.ipynb"


@pytest.fixture
def saved(sandbox):
    """A saved notebook, which the open one differs from."""
    return write_notebook(sandbox.volume / "checked" / "train.ipynb", "start = 0  # on disk", "print(start)")


def opened(*cells: tuple[str, list], language: str = "python", kernel: str = "python3") -> dict:
    return {
        "cells": [{"cell_type": "code", "source": source, "metadata": {"tags": tags}} for source, tags in cells],
        "metadata": {"kernelspec": {"name": kernel, "language": language}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def check(server, **body):
    return server.api("POST", f"{ROUTE}/check", json=body)


def test_the_form_and_the_notebook_as_it_is_in_the_editor(server, saved):
    notebook = opened(
        ("from datetime import date", []),
        ("start = 1  # first year\nrate: float = 1e-3\nday = date(2026, 1, 2)", ["parameters"]),
    )
    answer = check(server, notebook=notebook, parameters="rate=0.5; name=Ann Lee")
    assert answer.status_code == 200, answer.text
    said = answer.json()
    plain = {"nullable": False, "choices": None, "help": None, "expression": False}
    none, own = {"value": None, "text": None, "changed": False}, {**plain, "cell": 1}
    assert said["parameters"] == [
        {**own, **none, "name": "start", "type": "int", "default": "1", "default_value": 1, "line": 1,
         "help": "first year"},
        {**own, "name": "rate", "type": "float", "default": "0.001", "default_value": 0.001, "line": 2,
         "value": 0.5, "text": "0.5", "changed": True},
        {**own, **none, "name": "day", "type": None, "default": "date(2026, 1, 2)", "default_value": None,
         "expression": True, "line": 3},
        {**plain, "name": "name", "type": "str", "default": None, "default_value": None, "cell": None, "line": None,
         "value": "Ann Lee", "text": '"Ann Lee"', "changed": True},
    ]  # fmt: skip
    assert (said["tagged"], said["candidates"]) == (1, [])
    assert said["preview"] == '# Parameters\nrate = 0.5\nname = "Ann Lee"\n'
    assert ([each["code"] for each in said["findings"]], said["faults"]) == (["unknown_parameter"], [])


def test_the_preview_is_what_the_job_gets(signed_in, sandbox, saved):
    server = signed_in
    typed = 'start=1; name="a \\"b\\" \\\\ 台"; many=[1, {x: 2e-9}, null, true]'
    preview = check(server, parameters=typed).json()["preview"]
    body = {"notebook_path": "phusers/checked/train.ipynb", "display_name": "x", "instance_type": "cpu-1"}
    job = server.api("POST", "jobs", json={**body, "image": "base-notebook", "parameters": typed}).json()
    job = finished(server, job["id"])
    assert job["phase"] == "Succeeded", sandbox.log(job["id"])
    assert injected(sandbox.home / job["output_path"]) == preview


def test_without_a_notebook_the_file_is_read(server, saved):
    notebook = nbformat.read(saved, as_version=4)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(notebook, saved)
    assert [each["default"] for each in check(server).json()["parameters"]] == ["0"]
    assert check(server).json()["preview"] == ""


def test_secrets_are_found_in_the_cell_and_in_the_form(server, saved):
    notebook = opened(("x = 1\ndb_password = 'hunter2'", ["parameters"]))
    found = check(server, notebook=notebook, parameters="hf_token=abc; n=1").json()["findings"]
    assert [each["values"]["name"] for each in found if each["code"] == "unknown_parameter"] == ["hf_token", "n"]
    found = [each for each in found if each["code"] == "secret_parameter"]
    assert [(each["values"], each["cell"], each["line"]) for each in found] == [
        ({"name": "db_password"}, 0, 2),
        ({"name": "hf_token"}, None, None),
    ]
    assert "hunter2" not in str(found) and "abc" not in str(found)
    # What is typed replaces the default, which is still written in the cell.
    [found] = check(server, notebook=notebook, parameters='db_password=""').json()["findings"]
    assert (found["code"], found["cell"], found["line"]) == ("secret_in_cell", 0, 2)


def findings(answer) -> dict:
    return {each["code"]: each for each in answer.json()["findings"]}


def test_a_notebook_without_code_or_with_a_kernel_that_is_not_here(server, saved):
    assert check(server, notebook=opened(("x = 1", []))).json()["findings"] == []
    found = findings(check(server, notebook=opened((" ", []), kernel="julia-1.9")))
    assert set(found) == {"no_code", "unknown_kernel"}
    assert found["unknown_kernel"]["values"] == {"kernel": "julia-1.9"}
    assert "error" not in {each["severity"] for each in found.values()}, "another image may have it"
    nbformat.write(nbformat.from_dict({**opened(kernel="julia-1.9"), "cells": []}), saved)
    assert set(findings(server.api("GET", ROUTE))) == {"no_code", "unknown_kernel"}


def test_what_a_job_would_not_find_and_what_primehub_told_last(signed_in, saved):
    server = signed_in
    notebook = opened(("import no_such_module\nimport os", []))
    assert findings(check(server, notebook=notebook))["module_missing"]["severity"] == "warning"
    assert server.api("GET", "resources").status_code == 200
    found = findings(check(server, notebook=notebook, instance_type="gpu-4", image="base-notebook"))
    assert {code: each["severity"] for code, each in found.items()} == {
        "module_missing": "note",  # with a GPU it is another image
        "over_user_quota": "error",
    }
    assert found["module_missing"]["fix"]["edits"] == [{"cell": 0, "insert": "%pip install no_such_module"}]
    later = check(server, notebook=notebook, image="pytorch-notebook", last_modified="2020-01-01T00:00:00.000Z")
    assert set(findings(later)) == {"changed_on_disk"}


def test_the_output_of_a_job(server, sandbox, saved):
    name = "train-job-202611221030-abc123-output.ipynb"
    output = nbformat.read(saved, as_version=4)
    output.metadata["papermill"] = {"output_path": name}
    nbformat.write(output, saved.with_name(name))
    found = findings(server.api("GET", f"notebooks/phusers/checked/{name}"))
    assert "`train.ipynb`" in found["job_output"]["hint"]
    assert "job_output" not in findings(check(server, notebook=output)), "by another name it is somebody's own"


def test_a_folder_that_cannot_be_written_to(server, sandbox, immutable):
    path = write_notebook(sandbox.volume / f"read-only-{server.host}" / "train.ipynb", "print(1)")
    route = f"notebooks/phusers/{path.parent.name}/train.ipynb"
    with immutable(path.parent):
        assert set(findings(server.api("GET", route))) == {"folder_read_only"}
        assert set(findings(server.api("POST", f"{route}/check", json={}))) == {"folder_read_only"}
    assert findings(server.api("GET", route)) == {}


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({"parameters": "alpha"}, [("parameters", "invalid_parameters")]),
        ({"parameters": "alpha=.inf"}, [("parameters", "invalid_parameters")]),
        ({"parameters": "x=" + "a" * 70_000}, [("parameters", "invalid_parameters")]),
        ({"parameters": 'x="' + "\\x00" * 16_300 + '"'}, [("parameters", "invalid_parameters")]),
        ({"display_name": " "}, [("display_name", "invalid_field")]),
        ({"timeout_seconds": -1, "image": ""}, [("image", "invalid_field"), ("timeout_seconds", "invalid_field")]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_faults_are_those_of_the_submission(signed_in, saved, form, faults):
    server = signed_in
    said = check(server, **form).json()
    assert [(each["field"], each["code"]) for each in said["faults"]] == faults
    assert all(each["message"] and each["hint"] for each in said["faults"])
    assert {each.get("values", {}).get("parameter") for each in said["faults"] if each["field"] == "parameters"} <= {
        "alpha", "x", None
    }  # fmt: skip
    body = {"notebook_path": "phusers/checked/train.ipynb", "display_name": "x", "instance_type": "cpu-1"}
    refused = server.api("POST", "jobs", json={**body, "image": "base-notebook", **form})
    assert (refused.status_code, refused.json()) == (400, said["faults"][0])


def test_a_notebook_without_a_kernel_is_told_beside_all_else(server, saved):
    said = check(server, notebook={"cells": [], "metadata": {}, "nbformat": 4}, parameters="x=1").json()
    assert [each["code"] for each in said["faults"]] == ["no_kernel"]
    assert [each["name"] for each in said["parameters"]] == ["x"]


def test_another_language(server, saved):
    said = check(server, notebook=opened(("x <- 1", ["parameters"]), language="R", kernel="ir"), parameters="x=true")
    assert (said.json()["preview"], said.json()["faults"]) == ("# Parameters\nx = TRUE\n", [])
    assert said.json()["parameters"][0]["default"] == "1"
    said = check(server, notebook=opened(("x = 1", []), language="fortran", kernel="gfort"), parameters="x=1")
    assert (said.json()["preview"], "parameter_not_written" in findings(said)) == (None, True)


def test_without_a_tag_the_cell_that_assigns_them_is_offered(server, saved):
    [offer] = check(server, notebook=opened(("import os", []), ("x = 1", [])), parameters="x=2").json()["candidates"]
    assert (offer["cell"], offer["names"]) == (1, ["x"])
    assert offer["fix"]["edits"] == [{"cell": 1, "tag": "parameters"}]


@pytest.mark.parametrize("notebook", [5, "x", [], {"cells": 5}, {"cells": [5], "metadata": {}}, {"cells": [{}]}])
def test_what_is_no_notebook_is_refused(server, saved, notebook):
    answer = check(server, notebook=notebook)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "invalid_notebook", "notebook")


def test_a_place_that_is_no_place_for_jobs(server, saved):
    answer = server.api("POST", "notebooks/elsewhere/x.ipynb/check", json={"notebook": opened()})
    assert (answer.status_code, answer.json()["code"]) == (422, "outside_group_volume")
    answer = server.api("POST", "notebooks/phusers/none.ipynb/check", json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "notebook_not_found")


def test_how_large_a_notebook_may_be(server, saved):
    large = opened(("#" * 3_500_000, []), ("x = 1", ["parameters"]))
    assert [each["name"] for each in check(server, notebook=large).json()["parameters"]] == ["x"]
    answer = check(server, notebook=opened(("#" * 4_500_000, [])))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
