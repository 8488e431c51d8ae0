"""The runs of PrimeHub's own run-job.sh that were recorded, played against the sandbox's script."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit import agreement
from kit.recorded_runs import RECORDINGS, TABLE, Replay, recordings
from primehub_nbext.sandbox.runner.agent import Agent
from primehub_nbext.sandbox.runner.kubelet import MESSAGE_BYTES, MESSAGE_LINES
from primehub_nbext.sandbox.runner.namespace import Namespace

USUAL, RUNS = recordings()
AT_ONCE = 24  # they mostly sleep

SUDO = "the sandbox has no sudo, as an image without it: the command runs as root"
RCLONE = "PHFS is a plain folder here, not an rclone mount"
# What cannot be the same, and why.
DIFFERENT = {
    "environment-nb-user-not-in-passwd": SUDO,
    "environment-sudo": SUDO,
    "path-with-space": SUDO,
    "artifacts-feature-off": SUDO + ", so no SUDO_COMMAND is found beside PHJOB",
    "killed-by-sigkill": SUDO + ", so bash names that command",
    "child-segfault": SUDO + ", so bash names that command",
    "artifacts-direct-phfs": SUDO + " and owns what it makes",
    "monitoring-agent-killed-by-command": "the command uses sudo",
    "monitoring-agent-short": "the command uses sudo",
    "monitoring-agent-32s": SUDO + ", and says so",
    "rclone-artifacts-symlink": RCLONE + ": links can be made",
    "rclone-artifacts-plain": RCLONE + ": modes are kept; " + SUDO,
    "rclone-monitoring": RCLONE + ": modes are kept",
    "rclone-user-writes": RCLONE + "; the command uses sudo",
}
# Over before the hook beside it can have made all its links.
AT_ONCE_OVER = ("profile-exits",)
# Lasts longer than a test run should: what the agent writes is looked at with a clock of our own.
LONG = {"monitoring-agent-75s": 75}


@pytest.fixture(scope="module")
def namespace(tmp_path_factory):
    state = tmp_path_factory.mktemp("namespace")
    found = Namespace.find(state)
    if found is None or not found.processes:
        pytest.skip("this system allows no private mount and process namespace")
    return found


@pytest.fixture(scope="module")
def results(namespace, tmp_path_factory):
    """The outcome of every run, all at once; a run that this system cannot do is a reason instead."""
    base = tmp_path_factory.mktemp("runs")
    with tempfile.TemporaryDirectory(dir="/dev/shm", prefix="primehub-runs-") as memory:
        os.chmod(base, 0o755)
        os.chmod(memory, 0o755)

        def play(run: dict):
            if run["name"] in LONG:
                return compressed(tmp_path_factory.mktemp("agent"), run, LONG[run["name"]])
            if run.get("uid") and os.geteuid() != 0:
                return "only root can be somebody else"
            state = Path(memory if run.get("home_on") == "tmpfs" else base) / run["name"]
            state.mkdir()
            own = Namespace(state / "room", namespace.tools, keep=(*namespace.keep, state))
            own.root.mkdir()
            try:
                return Replay(state, own, USUAL, run).result()
            finally:
                shutil.rmtree(state, ignore_errors=True)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            # The longest first, so that they do not come last.
            first = sorted(RUNS, key=lambda run: "agent" not in run)
            return dict(zip((run["name"] for run in first), pool.map(play, first)))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("run", RUNS, ids=lambda run: run["name"])
def test_a_recorded_run(run, results):
    name, got = run["name"], results[run["name"]]
    if isinstance(got, str):
        agreement.record("recorded runs of a job", name, False, got)
        pytest.skip(got)
    wrong = differences(run, got)
    agreement.record("recorded runs of a job", name, not wrong, DIFFERENT.get(name, ", ".join(wrong)))
    if name in DIFFERENT:
        assert wrong, "it agrees by now: take it off the list"
    else:
        assert not wrong, {each: (run["result"].get(each), got[each]) for each in wrong}


@pytest.mark.skipif(not RECORDINGS.is_file(), reason="the recordings that the table was made of are not here")
def test_the_table_is_what_was_recorded():
    usual, *runs = map(json.loads, TABLE.read_text("utf-8").splitlines())
    assert (usual, runs) == (USUAL, RUNS)


def differences(run: dict, got: dict) -> list[str]:
    """The names of what is not as recorded."""
    wanted = {"stdout": "", "stderr": "", "files": [], "job_folder": False, "metadata": {}, "home": []} | run["result"]
    wrong = [each for each in ("exit_code", "job_folder") if wanted[each] != got[each]]
    wrong += [each for each in ("stdout", "stderr") if not same_text(wanted[each], got[each])]
    if "tail" in wanted and not same_tail(wanted["tail"], got["tail"]):
        wrong.append("tail")
    if not same_entries(wanted["files"], got["files"]):
        wrong.append("files")
    # Where there is no volume, the recorder ran no hook.
    if run.get("volume", "phusers"):
        links = [each for each in wanted["home"] if each.startswith("link 777 ") and run["name"] in AT_ONCE_OVER]
        if not same_entries([each for each in wanted["home"] if each not in links or each in got["home"]], got["home"]):
            wrong.append("home")
    if not same_metadata(wanted["metadata"], got["metadata"]):
        wrong.append("metadata")
    return wrong


def same_text(wanted: str, got: str) -> bool:
    pattern = re.escape(wanted).replace("<PID>", r"\d+").replace("<DATE>", r"\w+ +\d+ \d+:\d+")
    # The width of a process id is the machine's.
    return re.fullmatch(re.sub(r"(\\ )+\\d\+", r" +\\d+", pattern), got) is not None


def same_tail(wanted: str, got: str) -> bool:
    """The same; of a log that is kept whole in any order, as output and errors were recorded apart."""
    if len(wanted.encode()) < MESSAGE_BYTES and wanted.count("\n") < MESSAGE_LINES:
        wanted, got = ("\n".join(sorted(each.split("\n"))) for each in (wanted, got))
    return same_text(wanted, got)


def same_entries(wanted: list[str], got: list[str]) -> bool:
    more = [int(each.split()[1]) for each in wanted if each.startswith("... ")]
    if more:
        return len(got) == len(wanted) - 1 + more[0] and set(wanted[:-1]) <= set(got)
    # A monitoring file's length is that of its numbers.
    return [re.sub(r"(monitoring) \d+$", r"\1", each) for each in sorted(wanted)] == [
        re.sub(r"(monitoring) \d+$", r"\1", each) for each in sorted(got)
    ]


def same_metadata(wanted: dict, got: dict) -> bool:
    """The same, apart from numbers that are the machine's and from where PrimeHub's timer jitters."""
    if wanted.keys() != got.keys() or wanted.get("expiredAt") != got.get("expiredAt"):
        return False
    if "monitoring" not in wanted:
        return True
    wanted, got = wanted["monitoring"], got["monitoring"]
    sets = got["datasets"]
    stamps = [each["timestamp"] for each in sets["15m"]]
    seconds = [int(re.search(r"\d+", stamp).group()) for stamp in stamps]
    gaps = [after - before for before, after in zip(seconds, seconds[1:])]
    return (
        wanted["datasets"].keys() == sets.keys()
        and wanted["spec"].keys() == got["spec"].keys()
        and all(each.keys() == {"timestamp", "cpu_util", "mem_used", "GPU"} for each in sets["15m"])
        and (not seconds or seconds[0] in (4, 5))
        and all(10 <= gap <= 15 for gap in gaps)
        # Theirs are 10 or 15 s apart, ours always 10: as many, or those that fit between.
        and len(wanted["datasets"]["15m"]) <= len(seconds) <= 1.5 * len(wanted["datasets"]["15m"])
        and [each["timestamp"] for each in sets["1h"]] == stamps[::3][: len(stamps) // 3]
        and sets["3h"] == sets["lifetime"] == []
    )


def compressed(folder: Path, run: dict, seconds: int) -> dict:
    """A run of the agent alone, with a clock that does not wait."""
    path = folder / "monitoring"
    agent = Agent(str(path), 0, lambda: (0, 0), 0)
    for now in range(5, seconds, 5):
        agent.tick(now)
    written = json.loads(path.read_text())
    for records in written["datasets"].values():
        for each in records:
            each["timestamp"] = f"<START+{each['timestamp']}>"
    return {"stderr": "", "files": [], **run["result"], "metadata": {"monitoring": written}}
