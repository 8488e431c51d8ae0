"""The test run's end: how many of PrimeHub's recorded answers the sandbox gives."""

from __future__ import annotations

import pytest

from kit import agreement


def pytest_sessionfinish(session):
    """Where tests run side by side (pytest-xdist), each worker hands what it has to the process that sums up."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["agreement"] = agreement.kept()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    agreement.add(getattr(node, "workeroutput", {}).get("agreement", {}))


def pytest_terminal_summary(terminalreporter):
    if lines := agreement.lines():
        terminalreporter.section("agreement with PrimeHub")
        for line in lines:
            terminalreporter.line(line)
