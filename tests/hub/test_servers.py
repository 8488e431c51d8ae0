"""The REST API of servers that a JupyterHub started: whoever may use one is served, through the hub's proxy."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from kit.hubs import WITH_AT, WITH_SPACE
from kit.misbehaving import MisbehavingPrimeHub
from kit.processes import wait_for
from kit.servers import finished

# As a hub's administrator may write it: guests of a share look, only the owner changes anything.
OWNERS_WRITE = """
import os
from jupyter_server.auth import Authorizer

class OwnersWrite(Authorizer):
    def is_authorized(self, handler, user, action, resource):
        return action == "read" or user.username == os.environ["JUPYTERHUB_USER"]
"""
OWNER, GUEST, HANGING = "olga@example.org", "guy guest", "hal@example.org"


def request(path: str) -> dict:
    return {"notebook_path": path, "display_name": "a job", "instance_type": "cpu-1", "image": "base-notebook"}


@pytest.mark.parametrize("name", [WITH_AT, WITH_SPACE])
def test_from_the_token_to_the_output(person, sandbox, experiment, name):
    server = person(name)
    token = server.api("PUT", "token", json={"token": sandbox.token})
    assert token.json() == {"configured": True, "source": "prompt", "user": "alice", "problem": None}
    links = server.api("GET", "session").json()["links"]
    answer = server.api("POST", "jobs", json=request(experiment))
    assert answer.status_code == 201, answer.text
    job = answer.json()
    if name == WITH_AT:
        cancelled = server.api("POST", f"jobs/{job['id']}/cancel")
        assert cancelled.status_code == 200, cancelled.text
        return
    job = finished(server, job["id"])
    assert job["phase"] == "Succeeded", job["message"]
    assert job["output_path"] == experiment.replace(".ipynb", f"-{job['id']}-output.ipynb")
    assert job["console_url"] == links["job"].replace("{id}", quote(job["id"]))
    output = server.request("GET", f"api/contents/{job['output_path']}?content=0")
    assert output.json()["path"] == job["output_path"]


def test_a_guest_may_do_what_the_server_lets_guests_do(hub, host, person, sandbox, experiment):
    """Where there is an authorizer, it is asked: notebook 6.5 has none, so there a guest acts as the owner."""
    hub.folder.joinpath("rules.py").write_text(OWNERS_WRITE)
    option = "--ServerApp.authorizer_class=rules.OwnersWrite"
    owner = person(OWNER, env={"PYTHONPATH": str(hub.folder)}, args=() if host == "A" else (option,))
    assert owner.api("PUT", "token", json={"token": sandbox.token}).status_code == 200
    guest = hub.visitor(OWNER, hub.add(GUEST))
    assert guest.api("GET", "session").status_code == 403
    hub.share(OWNER, GUEST)
    wait_for("what the guest was told to be forgotten", lambda: guest.api("GET", "session").status_code == 200)

    note = experiment.replace("capitalize.ipynb", "note.txt")
    own_route = guest.request("PUT", f"api/contents/{note}", json={"type": "file", "format": "text", "content": ""})
    submitted = guest.api("POST", "jobs", json=request(experiment))
    forgotten = guest.api("DELETE", "token")
    if host == "A":
        assert [answer.status_code for answer in (own_route, submitted, forgotten)] == [201, 201, 200]
        owner.api("POST", f"jobs/{submitted.json()['id']}/cancel")
        return
    assert own_route.status_code == 403
    for answer in (submitted, forgotten, guest.api("PUT", "token", json={"token": "another"})):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert owner.api("GET", "token").json()["configured"] is True
    asked_by_owner = owner.api("POST", "jobs", json=request(experiment))
    assert asked_by_owner.status_code == 201
    owner.api("POST", f"jobs/{asked_by_owner.json()['id']}/cancel")


def test_a_server_ends_within_the_hubs_patience_while_primehub_hangs(hub, person, tmp_path):
    with MisbehavingPrimeHub() as primehub, ThreadPoolExecutor() as clients:
        server = person(HANGING, env=primehub.notebook_env(primehub.lay_out(tmp_path)))
        assert server.api("PUT", "token", json={"token": primehub.token}).status_code == 200
        with primehub.holding() as gate:
            hanging = [clients.submit(server.api, "GET", route) for route in ("resources", "jobs", "jobs/job-1")]
            gate.wait_for(len(hanging))
            pid = hub.pid(HANGING)
            # 202 would mean that it goes on after the ten seconds that the hub waits.
            assert hub.stop_server(HANGING) == 204
            log = hub.log_text()
            assert f"Interrupting {pid}" in log
            assert f"Terminating {pid}" not in log and f"Killing {pid}" not in log
            gate.open()


def test_a_hub_that_is_away_is_told(hub, person):
    server = person(WITH_AT)
    assert server.api("GET", "session").status_code == 200
    with hub.away():
        # Until then the server knows its people without asking.
        wait_for("the login to be looked up again", lambda: not server.api("GET", "session").ok)
        answers = [
            server.api("GET", "session"),
            server.api("PUT", "token", json={"token": "x"}),
            server.api("GET", "jobs"),
        ]
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (503, "hub_unreachable")
        assert "JupyterHub" in answer.json()["message"]
    assert server.api("GET", "session").status_code == 200
