"""Pythons and hosts in; a table of how many tests passed on each out. Exit status 0: none failed.

Standard library only. The environments are bootstrap.py's, one set for each Python, below .venv/<version>/.

    python dev/matrix.py          the short form: unit and packaging tests, and the road over REST on each host
    python dev/matrix.py --long   all tests of the host, the browser's among them where there is a Chromium
    python dev/matrix.py [--long] "3.9(A)" "3.9-oldest(B)" "hub(B)"    only these; hub: under a JupyterHub
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap  # noqa: E402
import browsers  # noqa: E402
import check  # noqa: E402
from steps import step  # noqa: E402

PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
# With the versions in dev/constraints/ that the name's second half chooses, where they differ from what pip picks.
CONSTRAINED = ("3.9-oldest", "3.9-server2", "3.13-newest")
# A row besides: the hosts as a real JupyterHub starts them, in environments of their own.
HUB = "hub"
ROWS = (*PYTHONS, *CONSTRAINED, HUB)
# The host as tests/kit/servers.py names it, and the kind of environment it is in.
HOSTS = {"A": "a", "A2": "a", "B": "b"}
# What hangs on the Python and not on the host is tested with this one.
FIRST = "A"
EVERY_HOST = {"short": ["tests/server/test_hosts.py", "tests/server/test_jobs.py"], "long": ["tests/server"]}
COLUMNS = ("unit", "packaging", *HOSTS)


class NotInstalled(Exception):
    """There is no such Python here; the message says where it was looked for."""


def find_python(version: str) -> str:
    """The interpreter of a version such as "3.9": on PATH, else pyenv's newest. Raises NotInstalled."""
    found = [shutil.which(f"python{version}")]
    versions = Path.home() / ".pyenv" / "versions"
    # By number: 3.9.18 is newer than 3.9.2.
    releases = sorted(versions.glob(f"{version}.*"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.name)])
    found += [str(path / "bin" / "python") for path in reversed(releases)]
    code = "import sys; print('.'.join(map(str, sys.version_info[:2])))"
    for python in filter(None, found):
        # pyenv puts a python3.9 on PATH that starts nothing while another version is chosen.
        try:
            done = subprocess.run([python, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        except OSError:
            continue
        if done.stdout.strip() == version:
            return python
    raise NotInstalled(f"Python {version} is neither on PATH nor in ~/.pyenv/versions.")


def run_hub(host: str) -> dict[str, check.Outcome]:
    """Set up a JupyterHub beside the host and test it: the outcome by column."""
    check.RESULTS.mkdir(exist_ok=True)
    name = f"JupyterHub, host {host}"
    ended = step(f"{name}: set-up", [sys.executable, bootstrap.__file__, "hub"])
    if ended.status:
        return {host: check.Outcome.of(name, ended)}
    env = {"PRIMEHUB_TEST_CHROMIUM": browsers.find_chromium() or ""}
    return {host: check.pytest(name, f"hub/{HOSTS[host]}", ["tests/hub"], env, [f"--host={host}"])}


def run(version: str, host: str, long: bool) -> dict[str, check.Outcome]:
    """Set up one cell of the matrix and test it: outcomes by column. Raises NotInstalled."""
    if version == HUB:
        return run_hub(host)
    number, _, chosen = version.partition("-")
    python, kind = find_python(number), f"{version}/{HOSTS[host]}"
    check.RESULTS.mkdir(exist_ok=True)
    name = f"python {version}, host {host}"
    ended = step(f"{name}: set-up", [python, bootstrap.__file__, "matrix", *filter(None, [chosen])])
    if ended.status:
        return {host: check.Outcome.of(name, ended)}
    chromium = browsers.find_chromium()
    folders = list(EVERY_HOST["long" if long else "short"])
    if long and chromium:
        folders.append("tests/browser")
    env = {"PRIMEHUB_TEST_CHROMIUM": chromium or ""}
    outcomes = {}
    if host == FIRST:
        outcomes["unit"] = check.together(
            check.side_by_side(f"python {version}, unit tests", kind, ["tests/unit"], env)
        )
        outcomes["packaging"] = check.pytest(f"python {version}, packaging", kind, ["tests/packaging"], env)
    outcomes[host] = check.pytest(name, kind, folders, env, options=[f"--host={host}"])
    if long and not chromium:
        outcomes[host].notes += ("without the browser tests: no Chromium was found (apt-get install chromium)",)
        outcomes[host].failed += check.nothing_may_be_missing()
    return outcomes


def cell(outcome: check.Outcome | None) -> str:
    """What a cell of the table says."""
    if outcome is None or outcome.not_run:
        return "not run"
    told = [f"{outcome.passed} passed"]
    told += [f"{outcome.failed} FAILED"] if outcome.failed else []
    return ", ".join([*told, *([f"{outcome.skipped} skipped"] if outcome.skipped else [])])


def table(results: dict[str, dict[str, check.Outcome]], missing: dict[str, str]) -> str:
    """Python × column, as Markdown; beneath it each Python that is not installed and each note."""
    rows = [["Python", *COLUMNS]]
    for version in [*results, *missing]:
        outcomes = results.get(version, {})
        rows.append([version, *("not installed" if version in missing else cell(outcomes.get(c)) for c in COLUMNS)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rows.insert(1, ["-" * width for width in widths])
    lines = ["| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |" for row in rows]
    notes = {note for outcomes in results.values() for outcome in outcomes.values() for note in outcome.notes}
    return "\n".join([*lines, *missing.values(), *sorted(notes)])


def all_cells() -> list[tuple[str, str]]:
    """Versions and hosts, but for those of which a set of constraints says nothing."""
    cells = [(version, host) for version in ROWS for host in HOSTS]
    return [
        (version, host)
        for version, host in cells
        if (chosen := bootstrap.constraints(f"{version}/{HOSTS[host]}")) is None or chosen.is_file()
    ]


def main(arguments: list[str]) -> int:
    long = "--long" in arguments
    named = [text for text in arguments if text != "--long"]
    cells = [cell for cell in all_cells() if not named or "{}({})".format(*cell) in named]
    if len(cells) < len(set(named)):
        print(__doc__, file=sys.stderr)
        return 2
    results: dict[str, dict[str, check.Outcome]] = {}
    missing: dict[str, str] = {}
    for version, host in cells:
        try:
            results.setdefault(version, {}).update(run(version, host, long))
        except NotInstalled as error:
            results.pop(version)
            missing[version] = str(error)
    print(f"\n== matrix, {'long' if long else 'short'} form\n{table(results, missing)}", flush=True)
    failed = sum(outcome.failed for outcomes in results.values() for outcome in outcomes.values())
    return 1 if failed or (missing and check.nothing_may_be_missing()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
