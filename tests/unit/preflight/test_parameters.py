"""What is typed for a notebook that does not expect it."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.notebooks.parameters.text import read_parameters
from primehub_nbext.preflight.parameters import find_parameters
from primehub_nbext.preflight.subject import Subject

CELL = """epochs = 3
lr: float = 1
name = "a"
flag = False
names = ["a"]
options = {}
seed = None
mode: Literal["train", "eval"] = "train"
where = Path("x")"""


def notebook(*sources: str, language: str = "python", kernel: str = "x") -> NotebookFile:
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    cells[0]["metadata"] = {"tags": ["parameters"]}
    metadata = {"kernelspec": {"name": kernel, "language": language}}
    return NotebookFile.from_answer(
        examine_notebook({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    )


def found(typed: str, file: NotebookFile | None = None) -> list[dict]:
    file = file or notebook(CELL, "print(extra, epochs)\nimport os.path as way")
    return find_parameters(Subject(notebook=file, given=read_parameters(typed)))


@pytest.mark.parametrize(
    ("typed", "nearest"), [("epoch=5", "epochs"), ("Epochs=5", "epochs"), ("LR=1", "lr"), ("zzz=1", None)]
)
def test_a_name_that_the_notebook_does_not_have(typed, nearest):
    [finding] = found(typed)
    assert (finding["code"], finding["severity"]) == ("unknown_parameter", "warning")
    assert finding["values"] == {"name": typed.split("=")[0], "nearest": nearest}
    assert (f"`{nearest}`" in finding["hint"]) == (nearest is not None)


@pytest.mark.parametrize("typed", ["extra=1", "way=1", "epochs=5", "Literal=1", ""])
def test_a_name_that_it_has_somewhere(typed):
    assert found(typed) == []


def test_without_a_cell_that_declares_any_no_name_is_unknown():
    assert found("x=1", notebook("print(1)")) == []
    assert found("x=1", notebook("x = = 1", "print(1)")) == []


@pytest.mark.parametrize(
    ("typed", "was", "kind"),
    [
        ("epochs=0.5", "a whole number", "a number"),
        ("epochs=ten", "a whole number", "text"),
        ("lr=fast", "a number", "text"),
        ("lr=[1]", "a number", "a list"),
        ("name=7", "text", "a whole number"),
        ("name=true", "text", "true or false"),
        ("flag=yes", "true or false", "text"),
        ("names=a", "a list", "text"),
        ("options=[1]", "a dict", "a list"),
        ("mode=1", "text", "a whole number"),
    ],
)
def test_another_type_than_the_default(typed, was, kind):
    [finding] = found(typed)
    assert (finding["code"], finding["severity"], finding["cell"]) == ("parameter_type", "warning", 0)
    assert (finding["values"]["was"], finding["values"]["kind"]) == (was, kind)
    assert f"was {was}" in finding["message"]


@pytest.mark.parametrize(
    "typed",
    ["epochs=5", "epochs=true", "lr=2", "lr=0.5", "flag=1", "epochs=null", "seed=5", "seed=a", "where=5", "mode=eval",
     'name="7"', "names=[]", "options={a: 1}"],
)  # fmt: skip
def test_what_fits(typed):
    assert found(typed) == []


def test_a_value_that_is_none_of_the_choices():
    [finding] = found("mode=evil")
    assert finding["code"] == "parameter_choice"
    assert finding["message"] == '`mode` is one of `"train"`, `"eval"` in the notebook, and `"evil"` is none of them.'


def test_a_value_that_papermill_cannot_write():
    [finding] = found("x=null; y=1", notebook("x", language="C#", kernel=".net-csharp"))
    assert (finding["code"], finding["values"]["name"]) == ("parameter_not_written", "x")
    [finding] = found("x=1; y=1", notebook("x", language="fortran"))
    assert "cannot give parameters to a notebook in fortran" in finding["message"]
    assert found("x=1", notebook("x <- 2", language="R")) == []


def test_other_languages_are_checked_as_far_as_they_can_be_read():
    assert [each["code"] for each in found("epoch=1", notebook("epochs <- 3", language="R"))] == ["unknown_parameter"]
    assert found("epochs=0.5", notebook("epochs <- 3", language="R")) == []
    assert [each["code"] for each in found("epochs=x", notebook("epochs = 3", language="julia"))] == ["parameter_type"]
