"""A host letter, a folder and a sandbox in; a real JupyterHub with its proxy, people of it, and their servers, out."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import sys
from pathlib import Path
from urllib.parse import quote

import requests

from kit.processes import MARK, Process, clean_env, wait_for
from kit.servers import NotebookServer, free_port

PROXY = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "configurable-http-proxy"
PASSWORD = "any"
# As PrimeHub's users may be called: their names are part of every address.
WITH_AT, WITH_SPACE = "ann@example.org", "bob lee"
# Which app JupyterHub starts for a person, and on which page: docs/operators.md. For A it makes a subclass of the app,
# where there is jupyter_server it comes as an extension of that.
ENVIRONMENTS = {
    "A": {"JUPYTERHUB_SINGLEUSER_APP": "notebook"},
    "A2": {},
    "B": {"JUPYTERHUB_DEFAULT_URL": "/nbclassic/tree"},
}
# `people.json` has what only one person's server gets: {name: {"env": {}, "args": []}}.
CONFIG = """
import json, pathlib

facts = json.loads(pathlib.Path("facts.json").read_text())
c = get_config()
c.JupyterHub.bind_url = facts["url"]
c.JupyterHub.hub_bind_url = facts["hub_url"]
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = False
c.JupyterHub.services = [{"name": "tests", "api_token": facts["token"]}]
c.JupyterHub.load_roles = [{"name": "tests", "services": ["tests"], "scopes": [
    "admin:users", "admin:servers", "tokens", "shares", "access:servers", "admin:server_state", "shutdown"]}]
c.ConfigurableHTTPProxy.api_url = facts["proxy_url"]
c.ConfigurableHTTPProxy.auth_token = facts["token"]
c.ConfigurableHTTPProxy.command = facts["proxy"]
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = facts["password"]
c.Spawner.cmd = facts["cmd"]
c.Spawner.notebook_dir = facts["root"]
c.Spawner.env_keep = [*facts["env_keep"]]
c.SimpleLocalProcessSpawner.home_dir_template = facts["homes"] + "/{username}"


def before_start(spawner):
    own = json.loads(pathlib.Path("people.json").read_text()).get(spawner.user.name, {})
    spawner.environment = {**facts["env"], **own.get("env", {})}
    spawner.args = [*facts["args"], *own.get("args", [])]


c.Spawner.pre_spawn_hook = before_start
"""


def missing() -> str | None:
    """Why there can be no hub here, or None."""
    try:
        import jupyterhub  # noqa: F401
    except ImportError:
        return "jupyterhub is not installed beside the notebook server"
    return None if PROXY.exists() and shutil.which("node") else "configurable-http-proxy is not installed (npm ci)"


class HubServer(NotebookServer):
    """A person's server as it is reached through the proxy; `token` is the one of whoever asks."""

    def __init__(self, hub: Hub, owner: str, token: str):
        self.hub, self.owner, self.host, self.token, self.root = hub, owner, hub.host, token, hub.root
        self.base_url = f"/user/{quote(owner, safe='@')}/"
        self.origin = hub.origin
        self.url = self.origin + self.base_url
        self.http = self.session()
        self.http.headers["Authorization"] = f"token {token}"

    def notebook_url(self, path: str, token: bool = False) -> str:
        """The classic page of a notebook, to which JupyterHub's own pages lead whoever is not logged in."""
        return super().notebook_url(path, token)

    def log_in(self, page) -> None:
        """Fill the hub's login form in a browser's page, as the owner."""
        page.fill("#username_input", self.owner)
        page.fill("#password_input", PASSWORD)
        page.click("#login_submit")


