"""What tests of findings share: a notebook written as the texts of its cells."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.file import NotebookFile, examine_notebook
from primehub_nbext.preflight.findings import find
from primehub_nbext.preflight.subject import Subject


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
