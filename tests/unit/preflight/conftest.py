"""What the tests of findings share: cells in, what is said of them out; and what is left when it is mended."""

from __future__ import annotations

from typing import Any

import pytest

from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.subject import Subject


class Notebooks:
    """Makes a notebook in the folder `experiment-1` of the group volume from the sources of its code cells."""

    def subject(self, *sources: str, **known: Any) -> Subject:
        cells = [{"type": "code", "source": source, "tags": [], "execution_count": None} for source in sources]
        file = NotebookFile("python3", "python", [], has_code=True, by_papermill=False, cells=cells)
        place = {"volume": "/home/jovyan/phusers", "folder": "experiment-1", "home": "/home/jovyan"}
        return Subject("x.ipynb", file, **{**place, **known})

    def findings(self, *sources: str, **known: Any) -> list[dict[str, Any]]:
        """All but those about what these few lines do not define, or cannot be read of them."""
        found = find(self.subject(*sources, **known))
        return [each for each in found if each["code"] not in ("undefined_name", "defined_later", "syntax_error")]

    def codes(self, *sources: str, **known: Any) -> list[tuple[str, int, int]]:
        """Code, cell and line of each finding."""
        return [(each["code"], each["cell"], each["line"]) for each in self.findings(*sources, **known)]

    def mended(self, *sources: str, **known: Any) -> list[str]:
        """The sources with the edits of all fixes made, as the dialog makes them."""
        cells = [source.splitlines() for source in sources]
        for finding in self.findings(*sources, **known):
            for edit in (finding["fix"] or {"edits": []})["edits"]:
                lines, begin, old = cells[edit["cell"]], edit["line"] - 1, edit["old"].splitlines()
                if lines[begin : begin + len(old)] == old:
                    lines[begin : begin + len(old)] = edit["new"].splitlines()
        return ["\n".join(lines) for lines in cells]


@pytest.fixture(scope="session")
def notebooks() -> Notebooks:
    return Notebooks()


@pytest.fixture
def findings():
    """A function: the texts of code cells in; the findings about them out.

    tags : cell → its tags
    counts : execution counts of the cells
    given : values of parameters
    """

    def of(*sources, tags=None, counts=None, given=None, language="python", kernel="python3"):
        cells = [
            {
                "cell_type": "code",
                "source": source,
                "metadata": {"tags": (tags or {}).get(index, [])},
                "execution_count": counts[index] if counts else None,
                "outputs": [],
            }
            for index, source in enumerate(sources)
        ]
        content = {"cells": cells, "metadata": {"kernelspec": {"name": kernel, "language": language}}, "nbformat": 4}
        file = NotebookFile.from_answer(examine_notebook(content))
        return find(Subject("x.ipynb", file, parameters=file.parameters, given=given or {}))

    return of


@pytest.fixture
def told(findings):
    """As `findings`, but of each only severity, code, cell and line; of some codes, if these are named."""

    def of(*sources, codes=None, **notebook):
        return [
            (each["severity"], each["code"], each["cell"], each["line"])
            for each in findings(*sources, **notebook)
            if codes is None or each["code"] in codes
        ]

    return of
