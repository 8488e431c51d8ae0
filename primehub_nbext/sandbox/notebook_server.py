"""The sandbox's notebook server: a state folder and a PrimeHub in; a classic Notebook wired like a notebook pod out."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from . import processes
from .cluster.people import Group
from .errors import SandboxError
from .folder import EXAMPLE, StateFolder
from .runner.container import user_site
from .runner.namespace import HOME, Mount, Namespace
from .runner.pods import Folders
from .server import Server

START_SECONDS, STOP_SECONDS = 60, 10
# The server says by a file that it is ready; this is how often we look.
LOOK_SECONDS = 0.1
MARKER = "PRIMEHUB_SANDBOX"
# What decides where Jupyter looks for the extension is the person's choice; the rest would mix their Jupyter with ours.
KEPT = ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH", "JUPYTER_PREFER_ENV_PATH")
DROPPED_PREFIXES = ("PRIMEHUB_", "JUPYTER", "PHJOB_", "IPYTHON")
POD = ("GROUP_ID", "GROUP_NAME", "INSTANCE_TYPE", "IMAGE_NAME")


class NotebookServer:
    """A notebook server process; `start`, then `stop`. After `start`, `url` and `token` say how to reach it.

    group : that it was launched in
    namespace : how it gets a file system of its own, with the folder's home at /home/jovyan; None: it cannot
    groups : whose volumes it has at /project
    """

    def __init__(
        self, folder: StateFolder, server: Server, group: Group, namespace: Namespace | None, groups: list[Group]
    ):
        self.folder, self.server, self.group = folder, server, group
        self.namespace, self.groups = namespace, groups
        self.home = HOME if namespace else str(folder.home)
        self.url = self.token = ""
        self.process: subprocess.Popen | None = None
        self.log = folder.jupyter / "notebook.log"
        major = _notebook_major()
        self._classic_is_notebook = major is not None and major < 7
        self.page_prefix = "nbclassic/" if major is not None and major >= 7 else ""
        if not self._classic_is_notebook and importlib.util.find_spec("nbclassic") is None:
            hint = "Install it with pip install nbclassic, or start with --no-notebook."
            raise SandboxError("no_classic_notebook", "There is no classic Notebook in this Python.", hint)

    @property
    def example_url(self) -> str:
        """The example's page, login included."""
        return f"{self.url}{self.page_prefix}notebooks/{quote(EXAMPLE)}?token={self.token}"

    def environment(self) -> dict[str, str]:
        """Return a notebook pod's environment. It has no PrimeHub token: giving that is the person's first step."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name in KEPT or not (name.startswith(DROPPED_PREFIXES) or name in POD)
        }
        jupyter = self.folder.jupyter
        return {
            **inherited,
            **user_site(),
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]),
            "HOME": self.home,
            "JUPYTER_CONFIG_DIR": str(jupyter / "config"),
            "JUPYTER_DATA_DIR": str(jupyter / "data"),
            "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
            "IPYTHONDIR": str(jupyter / "ipython"),
            "GROUP_ID": self.group.id,
            "GROUP_NAME": self.group.name,
            "INSTANCE_TYPE": "cpu-1",
            "IMAGE_NAME": "base-notebook",
            "JUPYTERHUB_USER": "alice",
            "PRIMEHUB_API_ENDPOINT": f"{self.server.url}/api/graphql",
            "PRIMEHUB_CONSOLE_URL": f"{self.server.url}/console",
            "PRIMEHUB_HOME_DIR": self.home,
            MARKER: str(self.folder.path),
        }

    def command(self) -> list[str]:
        """The command line that starts the server, in a file system of its own where there can be one."""
        module, root = (
            ("notebook", "NotebookApp.notebook_dir")
            if self._classic_is_notebook
            else (
                "nbclassic",
                "ServerApp.root_dir",
            )
        )
        options = ["--no-browser", "--ip=127.0.0.1", f"--port={_free_port()}", f"--{root}={self.home}"]
        if os.geteuid() == 0 or self.namespace:  # a user namespace makes everybody its root
            options.append("--allow-root")
        command = [sys.executable, "-m", module, *options]
        if self.namespace is None:
            return command
        # Without a process namespace: the server's files are named after its process id, which is then ours to know.
        return self.namespace.command(self._mounts(), HOME, command, processes=False)

    def _mounts(self) -> list[Mount]:
        folders = Folders(self.folder.path)
        store = folders.store(self.group.volume)
        others = self.folder.jupyter / "project"  # this computer may have a folder of that name
        for each in (store, others):
            each.mkdir(parents=True, exist_ok=True)
        volumes = [(folders.project() / group.volume, f"/project/{group.volume}") for group in self.groups]
        return [(self.folder.home, HOME), (others, "/project"), *volumes, (store, "/phfs")]

    async def start(self) -> None:
        """Start the server and wait until it answers."""
        runtime = self.folder.jupyter / "runtime"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder.home,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the sandbox, which ends this server itself
            )
        deadline = time.monotonic() + START_SECONDS
        while not await self._answers(runtime):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SandboxError("notebook_not_started", "The notebook server did not start.", f"Read {self.log}.")
            await asyncio.sleep(LOOK_SECONDS)

    def stop(self) -> None:
        """End the server with its kernels and terminals; blocks until they are gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        processes.end(MARKER, str(self.folder.path), self.process.pid if self.process else None)

    async def _answers(self, runtime) -> bool:
        assert self.process, "it has been started"
        for name in (f"nbserver-{self.process.pid}.json", f"jpserver-{self.process.pid}.json"):
            try:
                info = json.loads((runtime / name).read_text("utf-8"))
            except (OSError, ValueError):  # not there yet, or half written
                continue
            self.url, self.token = f"http://127.0.0.1:{info['port']}{info['base_url']}", info["token"]
            headers = {"Authorization": f"token {self.token}"}
            try:
                await AsyncHTTPClient().fetch(f"{self.url}api/status", headers=headers)
            except (OSError, HTTPClientError):
                continue
            return True
        return False


def _notebook_major() -> int | None:
    try:
        return int(importlib.metadata.version("notebook").split(".")[0])
    except importlib.metadata.PackageNotFoundError:
        return None


def _free_port() -> int:
    """Return a port that was free a moment ago; notebook 6 cannot report which one it took when told 0.

    Should somebody else be quicker, Jupyter tries the ports after it.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
