"""The matrix as nox sessions: tests-3.9(A) to tests-hub(B). `-- --short` for the short form of dev/matrix.py.

nox makes no environments of its own: they are dev/bootstrap.py's, as for make, so there is one list of what is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).resolve().parent / "dev"))
import check
import matrix


def add_session(version: str, hosts: list[str]) -> None:
    """One session for each host: unit and packaging tests with the first, all tests of the host with each."""

    @nox.session(name=f"tests-{version}", venv_backend="none")
    @nox.parametrize("host", [nox.param(host, id=host) for host in hosts])
    def tests(session: nox.Session, host: str) -> None:
        try:
            outcomes = matrix.run(version, host, long="--short" not in session.posargs)
        except matrix.NotInstalled as error:
            # nox reports a skipped session in its summary; where the matrix is to be proven that is not enough.
            (session.error if check.nothing_may_be_missing() else session.skip)(str(error))
        print("\n".join(outcome.line() for outcome in outcomes.values()))
        if any(outcome.failed for outcome in outcomes.values()):
            session.error("tests failed")


for version in dict.fromkeys(version for version, _ in matrix.all_cells()):
    add_session(version, [host for name, host in matrix.all_cells() if name == version])
