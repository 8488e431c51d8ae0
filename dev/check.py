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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap  # noqa: E402
import browsers  # noqa: E402
from steps import Ended, step  # noqa: E402

REPO = bootstrap.REPO
RESULTS = REPO / "test-results"
PYTHON_SOURCES = ["primehub_nbext", "tests", "setup.py", "noxfile.py", "dev", "bench"]
# Three files at a time on two cores, for they wait a third of their time. A file's tests stay together and in order,
# for they share servers; the files begin in the order of tests/conftest.py.
SIDE_BY_SIDE = ["--dist", "loadfile", "--no-loadscope-reorder", "-n", "3"]
# What measures has a core for itself.
MEASURING = [*SIDE_BY_SIDE, "-n", "2"]
ON_HOSTS = ["tests/server", "tests/browser"]
# They take minutes, and nothing that they look at is another on Notebook 7; the long matrix runs them there too.
TRIED_ON_A = [
    "--ignore=tests/server/test_killed.py",
    "--ignore=tests/server/test_terminal.py",
    "--ignore=tests/browser/trouble/test_one_job.py",
    "--ignore=tests/browser/trouble/test_tabs.py",
    "--ignore=tests/browser/trouble/test_words.py",
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
    """One linter; what it says is shown when it has ended, for another runs beside it."""
    ended = step(name, command, env, quiet=True)
    print(f"\n== {name}, {ended.seconds:.0f} s\n{ended.output}", end="", flush=True)
    return Outcome.of(name, ended, tests=False)


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
    """The tests beside each other; then those that measure, which nothing else may disturb.

    All one after another where they cannot have a network each (tests/kit/network.py).
    """
    if not networks_apart():
        return [pytest(name, letter, paths, env, options)]
    return [
        pytest(name, letter, paths, env, [*options, *SIDE_BY_SIDE, "-m", "not alone"]),
        pytest(f"{name}, alone", letter, paths, env, [*options, *MEASURING, "-m", "alone"]),
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
    """All linters, two at a time, the longest first."""
    tools = bootstrap.VENVS / "a" / "bin"
    ruff = tools / "ruff"
    sources = [name for name in PYTHON_SOURCES if (REPO / name).exists()]
    commands: dict[str, tuple] = {
        "mypy": ([tools / "mypy"],),
        "eslint": (["npm", "run", "--silent", "lint"],),
        "ruff check": ([ruff, "check", *sources],),
        "ruff format": ([ruff, "format", "--check", *sources],),
        "import-linter": ([tools / "lint-imports", "--no-cache"], {"PYTHONPATH": str(REPO)}),
    }
    if node_problem:
        del commands["eslint"]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda name: lint(name, *commands[name]), commands))
    return [*outcomes, *([Outcome("eslint", not_run=node_problem)] if node_problem else [])]


def set_up_the_rest() -> tuple[int, str | None]:
    """What only the tests need: whether it failed, and a Chromium."""
    if status := bootstrap.main("test"):
        return status, None
    bootstrap.file_system_tools()
    return 0, browsers.browser()


def main(what: str) -> int:
    started = time.monotonic()
    RESULTS.mkdir(exist_ok=True)
    outcomes: list[Outcome] = []
    env: dict = {}
    # The linters need .venv/a alone, and have it while the rest is set up.
    with ThreadPoolExecutor() as pool:
        node = pool.submit(bootstrap.set_up_node) if what != "unit" else None
        status = bootstrap.main("bench")
        rest = pool.submit(set_up_the_rest) if what == "all" and not status else None
        if node and not status:
            outcomes += lints(node.result())
        if rest:
            status, chromium = rest.result()
            env = {"PRIMEHUB_TEST_CHROMIUM": chromium or ""}
    if status:
        return close(0, 1)
    if what in ("all", "unit"):
        name, paths = "unit tests", ["tests/unit"]
        if what == "all":
            # Beside them, for its recorded runs last as long as they did there, and mostly sleep.
            name, paths = "unit tests, and the sandbox against PrimeHub", [*paths, "tests/platform"]
        outcomes += [node_tests(), *side_by_side(name, "a", paths, env)]
    if what == "all":
        outcomes += [
            pytest("packaging", "a", ["tests/packaging"], env),
            *side_by_side("notebook 6.5 and jupyter_server", "a", ON_HOSTS, env, ["--sparing"]),
            *side_by_side("notebook 7 with nbclassic", "b", ON_HOSTS, env, TRIED_ON_A),
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
