"""A host letter and a home folder in; a real, running notebook server with its address and login out."""

from __future__ import annotations

import importlib.metadata
import json
import secrets
import socket
import sys
from pathlib import Path
from urllib.parse import quote

import requests

from kit.processes import Process, clean_env, wait_for

# A: NotebookApp of notebook 6.5. A2: jupyter_server with nbclassic beside it. B: notebook 7 with nbclassic.
MODULES = {"A": "notebook", "A2": "nbclassic", "B": "notebook"}


def hosts() -> list[str]:
    """The hosts that the environment of this interpreter can start."""
    major = int(importlib.metadata.version("notebook").split(".")[0])
    return ["B"] if major >= 7 else ["A", "A2"]


def main_hosts() -> list[str]:
    """The hosts but for A2, whose server is that of B and whose pages are those of A."""
    return [host for host in hosts() if host != "A2"]


def free_port() -> int:
    """A port nobody listens on now; the server itself moves on to another if somebody is quicker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NotebookServer:
    """A running server; request() is logged in by token, session() is not logged in at all."""

    def __init__(self, host: str, process: Process, info: dict, token: str, root: Path):
        self.host = host
        self.process = process
        self.token = token
        self.root = root
        # "/", or "/user/a@b/": the servers match the path as it is sent, and JupyterHub leaves an @ as it is.
        self.base_url = quote(info["base_url"], safe="/%@")
        self.origin = f"http://127.0.0.1:{info['port']}"
        self.url = self.origin + self.base_url
        self.http = self.session()
        self.http.headers["Authorization"] = f"token {token}"

    @staticmethod
    def session() -> requests.Session:
        """A browser that was never here before; the tester's proxies are none of its business."""
        session = requests.Session()
        session.trust_env = False
        return session

    def request(self, method: str, path: str, **options) -> requests.Response:
        """One request with the token in its header; path is relative to the base URL."""
        options.setdefault("timeout", 60)
        return self.http.request(method, self.url + path.lstrip("/"), **options)

    def api(self, method: str, route: str, **options) -> requests.Response:
        """One request to our own REST routes."""
        return self.request(method, f"primehub/api/{route}", **options)

    def login(self) -> requests.Session:
        """A session that gave the token to the login page and holds its cookies, as a browser's would."""
        session = self.session()
        session.get(self.url + "login", timeout=60).raise_for_status()
        form = {"password": self.token, "_xsrf": session.cookies.get("_xsrf", "")}
        session.post(self.url + "login", data=form, timeout=60, allow_redirects=False).raise_for_status()
        return session

    def notebook_url(self, path: str, token: bool = True) -> str:
        """The classic page of a notebook; path is Jupyter's, relative to the root."""
        prefix = "nbclassic/notebooks/" if self.host == "B" else "notebooks/"
        return self.url + prefix + quote(path) + (f"?token={self.token}" if token else "")

    @property
    def log(self) -> Path:
        return self.process.log

    def log_text(self) -> str:
        return self.process.log_text()

    def stop(self) -> list[int]:
        """Stop it as a person would; returns the processes that were left over."""
        self.http.close()
        return self.process.stop()


def start_server(
    host: str,
    home: Path,
    env: dict | None = None,
    base_url: str = "/",
    args: tuple = (),
    root: Path | None = None,
    cwd: Path | None = None,
    port: int | None = None,
) -> NotebookServer:
    """Start a server in its own home and wait until it answers; env comes on top of a clean environment."""
    home.mkdir(parents=True, exist_ok=True)
    root = root or home
    # HOME of the pod may be the sandbox's; Jupyter's own folders always stay below `home`.
    full = {**clean_env(home), **(env or {})}
    token = secrets.token_hex(24)
    app = "NotebookApp" if host == "A" else "ServerApp"
    folder = "notebook_dir" if host == "A" else "root_dir"
    command = [
        *(sys.executable, "-m", MODULES[host], "--no-browser", "--allow-root", "--debug", "--ip=127.0.0.1"),
        *(f"--port={port or free_port()}", f"--{app}.{folder}={root}", f"--{app}.base_url={base_url}"),
        *(*login_options(host, token), *args),
    ]
    process = Process(command, full, cwd or home, home / "server.log")
    runtime = Path(full["JUPYTER_RUNTIME_DIR"])
    try:
        info = wait_for("the server's info file", lambda: read_info(runtime, process.pid), check=process.must_be_alive)
        server = NotebookServer(host, process, info, token, root)
        wait_for("the server's first answer", lambda: answers(server), check=process.must_be_alive)
    except BaseException as error:
        process.stop()
        if isinstance(error, AssertionError):
            raise type(error)(f"{error}\n{process.log_text()[-4000:]}") from None
        raise
    return server


def switch_extensions(home: Path, **extensions: bool) -> None:
    """Switch server extensions on or off in a person's own configuration.

    In a virtual environment its own goes before the person's, unless JUPYTER_PREFER_ENV_PATH is 0.
    """
    for app, trait in (("notebook", "NotebookApp.nbserver_extensions"), ("server", "ServerApp.jpserver_extensions")):
        file = home / ".jupyter" / f"jupyter_{app}_config.d" / "switched.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        section, name = trait.split(".")
        file.write_text(json.dumps({section: {name: extensions}}))


def finished(server, job_id: str) -> dict:
    """The job, once it has ended in one way or another."""

    def over():
        job = server.api("GET", f"jobs/{job_id}").json()
        return job if job["phase"] in ("Succeeded", "Failed", "Cancelled") else None

    return wait_for(f"the end of {job_id}", over, seconds=90)


def login_options(host: str, token: str) -> list[str]:
    """The token, where each app wants it; the extension must never be asked for it."""
    if host == "A":
        return [f"--NotebookApp.token={token}"]
    older = int(importlib.metadata.version("jupyter_server").split(".")[0]) < 2
    return [f"--{'ServerApp' if older else 'IdentityProvider'}.token={token}"]


def read_info(runtime: Path, pid: int) -> dict | None:
    """The info file of this very process; None while it is not there or half written."""
    for prefix in ("nbserver", "jpserver"):
        path = runtime / f"{prefix}-{pid}.json"
        try:
            return json.loads(path.read_text())
        except (OSError, ValueError):
            continue
    return None


def answers(server: NotebookServer) -> bool:
    try:
        return server.request("GET", "api/status", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
