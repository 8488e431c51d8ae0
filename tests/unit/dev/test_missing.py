"""On somebody's own machine what cannot be run is told; on one that is there to check (CI=true) it has failed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "dev"))
import bootstrap  # noqa: E402
import browsers  # noqa: E402
import check  # noqa: E402
import matrix  # noqa: E402

CI = [(None, 0), ("", 0), ("false", 0), ("true", 1), ("1", 1)]


@pytest.fixture
def ci(monkeypatch, request):
    monkeypatch.delenv("CI", raising=False)
    if request.param is not None:
        monkeypatch.setenv("CI", request.param)


@pytest.fixture
def no_tools(monkeypatch, tmp_path):
    """Set up already, and neither Node.js nor Chromium there; results are kept elsewhere than those of this run."""
    monkeypatch.setattr(check, "RESULTS", tmp_path)
    monkeypatch.setattr(bootstrap, "main", lambda what: 0)
    monkeypatch.setattr(bootstrap, "set_up_node", lambda: "Node.js is not installed")
    monkeypatch.setattr(check, "lint", lambda name, *more: check.Outcome(name, tests=False))


@pytest.mark.parametrize(("ci", "status"), CI, indirect=["ci"])
def test_a_check_that_was_not_run(ci, no_tools, status, capsys):
    assert check.main("lint") == status
    said = capsys.readouterr().out
    assert f"{'FAILED   ' if status else ''}not run  eslint: Node.js is not installed" in said
    assert said.endswith(f"total: 0 passed, {status} failed\n")
    assert (check.RESULTS / "total.txt").read_text() == f"total: 0 passed, {status} failed\n"


@pytest.mark.parametrize(("ci", "status"), CI, indirect=["ci"])
def test_a_python_that_is_not_installed(ci, status, monkeypatch, capsys):
    monkeypatch.setattr(matrix, "ROWS", ("2.0",))
    assert matrix.main([]) == status
    assert "Python 2.0 is neither on PATH" in capsys.readouterr().out


@pytest.mark.parametrize(("ci", "status"), CI, indirect=["ci"])
def test_the_matrix_without_a_browser(ci, status, monkeypatch, tmp_path):
    monkeypatch.setattr(check, "RESULTS", tmp_path)
    monkeypatch.setattr(browsers, "find_chromium", lambda: None)
    monkeypatch.setattr(matrix, "find_python", lambda version: sys.executable)
    monkeypatch.setattr(matrix, "step", lambda name, command: check.Ended(0, "", 0.0))
    monkeypatch.setattr(check, "pytest", lambda name, *more, **options: check.Outcome(name, passed=1))
    (outcome,) = matrix.run("3.9", "B", long=True).values()
    assert (outcome.failed, "no Chromium was found" in outcome.notes[0]) == (status, True)
