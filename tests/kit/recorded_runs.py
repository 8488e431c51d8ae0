"""Recorded runs of PrimeHub's run-job.sh in; the same runs of the sandbox's script, in the same form, out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from datetime import datetime
from pathlib import Path

from kit.processes import wait_for
from primehub_nbext.sandbox.runner.container import hook, mounts_of
from primehub_nbext.sandbox.runner.kubelet import termination_message
from primehub_nbext.sandbox.runner.namespace import HOME, Namespace
from primehub_nbext.sandbox.runner.pods import Folders, Pod, Resources

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "platform" / "recordings" / "runner_runs.jsonl"
TABLE = Path(__file__).resolve().parents[1] / "platform" / "runner_runs.jsonl"
JOB = "job-202601010101-abcdef"
# Said of nearly every run, and left out of the table there.
USUAL = {"uid": 0, "volume": "phusers", "home_on": "ext4", "phfs_on": "tmpfs", "agent": "absent"}
NO_PROFILE = "/project/phusers/.primehub/profile will be loaded if exists\ngroup profile not found\n"
RUN_SECONDS = 120
# What happened from outside meanwhile: a signal, to the first process or to all, so many seconds after the start.
FROM_OUTSIDE = {
    "pid1-ignores-sigterm": (signal.SIGTERM, 2),
    "pod-deleted-sigkill": (signal.SIGKILL, 3),
    "pod-deleted-with-agent": (signal.SIGKILL, 8),
}
# What lay there before, where the recording has no shell commands that made it.
EXPIRED_BEFORE = {"rclone-append-existing": "1234567890\n"}


def compact(recording: dict, usual_env: dict) -> dict:
    """A recording less what all have in common, and less what is of the recording machine."""
    env = recording["env"]
    changes = {name: value for name, value in env.items() if usual_env.get(name) != value}
    changes.update({name: None for name in usual_env if name not in env})
    facts = recording["conditions"]
    volume = facts["group_volume_mounted_at"]
    conditions = {
        "uid": facts["run_as_uid"],
        "volume": volume and volume.rpartition("/")[2],
        "home_on": facts["home_filesystem"],
        "phfs_on": "rclone" if "rclone" in facts["phfs_filesystem"] else facts["phfs_filesystem"],
        "agent": facts["monitoring_agent"],
        "control_groups": facts.get("control_groups"),
    }
    result = {
        "exit_code": recording["exit_code"],
        "stdout": recording["stdout"],
        "stderr": recording["stderr"],
        "tail": recording["log_tail_as_termination_message"],
        "files": [_entry(each) for each in recording["files_after"]],
        "job_folder": recording["job_folder_exists"],
        "metadata": recording["metadata"],
        "home": [_entry(each, owner=False) for each in recording["home_after"]],
    }
    shown = {name: value for name, value in conditions.items() if value != USUAL.get(name)}
    kept = {name: value for name, value in result.items() if value or name == "exit_code"}
    about = {"name": recording["name"], "env": changes, "setup": recording["setup"], **shown}
    return {**{k: v for k, v in about.items() if v or k in shown}, "command": recording["command"], "result": kept}


def _entry(each: dict, owner: bool = True) -> str:
    if "more" in each:
        return f"... {each['more']} more"
    parts = [each["type"], each["mode"].removeprefix("0o"), each["owner"] if owner else "", each["path"]]
    # The agent's own files are as long as its log lines are.
    size = "" if each["path"].startswith(".monitoring-agent.") else each.get("size", "")
    return " ".join(map(str, filter(None, [*parts, each.get("target"), str(size)])))


def recordings() -> tuple[dict, list[dict]]:
    """The usual environment and all runs: PrimeHub's recordings where they are, else the table made of them."""
    if not RECORDINGS.is_file():
        usual, *runs = map(json.loads, TABLE.read_text("utf-8").splitlines())
        return usual, runs
    found = [json.loads(line) for line in RECORDINGS.read_text("utf-8").splitlines()]
    usual = found[0]["env"]
    return usual, [compact(each, usual) for each in found]


