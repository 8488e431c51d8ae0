"""A state folder in; a running PrimeHub sandbox (API and runner, no notebook) out."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from kit.processes import Process, clean_env, wait_for

RERUN = "mutation ($id: ID!) { rerunPhJob(where: {id: $id}) { id } }"
CREATE = "mutation ($data: PhJobCreateInput!) { createPhJob(data: $data) { id } }"


@dataclass
class Sandbox:
    """What the sandbox said about itself in its first line, and the process."""

    endpoint: str
    token: str
    group: dict
    console_url: str
    console_login_url: str
    home: Path
    folder: Path
    process: Process

    def notebook_env(self) -> dict:
        """What the platform puts into the environment of a notebook pod; the token is not part of it."""
        return {
            "GROUP_ID": self.group["id"],
            "GROUP_NAME": self.group["name"],
            "INSTANCE_TYPE": "cpu-1",
            "IMAGE_NAME": "base-notebook",
            "JUPYTERHUB_USER": "alice",
            "PRIMEHUB_API_ENDPOINT": self.endpoint,
            "PRIMEHUB_CONSOLE_URL": self.console_url,
            "PRIMEHUB_HOME_DIR": str(self.home),
        }

    @property
    def volume(self) -> Path:
        """The group volume, as seen from the notebook's home."""
        return self.home / self.group["name"].lower().replace("_", "-")

    def run(self, command: str) -> str:
        """The id of a job of alice's that runs this."""
        data = {"displayName": "a command", "groupId": self.group["id"], "instanceType": "cpu-1"}
        data |= {"image": "base-notebook", "command": command}
        return self._ask(CREATE, {"data": data})["createPhJob"]["id"]

    def run_again(self, job_id: str) -> str:
        """The id of a job that runs a job's command once more, as with Run again in the console."""
        return self._ask(RERUN, {"id": job_id})["rerunPhJob"]["id"]

    def _ask(self, query: str, variables: dict) -> dict:
        bearer = {"Authorization": f"Bearer {self.token}"}
        body = {"query": query, "variables": variables}
        return requests.post(self.endpoint, json=body, headers=bearer, timeout=60).json()["data"]

    def log(self, job_id: str) -> str:
        """What a job has written so far."""
        return (self.folder / "jobs" / job_id / "log").read_text("utf-8", "replace")

    def stop(self) -> list[int]:
        """Stop it and its jobs; returns the processes that were left over."""
        return self.process.stop()


def start_sandbox(folder: Path, args: tuple = ()) -> Sandbox:
    """Start a sandbox on its own state folder and wait for its first line."""
    base = folder.with_name(folder.name + "-process")
    base.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "primehub_nbext.cli", "sandbox", "--no-notebook", "--json", "--dir", folder, *args]
    process = Process(command, clean_env(base / "home"), base, base / "sandbox.log")
    try:
        line = wait_for("the sandbox's first line", lambda: first_line(process.out), check=process.must_be_alive)
        said = json.loads(line)
    except BaseException:
        process.stop()
        raise
    return Sandbox(
        endpoint=said["endpoint"],
        token=said["token"],
        group=said["group"],
        console_url=said["console_url"],
        console_login_url=said["console_login_url"],
        home=Path(said["home"]),
        folder=folder,
        process=process,
    )


def first_line(path: Path) -> str | None:
    """The first line, once it is complete."""
    text = path.read_text(errors="replace")
    return text.split("\n", 1)[0] if "\n" in text else None
