"""Which checks to run (all, lint or unit) in; a line per check and a closing total out. Exit status 0: all is well.

Standard library only; sets up what it needs through bootstrap.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap  # noqa: E402
import browsers  # noqa: E402
from steps import Ended, step  # noqa: E402

REPO = bootstrap.REPO
RESULTS = REPO / "test-results"
PYTHON_SOURCES = ["primehub_nbext", "tests", "setup.py", "noxfile.py", "dev", "bench"]
# Two files at a time; a file's tests stay together and in order, for they share servers.
SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile"]
# They take minutes, and nothing that they look at is another on Notebook 7; the long matrix runs them there too.
TRIED_ON_A = [
    "--ignore=tests/server/test_killed.py",
    "--ignore=tests/server/test_terminal.py",
    "--ignore=tests/browser/trouble/test_one_job.py",
    "--ignore=tests/browser/trouble/test_tabs.py",
    "--ignore=tests/browser/flows/test_remembered.py",
    "--ignore=tests/browser/flows/test_logs.py",
]
# What tests/platform says in the end of how well the sandbox imitates PrimeHub.
AGREEMENT = r"^.+: \d+ of \d+ agree$"


@dataclass
class Outcome:
    """One check: how it ended and how many tests it counted (a linter counts none)."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    not_run: str = ""
    tests: bool = True
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, ended: Ended, **more) -> Outcome:
        """What a step comes to: one that failed, or took too long, counts as one failure at least."""
        outcome = cls(name, seconds=ended.seconds, **more)
        if ended.overdue:
            outcome.notes = (*outcome.notes, ended.overdue)
            outcome.failed += 1
        elif ended.status and not outcome.failed:
            outcome.failed = 1
        return outcome

    def failures(self) -> int:
        """How many it adds to the total: where nothing may be missing, what was not run is one."""
        return 1 if self.not_run and nothing_may_be_missing() else self.failed

    def line(self) -> str:
        if self.not_run:
            return f"  {'FAILED   ' if self.failures() else ''}not run  {self.name}: {self.not_run}"
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped, " if self.tests else ""
        told = [f"  {'FAILED ' if self.failed else 'ok     '}  {self.name}: {counts}{self.seconds:.0f} s"]
        return "\n".join([*told, *(f"           {note}" for note in self.notes)])


