"""A pod in; the command line, the environment and the folder that its container starts with out."""

from __future__ import annotations

import os
import re
import shlex
import site
import sys
from dataclasses import dataclass
from pathlib import Path

from .namespace import HOME, Mount, Namespace
from .pods import Folders, Pod, PodRefused

HERE = Path(__file__).parent
SCRIPT, AGENT = "run-job.sh", "primehub-monitoring-agent"
# Where a path begins, not where a longer one (<state folder>/home/jovyan/…) goes on.
ABSOLUTE_HOME = re.compile(rf"(?<![\w.~/-]){HOME}(?![\w.-])")


@dataclass(frozen=True)
class Container:
    """What Popen needs; `beside`: a command to start at the same time, where the namespace does not."""

    command: list[str]
    env: dict[str, str]
    folder: Path
    beside: list[str] | None


def container(pod: Pod, folders: Folders, namespace: Namespace | None, hook_delay: float = 0) -> Container:
    """Make the pod's folders and say how it starts.

    hook_delay : seconds by which the hook that makes the home's links is late, as on a busy node
    Raises PodRefused for what would reach into this computer's own folders.
    """
    mounts = mounts_of(pod, folders)
    env = {**image_environment(), "HOSTNAME": pod.name, **pod.env}
    if namespace is not None:
        env["HOME"] = HOME
        script = [f"/scripts/{SCRIPT}", f"sleep 1\n{pod.command}"]
        command = namespace.command(mounts, HOME, script, beside=hook(pod, hook_delay))
        return Container(command, env, folders.path, None)
    # Without mounts, the same folders by their own names.
    home, scripts, datasets, project, phfs, utils = _sources(pod, folders)
    if ABSOLUTE_HOME.search(pod.command):
        raise PodRefused(f"{HOME} is not the sandbox's on this system, so a job that names it is not run")
    env["HOME"] = str(home)
    script = [str(scripts / SCRIPT), f"sleep 1\n{pod.command}"]
    beside = hook(pod, hook_delay, home, project, phfs, datasets)
    return Container([*script, str(project), str(phfs), str(utils)], env, home, ["sh", "-c", beside])


def mounts_of(pod: Pod, folders: Folders) -> list[Mount]:
    """What a pod sees where; the folders and programs in them are made."""
    home, scripts, datasets, project, phfs, utils = _sources(pod, folders)
    # What is not mounted for a pod is empty there, for this computer may have folders of these names.
    own = folders.pod(pod.name)
    mounts = [(home, HOME), (scripts, "/scripts"), (datasets, "/datasets"), (own / "project", "/project")]
    mounts += [(project / volume, f"/project/{volume}") for volume in pod.volumes]
    mounts.append((phfs if pod.store else own / "phfs", "/phfs"))
    if pod.agent:
        mounts.append((utils, "/monitoring-utils"))
    for source, _ in mounts:
        source.mkdir(parents=True, exist_ok=True)
    _write_script(scripts)
    if pod.agent:
        _write_agent(utils, int(pod.limits.memory or 0))
    return mounts


def _sources(pod: Pod, folders: Folders) -> tuple[Path, ...]:
    own = folders.pod(pod.name)
    utils, datasets = own / "monitoring-utils", own / "datasets"
    return folders.home(pod.name), folders.scripts(), datasets, folders.project(), folders.store(pod.store or ""), utils


def hook(pod: Pod, delay: float, home=HOME, project="/project", phfs="/phfs", datasets="/datasets") -> str:
    """The shell command that links a home to what is mounted, which a pod runs beside its own command."""
    links = [(f"{project}/{volume}", volume) for volume, linked in pod.volumes.items() if linked]
    links += [(str(phfs), "phfs")] if pod.store else []
    links += [(str(datasets), "datasets")]
    wait = [f"sleep {delay:g}"] if delay else []
    return "; ".join([*wait, *(shlex.join(["ln", "-sfn", target, f"{home}/{name}"]) for target, name in links)])


def image_environment() -> dict[str, str]:
    """What the image gives a container: as in Jupyter's images, but the Python is this one, with its programs first."""
    environment = {
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
        "SHELL": "/bin/bash",
        "NB_USER": "jovyan",
        "NB_UID": "1000",
        "NB_GID": "100",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "LANGUAGE": "en_US.UTF-8",
        **user_site(),
    }
    for name in ("TMPDIR", "LD_LIBRARY_PATH"):
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def user_site() -> dict[str, str]:
    """What another HOME needs to still find packages that were installed with `pip install --user`."""
    return {"PYTHONUSERBASE": site.getuserbase()} if site.ENABLE_USER_SITE else {}


def _write_script(folder: Path) -> None:
    """Put the pod's script where it is mounted from, with the line that bash names where PrimeHub's has it."""
    text = (HERE / SCRIPT).read_text("utf-8")
    before, line, after = re.split(r"# @line (\d+)\n", text)
    text = before + "\n" * (int(line) - 1 - before.count("\n")) + after
    _write_program(folder / SCRIPT, text)


def _write_agent(folder: Path, memory: int) -> None:
    run = shlex.join([sys.executable, "-I", "-S", str(HERE / "agent.py")])
    _write_program(folder / AGENT, f'#!/bin/sh\nexec {run} "$1" {memory}\n')


def _write_program(path: Path, text: str) -> None:
    """Replaced at once, since another pod may be running it; nothing where it is the same already."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    new = path.with_name(f"{path.name}.{os.getpid()}.{id(text)}")
    new.write_text(text, "utf-8")
    new.chmod(0o755)
    os.replace(new, path)
