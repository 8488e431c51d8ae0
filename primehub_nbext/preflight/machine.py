"""Machine: a notebook in; findings about commands and modules that a job's container does not have, out."""

from __future__ import annotations

from typing import Any

from .answers import has_terminal
from .script.cell import CodeCell
from .script.flow import SURE
from .script.shell import Command, commands
from .script.statements import EVERYTHING
from .started import started
from .subject import Subject, finding

CATCHING = {"ImportError", "ModuleNotFoundError", "Exception", EVERYTHING}
# Commands that only root may run, with the first arguments of which this is so; all where there are none.
SYSTEM: dict[str, frozenset[str]] = {
    **dict.fromkeys(("apt", "apt-get", "yum", "dnf"), frozenset({"install", "update", "upgrade", "remove", "purge"})),
    "apk": frozenset({"add", "update", "upgrade", "del"}),
    "dpkg": frozenset({"-i", "--install", "--configure", "-r", "--remove", "-P", "--purge"}),
    "add-apt-repository": frozenset(),
    **dict.fromkeys(("systemctl", "service"), frozenset({"start", "stop", "restart", "reload", "enable", "disable"})),
    **dict.fromkeys(("ldconfig", "su", "useradd", "adduser", "groupadd", "usermod", "modprobe"), frozenset()),
    "snap": frozenset({"install", "remove"}),
}
ANSWERS_ONLY = {"-p", "--print-cache", "--help", "-h", "--version", "-V"}
ASKING = {"if", "test", "[", "[[", "which", "type", "hash"}  # with which a line asks whether there is a command
DOCKER = {"docker", "docker-compose", "nvidia-docker", "podman"}
DOCKER_CALLS = {"docker.from_env", "docker.DockerClient", "docker.client.from_env", "docker.APIClient"}


def find_machine(subject: Subject) -> list[dict[str, Any]]:
    """Findings about what is not in a job's container, one of a kind for each cell."""
    found = list[dict[str, Any]]()
    root, docker = dict[int, dict[str, Any]](), dict[int, dict[str, Any]]()
    for cell, line, text in started(subject):
        for command in _called(text):
            if _needs_root(command) and cell.index not in root:
                root[cell.index] = _root(cell, line, command)
            if command.name in DOCKER and cell.index not in docker:
                docker[cell.index] = _docker(cell, line)
    found += [*root.values(), *docker.values()]
    for event in subject.run.calls_named(lambda name: name in DOCKER_CALLS):
        if event.step.sure == SURE and not {"DockerException", "Exception", EVERYTHING} & set(event.step.caught):
            found.append(_docker(event.cell, event.line))
    return found + _colab(subject)


def _called(line: str) -> list[Command]:
    """The commands of a line; none where it asks for one of them first."""
    found = commands(line)
    asks = any(command.name in ASKING or "command" in command.before for command in found)
    return [] if asks else found


def _needs_root(command: Command) -> bool:
    if "sudo" in command.before:
        return True
    if command.name not in SYSTEM or ANSWERS_ONLY & set(command.arguments):
        return False
    wanted = SYSTEM[command.name]
    return not wanted or any(word in wanted for word in command.arguments)


def _root(cell: CodeCell, line: int, command: Command) -> dict[str, Any]:
    asks = "sudo" in command.before and "-n" not in command.before and has_terminal(cell, line)
    return finding(
        "note",
        "needs_root",
        "`{command}` needs the rights of root, which most jobs do not have.",
        "A job has them only where its image has `sudo` and PrimeHub grants it"
        f"{'; where it asks for a password, it waits for one' if asks else ''}. Use an image in which what you need is "
        "installed already, or a package of conda or pip, which needs no such rights.",
        cell=cell.index,
        line=line,
        command=" ".join((*(("sudo",) if "sudo" in command.before else ()), command.typed)),
    )


def _docker(cell: CodeCell, line: int) -> dict[str, Any]:
    return finding(
        "warning",
        "no_docker",
        "A job runs in a container, where there is no Docker to talk to.",
        "Choose an image that has what you need, or build it elsewhere and ask for it as an image of your group.",
        cell=cell.index,
        line=line,
    )


def _colab(subject: Subject) -> list[dict[str, Any]]:
    """About modules that are in Google Colab only, where the notebook cannot do without."""
    found: dict[int, dict[str, Any]] = {}
    if not any("colab" in cell.text for cell in subject.script.cells):
        return []
    for event in subject.run.events:
        step = event.step
        if step.kind != "bind" or step.sure < SURE or CATCHING & set(step.caught):
            continue
        modules = [getattr(step.node, "module", None), *(each.name for each in getattr(step.node, "names", []))]
        if any((f"{module}.").startswith("google.colab.") for module in modules if isinstance(module, str)):
            found.setdefault(
                event.cell.index,
                finding(
                    "warning",
                    "colab_only",
                    "`google.colab` is there in Google Colab only, so this import fails in a job.",
                    "Leave it out, or import it within `try` and `except ImportError`.",
                    cell=event.cell.index,
                    line=event.line,
                ),
            )
    return list(found.values())