def nothing_may_be_missing() -> bool:
    """A machine that is there to check (CI=true) has to have all that it takes."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def lint(name: str, command: list, env: dict | None = None) -> Outcome:
    return Outcome.of(name, step(name, command, env), tests=False)


def pytest(name: str, letter: str, paths: list, env: dict, options: list | tuple = ()) -> Outcome:
    """pytest in one of the environments; counted from its own report, and a crash counts as a failure."""
    present = [path for path in paths if not (REPO / path).is_dir() or any((REPO / path).rglob("test_*.py"))]
    if not present:
        return Outcome(name, not_run=f"there are no tests in {', '.join(paths)}")
    report = RESULTS / f"{re.sub('[^a-z0-9]+', '-', name.lower())}.xml"
    report.unlink(missing_ok=True)
    command = [bootstrap.VENVS / letter / "bin" / "pytest", "-q", f"--junitxml={report}", *options, *present]
    ended = step(name, command, env)
    counts = Counter()
    if report.is_file():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            passed = max(0, int(suite.get("tests", 0)) - wrong - skipped)
            counts.update(failed=wrong, skipped=skipped, passed=passed)
    return Outcome.of(name, ended, **counts, notes=tuple(re.findall(AGREEMENT, ended.output, re.MULTILINE)))


def side_by_side(name: str, letter: str, paths: list, env: dict, options: list | tuple = ()) -> list[Outcome]:
    """The tests that wait more than they work, two files at a time; then those that measure, alone.

    All alone where the two cannot have a network each (tests/kit/network.py).
    """
    if not networks_apart():
        return [pytest(name, letter, paths, env, options)]
    return [
        pytest(name, letter, paths, env, [*options, *SIDE_BY_SIDE, "-m", "not alone"]),
        pytest(f"{name}, alone", letter, paths, env, [*options, "-m", "alone"]),
    ]


def networks_apart() -> bool:
    """Whether this machine lets us make networks."""
    with contextlib.suppress(OSError):
        return subprocess.run(["unshare", "--net", "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    return False


def together(outcomes: list[Outcome]) -> Outcome:
    """Several as one, by the name of the first."""
    counts = {
        name: sum(getattr(each, name) for each in outcomes) for name in ("passed", "failed", "skipped", "seconds")
    }
    return Outcome(outcomes[0].name, **counts, notes=tuple(note for each in outcomes for note in each.notes))


def node_tests() -> Outcome:
    name = "node --test"
    files = sorted((REPO / "tests" / "js").rglob("*.test.js"))
    if not shutil.which("node"):
        return Outcome(name, not_run="Node.js is not installed (apt-get install nodejs)")
    if not files:
        return Outcome(name, not_run="there are no tests in tests/js")
    ended = step(name, ["node", "--test", "--test-reporter=tap", *files], quiet=True)
    told = re.findall(r"^# (pass|fail|skipped) (\d+)$", ended.output, re.MULTILINE)
    counts = Counter({key: int(number) for key, number in told})
    outcome = Outcome.of(name, ended, passed=counts["pass"], failed=counts["fail"], skipped=counts["skipped"])
    print(ended.output if outcome.failed else f"{outcome.passed} passed", flush=True)
    return outcome


def lints(node_problem: str | None) -> list[Outcome]:
    tools = bootstrap.VENVS / "a" / "bin"
    ruff = tools / "ruff"
    sources = [name for name in PYTHON_SOURCES if (REPO / name).exists()]
    outcomes = [
        lint("ruff check", [ruff, "check", *sources]),
        lint("ruff format", [ruff, "format", "--check", *sources]),
        lint("import-linter", [tools / "lint-imports", "--no-cache"], {"PYTHONPATH": str(REPO)}),
        lint("mypy", [tools / "mypy"]),
    ]
    if node_problem:
        outcomes.append(Outcome("eslint", not_run=node_problem))
    else:
        outcomes.append(lint("eslint", ["npm", "run", "--silent", "lint"]))
    return outcomes


def main(what: str) -> int:
    started = time.monotonic()
    RESULTS.mkdir(exist_ok=True)
    status = bootstrap.main("test" if what == "all" else "bench")
    if status:
        return close(0, 1)
    outcomes: list[Outcome] = []
    env: dict = {}
    if what in ("all", "lint"):
        outcomes += lints(bootstrap.set_up_node())
    if what == "all":
        bootstrap.file_system_tools()
        chromium = browsers.browser()
        env = {"PRIMEHUB_TEST_CHROMIUM": chromium or ""}
    if what in ("all", "unit"):
        outcomes += [node_tests(), *side_by_side("unit tests", "a", ["tests/unit"], env)]
    if what == "all":
        outcomes += [
            # No test there measures anything, or starts a kernel.
            pytest("the sandbox against PrimeHub", "a", ["tests/platform"], env, SIDE_BY_SIDE),
            pytest("packaging", "a", ["tests/packaging"], env),
            *side_by_side("notebook 6.5 and jupyter_server", "a", ["tests/server", "tests/browser"], env),
            *side_by_side("notebook 7 with nbclassic", "b", ["tests/server", "tests/browser"], env, TRIED_ON_A),
        ]
        if not chromium:
            outcomes.append(
                Outcome("browser", not_run="no Chromium was found or could be fetched (apt-get install chromium)")
            )
    print(f"\n== summary, {time.monotonic() - started:.0f} s")
    for outcome in outcomes:
        print(outcome.line())
    return close(sum(each.passed for each in outcomes), sum(each.failures() for each in outcomes))


def close(passed: int, failed: int) -> int:
    """The closing line, also kept in a file for whoever ran make; a linter or a set-up that failed counts as one."""
    total = f"total: {passed} passed, {failed} failed"
    (RESULTS / "total.txt").write_text(total + "\n")
    print(total, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in ("all", "lint", "unit"):
        sys.exit("usage: python dev/check.py all|lint|unit")
    sys.exit(main(wanted))
