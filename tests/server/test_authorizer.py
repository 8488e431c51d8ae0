"""What jupyter_server's authorizer forbids is forbidden here, too: who may read may not submit, or change tokens."""

from __future__ import annotations

import json

import pytest

from kit.servers import hosts, start_server

AUTHORIZER = '''
import json, os
from jupyter_server.auth import Authorizer

class Rules(Authorizer):
    """Forbids the actions in a file, and writes down what it was asked."""

    def is_authorized(self, handler, user, action, resource):
        if resource == "primehub":
            with open(os.environ["ASKED"], "a") as file:
                print(handler.request.method, handler.request.path, action, file=file)
        with open(os.environ["FORBIDDEN"]) as file:
            return action not in json.load(file)

class Slow(Rules):
    """As some do, it answers later."""

    async def is_authorized(self, handler, user, action, resource):
        return super().is_authorized(handler, user, action, resource)
'''
ROUTES = {
    "read": [("GET", "session"), ("GET", "token"), ("GET", "resources"), ("GET", "notebooks/phusers/x.ipynb"),
             ("POST", "notebooks/phusers/x.ipynb/check"), ("GET", "jobs"), ("GET", "jobs/job-1"),
             ("GET", "jobs/job-1/output"), ("GET", "jobs/job-1/comparison"), ("GET", "feed"), ("GET", "nothing"),
             ("GET", "jobs/job-1/log"), ("GET", "jobs/job-1/artifacts/x"), ("GET", "jobs/job-1/monitoring")],
    "write": [("PUT", "token"), ("DELETE", "token"), ("POST", "nothing")],
    "execute": [("POST", "jobs"), ("POST", "jobs/job-1/cancel"), ("POST", "jobs/job-1/rerun")],
}  # fmt: skip


@pytest.fixture(scope="module", params=[each for each in hosts() if each != "A"])
def host(request):
    """Notebook 6 has no authorizer."""
    return request.param


@pytest.fixture(scope="module", params=["Rules", "Slow"])
def guarded(request, host, sandbox, tmp_path_factory):
    """A server whose authorizer forbids the actions that stand in a file."""
    home = tmp_path_factory.mktemp(f"guarded-{host}")
    home.joinpath("rules.py").write_text(AUTHORIZER)
    files = {"ASKED": str(home / "asked"), "FORBIDDEN": str(home / "forbidden")}
    home.joinpath("forbidden").write_text("[]")
    option = f"--ServerApp.authorizer_class=rules.{request.param}"
    env = {**sandbox.notebook_env(), **files, "PYTHONPATH": str(home)}
    server = start_server(host, home, env=env, root=sandbox.home, args=(option,))
    server.home = home
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


def ask(server, forbidden: list[str]) -> dict:
    """The status and code of each route while these actions are forbidden."""
    server.home.joinpath("forbidden").write_text(json.dumps(forbidden))
    answers = {}
    for method, route in (each for routes in ROUTES.values() for each in routes):
        answer = server.api(method, route, json={})
        answers[method, route] = (answer.status_code, answer.json().get("code"))
    return answers


@pytest.mark.parametrize("forbidden", [["read", "write", "execute"], ["write", "execute"], ["execute"], ["read"]])
def test_what_is_forbidden_is_refused_and_nothing_else(guarded, forbidden):
    answers = ask(guarded, forbidden)
    for action, routes in ROUTES.items():
        for route in routes:
            assert (answers[route] == (403, "not_allowed")) == (action in forbidden), (route, answers[route])


def test_each_route_asks_for_what_it_does(guarded):
    guarded.home.joinpath("asked").write_text("")
    ask(guarded, [])
    asked = [line.split() for line in guarded.home.joinpath("asked").read_text().splitlines()]
    expected = [
        [method, f"/primehub/api/{route}", action] for action, routes in ROUTES.items() for method, route in routes
    ]
    assert asked == expected


def test_strangers_stay_strangers(guarded):
    """Whoever is not logged in is refused before the authorizer is asked."""
    guarded.home.joinpath("asked").write_text("")
    with guarded.session() as nobody:
        answer = nobody.get(guarded.url + "primehub/api/session", timeout=60, allow_redirects=False)
    assert answer.status_code in (302, 401, 403)
    assert guarded.home.joinpath("asked").read_text() == ""
