"""The sandbox's console as a browser gets it, over HTTP: its login, its pages and their forms."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest
import requests

pytest.importorskip("graphql")

from kit.sandbox_processes import SECONDS, SandboxProcess  # noqa: E402

PAGES = ("", "/g/phusers/job", "/g/phusers/api-token", "/g/nosuch/job", "/notebook", "/console.js", "/nosuch")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def sandbox(folder):
    running = SandboxProcess(folder)
    assert running.facts, running.process.stderr.read()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser(sandbox):
    return sandbox.browser()


@pytest.fixture(scope="module")
def link(sandbox):
    return sandbox.printed("Console")


def form_key(browser, page):
    return re.search(r'name="key" value="([^"]+)"', browser.get(page, timeout=SECONDS).text)[1]


def refused(answer):
    """Whether an answer says where the link is, and nothing that only those may know who have opened it."""
    said = "Open the link that the sandbox printed" in answer.text
    assert not (said and re.search(r'name="key"|id="token"|alice', answer.text))
    return said and answer.status_code == 403 and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_shown_without_the_printed_link(sandbox, page):
    assert refused(requests.get(sandbox.console + page, timeout=SECONDS))


@pytest.mark.parametrize("token", ["", "guessed", "ü", "%F0%9F%94%91"])
def test_another_token_opens_nothing(sandbox, token):
    assert refused(requests.get(f"{sandbox.console}?token={token}", timeout=SECONDS))
    assert refused(requests.get(f"{sandbox.console}?token={sandbox.facts['token']}", timeout=SECONDS))


def test_no_form_is_taken_without_the_cookie(sandbox, browser):
    """Not even one whose key is right."""
    page = f"{sandbox.console}/g/phusers/job/{sandbox.submit('sleep 600')}"
    form = {"key": form_key(browser, page)}
    for address in (f"{page}/cancel", f"{page}/rerun", f"{sandbox.console}/g/phusers/api-token"):
        assert refused(requests.post(address, data=form, timeout=SECONDS))
    assert sandbox.ask("{ me { username } }") == {"me": {"username": "alice"}}
    assert sandbox.job(page.rsplit("/", 1)[1])["phase"] != "Cancelled"
    browser.post(f"{page}/cancel", data=form, timeout=SECONDS)


def test_the_link_becomes_a_cookie_and_leaves_the_address(sandbox, link):
    assert link == sandbox.facts["console_login_url"]
    answer = requests.get(link, allow_redirects=False, timeout=SECONDS)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/g/phusers/job")
    cookie, *attributes = answer.headers["Set-Cookie"].split("; ")
    assert sorted(attributes) == ["HttpOnly", "Path=/console", "SameSite=Strict"]
    token = link.partition("?token=")[2]
    assert len(token) >= 43 and token not in cookie and answer.headers["Cache-Control"] == "no-store"
    page = requests.get(answer.url.partition("?")[0], headers={"Cookie": cookie}, timeout=SECONDS)
    assert page.status_code == 200 and "<h1>Jobs</h1>" in page.text
    assert token not in page.text


def test_a_cookie_of_another_sandbox_opens_nothing(sandbox, browser, tmp_path):
    name = f"primehub-sandbox-{urlsplit(sandbox.console).port}"
    assert browser.cookies.get_dict().keys() == {name}
    other = SandboxProcess(tmp_path)
    try:
        (value,) = other.browser().cookies.get_dict().values()
    finally:
        other.stop()
    for wrong in (value, "", "\xfc"):
        cookie = f"{name}={wrong}".encode("latin-1")
        assert refused(requests.get(sandbox.console, headers={"Cookie": cookie}, timeout=SECONDS))


def test_the_cookie_is_no_way_into_the_api(sandbox, browser):
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.get_dict().items())
    base = sandbox.api.removesuffix("/api")
    for path in ("/api/files/groups/phusers/x", "/api/logs/jupyterhub"):
        assert requests.get(base + path, headers={"Cookie": cookie}, timeout=SECONDS).status_code == 403
    answer = requests.post(f"{base}/sandbox/switches", json={}, headers={"Cookie": cookie}, timeout=SECONDS)
    assert answer.status_code == 403


def test_the_link_to_the_notebook_opens_the_console_too(tmp_path):
    """Who has only opened the notebook sees the pages that its dialogs lead to."""
    running = SandboxProcess(tmp_path, ())
    try:
        person = requests.Session()
        page = person.get(running.printed("Notebook"), timeout=SECONDS)
        notebook = running.facts["notebook_url"]
        assert page.status_code == 200 and "capitalize" in page.text
        assert page.url.partition("?")[0] == notebook.partition("?")[0]
        assert person.get(f"{running.console}/g/phusers/api-token", timeout=SECONDS).status_code == 200
        direct = requests.Session()
        assert direct.get(notebook, timeout=SECONDS).status_code == 200
        assert refused(direct.get(f"{running.console}/g/phusers/api-token", timeout=SECONDS))
    finally:
        running.stop()


def test_without_a_notebook_no_page_leads_to_it(sandbox, browser):
    assert browser.get(f"{sandbox.console}/notebook", timeout=SECONDS).status_code == 404


def test_times_are_utc_for_who_runs_no_scripts(sandbox, browser):
    job_id = sandbox.submit("true")
    page = browser.get(f"{sandbox.console}/g/phusers/job/{job_id}", timeout=SECONDS).text
    moment = r'<time datetime="(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z">\1 \2 UTC</time>'
    assert re.search(rf"Created</th><td>{moment}", page)
    assert re.search(moment, browser.get(f"{sandbox.console}/g/phusers/job", timeout=SECONDS).text)


def test_the_job_page_shows_the_job_escaped(sandbox, browser):
    job_id = sandbox.submit("echo '<script>'; exit 1")
    sandbox.log(job_id, follow="true")
    page = browser.get(f"{sandbox.console}/g/phusers/job/{job_id}", timeout=SECONDS).text
    assert "Failed" in page
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
    assert "x &lt;b&gt;" in page


def test_the_console_cancels_and_reruns(sandbox, browser):
    page = f"{sandbox.console}/g/phusers/job/{sandbox.submit('sleep 600')}"
    answer = browser.post(f"{page}/cancel", data={"key": form_key(browser, page)}, timeout=SECONDS)
    sandbox.until(answer.url.rsplit("/", 1)[1], "Cancelled")
    answer = browser.post(f"{page}/rerun", data={"key": form_key(browser, page)}, timeout=SECONDS)
    again = answer.url.rsplit("/", 1)[1]
    assert again != page.rsplit("/", 1)[1]
    page = f"{sandbox.console}/g/phusers/job/{again}"
    browser.post(f"{page}/cancel", data={"key": form_key(browser, page)}, timeout=SECONDS)


def test_the_token_page_gives_a_token_once_and_revokes_the_old(sandbox, browser, folder):
    page = f"{sandbox.console}/g/phusers/api-token"
    answer = browser.post(page, data={"key": form_key(browser, page)}, timeout=SECONDS)
    token = re.search(r'id="token">([^<]+)<', answer.text)[1]
    assert answer.headers["Cache-Control"] == "no-store"
    assert token not in browser.get(page, timeout=SECONDS).text
    tokens = json.loads((folder / "tokens.json").read_text())
    assert token in tokens and sandbox.facts["token"] not in tokens
    sandbox.facts["token"] = token
    assert sandbox.ask("{ me { username } }") == {"me": {"username": "alice"}}


@pytest.mark.parametrize("headers", [{"Origin": "http://elsewhere.example"}, {"Host": "elsewhere.example"}, {}])
def test_no_other_page_can_take_a_token(sandbox, browser, headers):
    page = f"{sandbox.console}/g/phusers/api-token"
    key = form_key(browser, page) if headers else "guessed"
    answer = browser.post(page, data={"key": key}, headers=headers, timeout=SECONDS)
    assert answer.status_code == 403
    assert 'id="token"' not in answer.text
    assert sandbox.ask("{ me { username } }")
