"""The demonstration: a notebook server and a token in; the example submitted, followed and its output's path out.

It goes through the routes the dropdown uses, so what it shows is what a person would get.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError

from .console import FINISHED
from .errors import SandboxError
from .folder import EXAMPLE
from .notebook_server import NotebookServer

# The REST API has no push; this is how often the job is looked at.
LOOK_SECONDS = 0.5
REQUEST_SECONDS = 60


class Demo:
    """Submits the example as a job and follows it; `say` gets each line a person should read."""

    def __init__(self, notebook: NotebookServer, token: str, say: Callable[[str], None]):
        self.notebook, self.token, self.say = notebook, token, say

    async def run(self) -> dict:
        """Return the finished job."""
        await self._call("PUT", "token", {"token": self.token})
        request = {
            "notebook_path": EXAMPLE,
            "display_name": "capitalize",
            "instance_type": "cpu-1",
            "image": "base-notebook",
            "parameters": "start=1; end=10",
        }
        job = await self._call("POST", "jobs", request)
        self.say(f"Submitted {EXAMPLE} with start=1; end=10 as {job['id']}")
        shown = ""
        while True:
            line = _progress(job)
            if line and line != shown:
                self.say(f"  {line}")
                shown = line
            if job["phase"] in FINISHED:
                return job
            await asyncio.sleep(LOOK_SECONDS)
            job = await self._call("GET", f"jobs/{quote(job['id'])}")

    async def _call(self, method: str, route: str, body: dict | None = None) -> dict:
        headers = {"Authorization": f"token {self.notebook.token}", "Content-Type": "application/json"}
        try:
            answer = await AsyncHTTPClient().fetch(
                f"{self.notebook.url}primehub/api/{route}",
                method=method,
                headers=headers,
                body=None if body is None else json.dumps(body),
                request_timeout=REQUEST_SECONDS,
            )
            return json.loads(answer.body)
        except HTTPClientError as error:
            raise _explained(error, self.notebook) from None
        except (OSError, ValueError):
            hint = f"Read {self.notebook.log}."
            raise SandboxError("notebook_no_answer", "The notebook server gave no usable answer.", hint) from None


def _progress(job: dict) -> str:
    cells = job.get("progress") or {}
    if job["phase"] == "Running" and cells.get("running"):
        return f"Running: cell {cells['running']} of {cells['total']}"
    if job["phase"] == "Running" and cells.get("done"):
        return ""  # between two cells, or after the last: nothing new to tell
    return job["phase"]


def _explained(error: HTTPClientError, notebook: NotebookServer) -> SandboxError:
    """Turn an error answer into what a person can act on."""
    try:
        body = json.loads(error.response.body if error.response else "")
        return SandboxError(body["code"], body["message"], body["hint"])
    except (KeyError, TypeError, ValueError):
        pass
    if error.code == 404:
        message = "The notebook server does not have the PrimeHub extension."
        return SandboxError("extension_not_loaded", message, "Install primehub_nbext in this Python, not with -e.")
    return SandboxError("notebook_error", f"The notebook server answered {error.code}.", f"Read {notebook.log}.")
