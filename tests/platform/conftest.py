"""The test run's end: how many of PrimeHub's recorded answers the sandbox gives."""

from __future__ import annotations

from kit import agreement


def pytest_terminal_summary(terminalreporter):
    if lines := agreement.lines():
        terminalreporter.section("agreement with PrimeHub")
        for line in lines:
            terminalreporter.line(line)