class Replay:
    """One run, again: a state folder, a namespace, the usual environment and a compact recording in; `result` out."""

    def __init__(self, state: Path, namespace: Namespace, usual: dict, run: dict):
        self.state, self.namespace, self.run_ = state, namespace, run
        self.conditions = {**USUAL, **{name: run[name] for name in USUAL if name in run}}
        env = {**usual, **run.get("env", {})}
        limit = float(1 << 30) if run.get("control_groups") == "made-up version 1 files" else None
        self.pod = Pod(
            name=JOB,
            group=env["GROUP_NAME"],
            user="alice",
            image="",
            command=run["command"].removeprefix("sleep 1\n"),
            env={name: value for name, value in env.items() if value is not None},
            limits=Resources(memory=limit),
            volumes={self.conditions["volume"]: True} if self.conditions["volume"] else {},
            store="phusers",
            agent=self.conditions["agent"] != "absent",
        )
        self.folders = Folders(state)
        self.home, self.phfs = self.folders.home(JOB), self.folders.store("phusers")

    def result(self) -> dict:
        mounts = [*mounts_of(self.pod, self.folders), *self._others()]
        self._prepare(mounts)
        script = ["/scripts/run-job.sh", f"sleep 1\n{self.pod.command}"]
        if uid := self.conditions["uid"]:
            script = ["/usr/bin/setpriv", f"--reuid={uid}", "--regid=100", "--clear-groups", *script]
        command = self.namespace.command(mounts, HOME, script, beside=hook(self.pod, 0))
        process = subprocess.Popen(
            command,
            cwd=self.state,
            env=self.pod.env,
            stdin=subprocess.DEVNULL,
            stdout=(self.state / "stdout").open("wb"),
            stderr=(self.state / "stderr").open("wb"),
            start_new_session=True,
            umask=0o022,
        )
        watcher = threading.Thread(target=self._interfere, args=(process,))
        watcher.start()
        code = process.wait(RUN_SECONDS)
        watcher.join()
        return self._seen(128 - code if code < 0 else code, time.time())

    def _others(self):
        """A passwd that knows jovyan, and a /tmp of the run's own."""
        passwd = self.state / "passwd"
        passwd.write_text("jovyan:x:1000:100::/home/jovyan:/bin/bash\n" + Path("/etc/passwd").read_text())
        own = self.state / "tmp"
        own.mkdir()
        own.chmod(0o1777)
        return [(passwd, "/etc/passwd"), (own, "/tmp")]

    def _prepare(self, mounts) -> None:
        self.home.chmod(0o777)
        self.phfs.chmod(0o777)
        if "x bit" in self.conditions["agent"]:
            (self.folders.pod(JOB) / "monitoring-utils" / "primehub-monitoring-agent").chmod(0o644)
        if before := EXPIRED_BEFORE.get(self.run_["name"]):
            metadata = self.phfs / "jobArtifacts" / JOB / ".metadata"
            metadata.mkdir(parents=True)
            (metadata / "expiredAt").write_text(before)
        if setup := self.run_.get("setup"):
            command = self.namespace.command(mounts, HOME, ["/bin/sh", "-c", setup])
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    def _interfere(self, process: subprocess.Popen) -> None:
        number, seconds = FROM_OUTSIDE.get(self.run_["name"], (None, 0))
        if number is None:
            return
        time.sleep(seconds)  # as recorded, not to wait for something
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)  # as the kubelet does
        else:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            os.kill(int(wait_for("the pod's first process", lambda: children.read_text().split())[0]), number)

    def _seen(self, code: int, ended: float) -> dict:
        stdout = (self.state / "stdout").read_bytes().decode("utf-8", "replace")
        stderr = (self.state / "stderr").read_bytes().decode("utf-8", "replace")
        # One log of both, in the order of runs that failed: the script, the command's errors, the script's last line.
        log, (first, second, *rest) = self.state / "log", [*stdout.splitlines(keepends=True), "", ""]
        log.write_text("".join([first, second, stderr, *rest]))
        folder = self.phfs / "jobArtifacts" / JOB
        return {
            "exit_code": code,
            "stdout": stdout,
            "stderr": stderr,
            "tail": termination_message(log),
            "files": sorted(map(_entry, _entries(folder))),
            "job_folder": folder.is_dir(),
            "metadata": _metadata(folder / ".metadata", self.home / ".monitoring-agent.log", ended),
            "home": [_entry(each, owner=False) for each in _entries(self.home) if "/" not in each["path"]],
        }


def _entries(folder: Path) -> list[dict]:
    found = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        facts = path.lstat()
        kind = "link" if path.is_symlink() else "dir" if path.is_dir() else "file"
        each = {"path": str(path.relative_to(folder)), "type": kind, "mode": oct(facts.st_mode & 0o7777)}
        # Who is not root is root inside, by a user namespace.
        mine = facts.st_uid == os.geteuid()
        each["owner"] = "0:0" if mine else f"{facts.st_uid}:{facts.st_gid}"
        if kind == "link":
            each["target"] = str(path.readlink())
        elif kind == "file":
            each["size"] = facts.st_size
        found.append(each)
    return found


def _metadata(folder: Path, agent_log: Path, ended: float) -> dict:
    found = {}
    if (folder / "expiredAt").is_file():
        lines = (folder / "expiredAt").read_text().split()
        # A second either way: whole seconds, and the process is seen to end a little later.
        near = [str(int(ended) + 604800 - late) for late in (-1, 0, 1, 2)]
        found["expiredAt"] = ["<END+604800>" if line in near else line for line in lines]
    if (folder / "monitoring").is_file():
        found["monitoring"] = json.loads((folder / "monitoring").read_text())
        stamp = re.search(r'time="([^"]+)Z"', agent_log.read_text()).group(1)
        begun = int(datetime.fromisoformat(stamp + "+00:00").timestamp())
        for records in found["monitoring"]["datasets"].values():
            for each in records:
                each["timestamp"] = f"<START+{each['timestamp'] - begun}>"
    return found
