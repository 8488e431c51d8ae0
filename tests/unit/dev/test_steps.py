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

# A program that keeps the output open; and one that, as pytest does, tidies up when it hears Ctrl-C.
CHILD = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
STARTS = "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', *sys.argv[1:]])"
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has asked about yet is a zombie, and has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def pid_file(tmp_path):
    yield tmp_path / "pid"
    if (tmp_path / "pid").exists() and not gone(pid := int((tmp_path / "pid").read_text())):
        os.kill(pid, signal.SIGKILL)


def started(pid_file: Path) -> int:
    return int(wait_for("the process", lambda: pid_file.exists() and pid_file.read_text(), seconds=10))


@pytest.mark.parametrize("deaf", [False, True], ids=["hears Ctrl-C", "is deaf to it"])
def test_a_step_that_hangs_is_ended_with_what_it_started(pid_file, deaf, capsys):
    code = f"{DEAF if deaf else ''}{STARTS}; print('begun', flush=True); child.wait()"
    ended = step("the slow one", [sys.executable, "-c", code, DEAF + CHILD, pid_file], limit=3, grace=0.5)
    assert ended.status != 0
    assert ended.output.startswith("begun\n")
    assert gone(started(pid_file))
    outcome = check.Outcome.of("the slow one", ended, passed=3)
    assert (outcome.passed, outcome.failed) == (3, 1)
    assert "the slow one: ended, because it took longer than 3 s" in outcome.line()
    assert "the slow one: ended" in capsys.readouterr().out


def test_what_a_step_leaves_behind_holds_up_nothing(pid_file):
    """The program has ended well; a child of it sleeps, with the output in its hands."""
    code = f"{STARTS}\nimport os, time\nwhile not os.path.exists(sys.argv[2]): time.sleep(0.01)\nprint('done')"
    ended = step("the short one", [sys.executable, "-c", code, CHILD, pid_file], limit=60, grace=5)
    assert (ended.status, ended.output, ended.overdue) == (0, "done\n", "")
    assert gone(started(pid_file))


def test_a_step_that_is_told_to_end_may_tidy_up(tmp_path):
    tidied = tmp_path / "tidied"
    code = "import sys, time\ntry: time.sleep(600)\nfinally: open(sys.argv[1], 'w').close()"
    ended = step("pytest", [sys.executable, "-c", code, tidied], limit=2, grace=30)
    assert tidied.exists()
    assert check.Outcome.of("pytest", ended).failed == 1


def test_one_that_ends_well_after_its_time_has_failed_all_the_same():
    code = "import time\ntry: time.sleep(600)\nexcept KeyboardInterrupt: print('well')"
    ended = step("late", [sys.executable, "-c", code], limit=2, grace=30)
    assert (ended.status, ended.output) == (1, "well\n")


def test_how_a_step_ended_is_what_its_check_comes_to():
    good, bad = (step("it", [sys.executable, "-c", f"import sys; print('x'); sys.exit({status})"]) for status in (0, 3))
    assert (good.status, good.output, check.Outcome.of("it", good).failed) == (0, "x\n", 0)
    assert (bad.status, bad.output, check.Outcome.of("it", bad).failed) == (3, "x\n", 1)
    # It has counted its failures itself.
    assert check.Outcome.of("it", bad, failed=2).failed == 2
