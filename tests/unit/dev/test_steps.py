"""A step of the checks that hangs is ended, with all that it started, and counts as failed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from kit.processes import wait_for

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "dev"))
import check  # noqa: E402
from steps import step  # noqa: E402

# In sh, which has begun long before the limit, even where Python takes seconds to. What it starts in the background
# holds the output open, and is deaf to Ctrl-C.
CHILD = "sleep 600 & echo $! > {pid};"
WAITS = {"ends at Ctrl-C": "wait", "is deaf to it": "trap '' INT; wait"}
LIMIT = 1


def gone(file: Path) -> bool:
    """Whether the process has ended; one that nobody has asked about yet is a zombie, and has."""
    try:
        return Path(f"/proc/{int(file.read_text())}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def pid(tmp_path):
    """Where the process to be ended with the step tells its number."""
    yield tmp_path / "pid"
    if not gone(tmp_path / "pid"):
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)


@pytest.mark.parametrize("waits", WAITS)
def test_a_step_that_hangs_is_ended_with_what_it_started(pid, waits, capsys):
    command = ["sh", "-c", f"{CHILD.format(pid=pid)} echo begun; {WAITS[waits]}"]
    ended = step("the slow one", command, limit=LIMIT, grace=0.5)
    assert pid.read_text()
    wait_for("the end of what it started", lambda: gone(pid), seconds=20)  # SIGKILL takes a moment
    assert ended.status != 0
    assert ended.output == "begun\n"
    outcome = check.Outcome.of("the slow one", ended, passed=3)
    assert (outcome.passed, outcome.failed) == (3, 1)
    assert "the slow one: ended, because it took longer than 1 s" in outcome.line()
    assert "the slow one: ended" in capsys.readouterr().out


def test_what_a_step_leaves_behind_holds_up_nothing(pid):
    """The program has ended well; its child sleeps, with the output in its hands."""
    ended = step("the short one", ["sh", "-c", f"{CHILD.format(pid=pid)} echo done"], limit=60, grace=5)
    assert pid.read_text()
    wait_for("the end of what it started", lambda: gone(pid), seconds=20)  # SIGKILL takes a moment
    assert (ended.status, ended.output, ended.overdue) == (0, "done\n", "")


@pytest.fixture(params=["in the foreground", "in the background"])
def checks(request):
    """Where make runs; in the background of a shell's script Ctrl-C is ignored, and programs inherit that."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if "back" in request.param else signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_step_that_is_told_to_end_may_tidy_up(checks):
    """And one that says after its time that all is well has failed all the same."""
    command = ["sh", "-c", "trap 'echo tidied; exit 0' INT; sleep 600 & wait"]
    ended = step("pytest", command, limit=LIMIT, grace=30)
    assert ended.output == "tidied\n"
    assert (ended.status, check.Outcome.of("pytest", ended).failed) == (1, 1)


def test_how_a_step_ended_is_what_its_check_comes_to():
    good, bad = (step("it", ["sh", "-c", f"echo x; exit {status}"]) for status in (0, 3))
    assert (good.status, good.output, check.Outcome.of("it", good).failed) == (0, "x\n", 0)
    assert (bad.status, bad.output, check.Outcome.of("it", bad).failed) == (3, "x\n", 1)
    # It has counted its failures itself.
    assert check.Outcome.of("it", bad, failed=2).failed == 2