class Hub:
    """A running hub; api() is its own REST API, asked by an administrator."""

    def __init__(self, host: str, folder: Path, sandbox, env: dict | None = None):
        self.host, self.folder, self.root = host, folder, sandbox.home
        self.origin, self.token = f"http://127.0.0.1:{free_port()}", secrets.token_hex(24)
        self.http = NotebookServer.session()
        self.http.headers["Authorization"] = f"token {self.token}"
        # JupyterHub says whose server it is.
        platform = {name: value for name, value in sandbox.notebook_env().items() if name != "JUPYTERHUB_USER"}
        self.facts = {
            "url": self.origin,
            "hub_url": f"http://127.0.0.1:{free_port()}",
            "proxy_url": f"http://127.0.0.1:{free_port()}",
            "proxy": [str(PROXY)],
            "token": self.token,
            "password": PASSWORD,
            "cmd": [sys.executable, "-m", "jupyterhub.singleuser"],
            # A person's login is looked up again after a second, not five minutes.
            "args": ["--allow-root", "--debug", "--HubAuth.cache_max_age=1", "--HubOAuth.cache_max_age=1"],
            "root": str(self.root),
            "homes": str(folder / "homes"),
            "env": {**platform, **ENVIRONMENTS[host], **(env or {})},
            "env_keep": ["PATH", "LANG", "LC_ALL", MARK],
        }
        self.people: dict[str, dict] = {}
        self.processes: list[Process] = []
        folder.mkdir(parents=True, exist_ok=True)
        folder.joinpath("homes").mkdir()
        folder.joinpath("jupyterhub_config.py").write_text(CONFIG)
        folder.joinpath("facts.json").write_text(json.dumps(self.facts))
        self.start()

    def start(self) -> None:
        """Start the hub and its proxy, and wait until it answers."""
        log = self.folder / f"hub-{len(self.processes)}.log"
        command = [sys.executable, "-m", "jupyterhub", "--config=jupyterhub_config.py", "--debug"]
        self.processes.append(Process(command, clean_env(self.folder / "hub-home"), self.folder, log))
        wait_for("the hub's first answer", self._answers, check=self.processes[-1].must_be_alive)

    @contextlib.contextmanager
    def away(self):
        """For the length of a block there is no hub; its proxy and the servers stay."""
        self.processes[-1].popen.kill()
        self.processes[-1].popen.wait()
        try:
            yield
        finally:
            self.start()

    def _answers(self) -> bool:
        try:
            return self.http.get(f"{self.origin}/hub/api/users", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def _write_people(self) -> None:
        self.folder.joinpath("people.json").write_text(json.dumps(self.people))

    def api(self, method: str, route: str, **options) -> requests.Response:
        """One request to the hub's API; fails unless it succeeds."""
        answer = self.http.request(method, f"{self.origin}/hub/api/{route}", timeout=60, **options)
        assert answer.ok, f"{method} {route}: {answer.status_code} {answer.text}"
        return answer

    def add(self, name: str, env: dict | None = None, args: tuple = ()) -> str:
        """A person by this name, whose server gets these besides; the token is theirs."""
        self.people[name] = {"env": env or {}, "args": list(args)}
        self._write_people()
        self.api("POST", f"users/{quote(name)}")
        return self.api("POST", f"users/{quote(name)}/tokens", json={}).json()["token"]

    def share(self, owner: str, guest: str) -> None:
        """Give somebody access to a person's server, as its owner can in JupyterHub."""
        self.api("POST", f"shares/{quote(owner)}/", json={"user": guest})

    def visitor(self, owner: str, token: str) -> HubServer:
        """A person's server as whoever has this token reaches it."""
        return HubServer(self, owner, token)

    def start_server(self, name: str, token: str) -> HubServer:
        """Start a person's server, and wait until it is there."""
        self.api("POST", f"users/{quote(name)}/server")
        server = HubServer(self, name, token)
        wait_for(f"the server of {name}", lambda: self.model(name)["server"], check=self.processes[-1].must_be_alive)
        return server

    def stop_server(self, name: str) -> int:
        """Ask for the end of a person's server: 204 when it has ended within the hub's patience, else 202."""
        return self.api("DELETE", f"users/{quote(name)}/server").status_code

    def kill_server(self, name: str) -> None:
        """End a person's server as a machine would; the hub does not hear of it."""
        os.kill(self.pid(name), signal.SIGKILL)

    def pid(self, name: str) -> int:
        """The process of a person's server."""
        return self.model(name)["servers"][""]["state"]["pid"]

    def model(self, name: str) -> dict:
        """What the hub knows of a person."""
        return self.api("GET", f"users/{quote(name)}").json()

    def stop(self) -> list[int]:
        """Stop it, its proxy and all servers; returns what was left over."""
        self.api("POST", "shutdown", json={"proxy": True, "servers": True})
        wait_for("the end of the hub", lambda: self.processes[-1].popen.poll() is not None)
        return [pid for process in self.processes for pid in process.stop()]

    def log_text(self) -> str:
        """All that the hub, its proxy and its servers have printed so far."""
        return "".join(process.log_text() for process in self.processes)
