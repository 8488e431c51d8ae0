"""A private file system for processes: folders and where they are to appear in; a command line that starts there out.

A new mount namespace gets a root of its own, a tmpfs with a bind mount for each entry of the host's root, and there
/home/jovyan, /project and /phfs are whatever we say. No mount point is made on the host: it may not have /home/jovyan,
must not get one, and where it has one, that is somebody's home. Jobs get a process namespace too, so that with a pod's
first process all of it ends. Linux with util-linux; user namespaces for who is not root.
"""

from __future__ import annotations

import os
import shlex
import shutil
import site
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = "/home/jovyan"
SEARCH = os.pathsep.join(["/usr/sbin", "/usr/bin", "/sbin", "/bin"])
TOOLS = ("unshare", "mount", "chroot", "mkdir", "touch", "ln", "env", "sh")
# What a shell on the way would add to the environment.
SHELLS_OWN = ("SHLVL", "PWD", "OLDPWD", "_")
PROBE_SECONDS = 30
MISSING = (
    "This system lets the sandbox make no private mount namespace: a job or notebook finds its files below {folder} "
    f"only, and a job that names {HOME} is refused, since that would be this computer's own."
)

Mount = tuple[Path, str]


@dataclass(frozen=True)
class Namespace:
    """How processes are given a file system of their own on this system.

    root : an empty folder, over which the new root is mounted, in the namespace only
    tools : where util-linux and coreutils are
    processes : whether a process namespace can be had too
    keep : paths that must stay what they are, though something above them is hidden
    """

    root: Path
    tools: dict[str, str]
    processes: bool = True
    keep: tuple[Path, ...] = ()

    @classmethod
    def find(cls, state: Path) -> Namespace | None:
        """Try what this system allows, a process namespace first. None: no mount namespace."""
        tools = {name: path for name in TOOLS if (path := shutil.which(name, path=SEARCH))}
        if not sys.platform.startswith("linux") or len(tools) < len(TOOLS):
            return None
        root = state / "room"
        root.mkdir(exist_ok=True)
        keep = {state, Path(sys.prefix), Path(sys.base_prefix), Path(__file__).resolve().parents[3]}
        if site.ENABLE_USER_SITE:
            keep.add(Path(site.getuserbase()))
        for processes in (True, False):
            found = cls(root, tools, processes, tuple(sorted(path for path in keep if path.exists())))
            if found.works():
                return found
        return None

    def works(self) -> bool:
        """Whether a command started in a namespace of this kind sees a folder where it was to appear."""
        with tempfile.TemporaryDirectory(dir=self.root.parent, prefix=".probe-") as folder:
            (Path(folder) / "here").touch()
            command = self.command([(Path(folder), HOME)], HOME, [self.tools["sh"], "-c", "test -f here"])
            quiet: dict[str, Any] = {
                "stdin": subprocess.DEVNULL,
                "stdout": subprocess.DEVNULL,
                "stderr": subprocess.DEVNULL,
            }
            try:
                return subprocess.run(command, timeout=PROBE_SECONDS, check=False, **quiet).returncode == 0
            except (OSError, subprocess.TimeoutExpired):
                return False

    def command(
        self, mounts: list[Mount], folder: str, command: list[str], beside: str = "", processes: bool = True
    ) -> list[str]:
        """The command line that runs `command` in `folder` of a new file system.

        mounts : what is to be seen where; a later one may be inside an earlier one
        beside : a shell command that runs there at the same time
        processes : False leaves out the process namespace
        """
        processes = processes and self.processes
        unshare = [self.tools["unshare"], "--mount"]
        if os.geteuid() != 0:
            unshare += ["--user", "--map-root-user"]
        if processes:
            unshare += ["--pid", "--fork", "--kill-child"]
        script = self._script(mounts, processes)
        chroot, shell = shlex.join([self.tools["chroot"], str(self.root)]), self.tools["sh"]
        if beside:
            script += f"{chroot} {shlex.join([shell, '-c', beside])} > /dev/null 2>&1 &\n"
        clean = [part for name in SHELLS_OWN for part in ("-u", name)]
        script += f'exec {chroot} {shlex.join([self.tools["env"], *clean, f"--chdir={folder}"])} "$@"\n'
        return [*unshare, shell, "-c", script, "room", *command]

    def _script(self, mounts: list[Mount], processes: bool) -> str:
        hidden = [target for _, target in mounts]
        kept = [(path, str(path)) for path in self.keep if any(_inside(str(path), each) for each in hidden)]
        plan = _Plan(str(self.root), hidden)
        plan.level("/")
        for path, target in [*mounts, *kept]:
            plan.mount(str(path), target)
        tools = {name: shlex.quote(path) for name, path in self.tools.items()}
        root = shlex.quote(str(self.root))
        lines = [
            "set -e",
            f"{tools['mount']} -t tmpfs -o mode=755 room {root}",
            # Else the folders bound below, which have this one in them, would have themselves in them.
            f"{tools['mount']} --make-unbindable {root}",
            *(f"{tools[name]} {arguments}" for name, arguments in plan.steps),
        ]
        proc = shlex.quote(f"{self.root}/proc")
        source = "-t proc proc" if processes else "--rbind /proc"
        return "\n".join([*lines, f"{tools['mkdir']} -p {proc}", f"{tools['mount']} {source} {proc}", ""])


class _Plan:
    """The steps that copy the host's root, by links and bind mounts, and mount over it."""

    def __init__(self, root: str, targets: list[str]):
        self.root = root
        self.steps: list[tuple[str, str]] = []
        self.targets = set(targets)
        # A folder that lacks a mount point cannot be bound as a whole: its entries are, and the mount point is made.
        self.opened = {"/"}
        for target in targets:
            if not os.path.exists(target) or os.path.realpath(target) != target:
                self.opened.update(map(str, Path(target).parents))

    def level(self, folder: str) -> None:
        """Take over the entries of a folder of the host."""
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            return
        for entry in entries:
            path = entry.path
            if path == "/proc" or (path in self.targets and folder in self.opened):
                continue
            if path in self.opened:
                self._step("mkdir", "-p", self.root + path)
                self.level(path)
            elif entry.is_symlink():
                self._step("ln", "-s", os.readlink(path), self.root + path)
            elif entry.is_dir():
                self.mount(path, path)
            elif entry.is_file():
                self._step("touch", self.root + path)
                self._step("mount", "--bind", path, self.root + path)

    def mount(self, source: str, target: str) -> None:
        if os.path.isdir(source):
            self._step("mkdir", "-p", self.root + target)
        self._step("mount", "--rbind", source, self.root + target)

    def _step(self, tool: str, *arguments: str) -> None:
        self.steps.append((tool, shlex.join(arguments)))


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
