"""A state folder and options in; a sandbox in a process of its own, as a program or a person speaks to it, out."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import requests

SECONDS = 30
FINISHED = ("Succeeded", "Failed", "Cancelled", "Unknown")


class SandboxProcess:
    """A running sandbox, without a notebook unless `options` say otherwise; `facts` is the JSON it prints first."""

    def __init__(self, folder, options=("--no-notebook",), prefix=()):
        command = [
            *prefix,
            sys.executable,
            "-m",
            "primehub_nbext.sandbox.app",
            "--json",
            *options,
            "--dir",
            str(folder),
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.facts = json.loads(line) if line else {}
        self.console = self.facts.get("console_url", "")
        self.api = self.facts.get("endpoint", "").removesuffix("/graphql")

    @property
    def bearer(self):
        return {"Authorization": f"Bearer {self.facts['token']}"}

    def ask(self, document, variables=None):
        body = {"query": document, "variables": variables or {}}
        return requests.post(self.facts["endpoint"], json=body, headers=self.bearer, timeout=SECONDS).json()["data"]

    def submit(self, command):
        data = {"displayName": "x <b>", "groupId": self.facts["group"]["id"], "instanceType": "cpu-1"}
        data.update(image="base-notebook", command=command)
        document = "mutation ($data: PhJobCreateInput!) { createPhJob(data: $data) { id } }"
        return self.ask(document, {"data": data})["createPhJob"]["id"]

    def job(self, job_id):
        document = "query ($id: ID!) { phJob(where: {id: $id}) { phase logEndpoint } }"
        return self.ask(document, {"id": job_id})["phJob"]

    def until(self, job_id, *phases):
        deadline = time.monotonic() + SECONDS
        while self.job(job_id)["phase"] not in phases:
            assert time.monotonic() < deadline, self.job(job_id)

    def log(self, job_id, **query):
        """The log, once there is a pod; with follow=true the answer ends when the job does."""
        self.until(job_id, "Running", *FINISHED)
        return requests.get(self.job(job_id)["logEndpoint"], query, headers=self.bearer, timeout=SECONDS).text

    def printed(self, what):
        """The address after this word in what the sandbox tells a person."""
        for line in iter(self.process.stderr.readline, ""):
            if line.split()[:1] == [what]:
                return line.split()[-1]
        raise AssertionError(f"the sandbox ended without telling of its {what}")

    def browser(self):
        """What has opened the printed link."""
        session = requests.Session()
        assert session.get(self.facts["console_login_url"], timeout=SECONDS).status_code == 200
        return session

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        errors = self.process.communicate(timeout=SECONDS)[1]
        return self.process.returncode, errors
