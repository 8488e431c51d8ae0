"""Each host: one plain install switches on both halves, and Jupyter's own login guards our routes."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys

import pytest

from kit.processes import clean_env
from kit.servers import free_port, start_server
from kit.terminals import in_pipe

pytestmark = pytest.mark.each_host

# Characters that JupyterHub user names have, and that a route table can get wrong.
BASE_URL = "/user/a@b/"
ROUTES = ["session", "token", "resources", "jobs", "notebooks/x.ipynb", "jobs/job-1", "jobs/job-1/output", "feed"]


@pytest.fixture(scope="module")
def bare(host, tmp_path_factory):
    """A server whose PrimeHub does not answer: nothing listens where it is told to look."""
    env = {
        "GROUP_ID": "group-1",
        "GROUP_NAME": "phusers",
        "PRIMEHUB_API_ENDPOINT": f"http://127.0.0.1:{free_port()}/api/graphql",
    }
    server = start_server(host, tmp_path_factory.mktemp(f"bare-{host}"), env=env, base_url=BASE_URL)
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


def test_session_answers_with_the_server_token(bare):
    answer = bare.api("GET", "session")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["group"] == {"id": "group-1", "name": "phusers"}


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_is_refused(bare, route):
    answer = bare.session().get(bare.url + "primehub/api/" + route, timeout=60, allow_redirects=False)
    assert answer.status_code == 403, answer.text
    assert "phusers" not in answer.text


@pytest.mark.parametrize(("method", "route"), [("PUT", "token"), ("DELETE", "token"), ("POST", "jobs")])
def test_a_cookie_alone_changes_nothing(bare, method, route):
    session = bare.login()
    url = bare.url + "primehub/api/" + route
    assert session.get(bare.url + "primehub/api/session", timeout=60).status_code == 200
    refused = session.request(method, url, json={}, timeout=60)
    assert refused.status_code == 403, refused.text
    assert "_xsrf" in refused.text
    header = {"X-XSRFToken": next(cookie.value for cookie in session.cookies if cookie.name == "_xsrf")}
    allowed = session.request(method, url, json={}, headers=header, timeout=60)
    assert allowed.status_code != 403, allowed.text


def test_the_browser_half_is_served(bare):
    main = bare.request("GET", "nbextensions/primehub_nbext/main.js")
    assert main.status_code == 200
    assert "load_ipython_extension" in main.text
    page = bare.request("GET", "nbextensions/primehub_nbext/help.html")
    assert (page.status_code, page.headers["Content-Type"].split(";")[0]) == (200, "text/html")
    assert "<h1>PrimeHub in the classic Notebook</h1>" in page.text


def test_the_browser_half_is_enabled(bare):
    route = "nbclassic/api/config/notebook" if bare.host == "B" else "api/config/notebook"
    answers = [bare.request("GET", name) for name in dict.fromkeys([route, "api/config/notebook"])]
    enabled = [answer.json().get("load_extensions", {}) for answer in answers if answer.ok]
    assert {"primehub_nbext/main": True} in enabled


def test_an_unknown_route_is_not_ours(bare):
    assert bare.api("GET", "no-such-route").status_code == 404


def test_no_token_reaches_the_log(bare):
    secret = f"secret-{secrets.token_hex(16)}"
    refused = bare.api("PUT", "token", json={"token": secret})
    assert refused.status_code == 502, refused.text
    assert secret not in refused.text
    for body in (f'{{"token": "{secret}"', f'["{secret}"]'):
        sent = bare.api("PUT", "token", data=body, headers={"Content-Type": "application/json"})
        assert sent.status_code == 400, sent.text
        assert secret not in sent.text
    log = bare.log_text()
    assert "primehub/api/token" in log, "the log is too quiet to prove anything"
    assert secret not in log


def test_loading_leaves_no_trace_of_trouble(bare):
    log = bare.log_text()
    assert "Error loading server extension" not in log
    assert "primehub_nbext | extension failed loading" not in log
    assert "Traceback" not in log


def test_the_doctor_finds_both_halves(host, tmp_path):
    env = {**clean_env(tmp_path), "PRIMEHUB_API_ENDPOINT": "http://127.0.0.1:1/api/graphql"}
    done = in_pipe(env, "doctor", "--json")
    report = json.loads(done.stdout)
    halves = {line["code"]: line["ok"] for line in report["lines"] if "half" in line["code"]}
    servers = {"A": "notebook", "A2": "jupyter_server", "B": "jupyter_server"}
    assert halves["browser_half"] is halves[f"server_half_{servers[host]}"] is True
    assert done.returncode == 1, "there is no PrimeHub"
    assert report["versions"]["nbclassic"]


def test_jupyter_lists_the_extension_as_enabled(host):
    """What a person sees who asks Jupyter itself."""
    command = {"A": ["-m", "notebook.nbextensions", "list"], "A2": ["-m", "jupyter", "nbclassic-extension", "list"]}
    arguments = command.get(host, ["-m", "jupyter", "nbclassic-extension", "list"])
    done = subprocess.run([sys.executable, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    line = next((line for line in said.splitlines() if "primehub_nbext/main" in line), said)
    assert "enabled" in line
    assert "problems found" not in said.split("primehub_nbext/main", 1)[1].split("\n- ")[0]
