"""Each finding has a notebook that shows it and nothing else, and one that looks like it and is fine."""

from __future__ import annotations

import nbformat
import pytest

from kit.gallery import EXHIBITS, FOLDER, Exhibit, sentences
from primehub_nbext.api.mending import edited
from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.preflight.script.notebook import Script


def by_code(exhibit: Exhibit) -> str:
    return exhibit.code


def test_the_gallery_has_each_finding_once():
    codes = sorted(exhibit.code for exhibit in EXHIBITS)
    assert codes == sorted(sentences()) == sorted(path.name for path in FOLDER.iterdir())


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_notebooks_are_as_jupyter_writes_them(path):
    if path.is_dir():
        assert sorted(each.name for each in path.iterdir()) == ["fine.ipynb", "shows.ipynb"]
        return
    text = path.read_text("utf-8")
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert text == nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=by_code)
def test_one_notebook_shows_it_and_nothing_else(exhibit):
    [found] = exhibit.findings("shows")
    assert (found["code"], (found["cell"], found["line"])) == (exhibit.code, exhibit.place or (None, None))
    assert "{" not in found["message"] + found["hint"]


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=by_code)
def test_one_looks_like_it_and_is_fine(exhibit):
    assert exhibit.findings("fine") == []


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=by_code)
def test_its_fix_leaves_nothing_to_say(exhibit):
    [found] = exhibit.findings("shows")
    if found["fix"] is None:
        return
    content = edited(exhibit.content("shows"), found["fix"]["edits"])
    nbformat.validate(nbformat.from_dict(content))
    assert exhibit.findings("shows", content) == []
    script = Script.of(NotebookFile.from_answer(examine_notebook(content)))
    assert script.cells and all(cell.tree is not None for cell in script.cells)
