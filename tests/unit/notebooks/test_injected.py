"""The cell that a job will add, in each language that papermill can write."""

from __future__ import annotations

import pytest
from hypothesis import given
from papermill.translators import papermill_translators, translate_parameters

from kit import properties
from primehub_nbext.notebooks.parameters.injected import TRANSLATORS, injected_cell


def test_all_languages_are_papermills():
    assert set(TRANSLATORS) == set(papermill_translators._translators)


@pytest.mark.parametrize("language", TRANSLATORS)
@properties.often(60)
@given(properties.parameters)
def test_the_injected_cell_is_papermills(language, parameters):
    try:
        expected = translate_parameters("any", language, parameters) if parameters else ""
    except NotImplementedError:
        expected = None
    assert injected_cell(language, parameters) == expected


def test_the_kernels_name_comes_first():
    assert injected_cell("python", {"x": True}, ".net-csharp") == "// Parameters\nvar x = true;\n"
    assert injected_cell("fortran", {"x": 1}, "python") == "# Parameters\nx = 1\n"
    assert injected_cell("fortran", {"x": 1}, "gfort") is None
    assert injected_cell("fortran", {}) == ""
