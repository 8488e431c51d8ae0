"""A notebook server whose PrimeHub does what a test tells it to, and a notebook of it, open in the browser."""

from __future__ import annotations

import re

import pytest

from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from kit.processes import wait_for
from kit.servers import start_server
from pages import NotebookPage

SETTINGS = {"request_timeout": 3.0, "settle_timeout": 0.3, "resources_max_age": 0.0}


@pytest.fixture(scope="session")
def primehub():
    with MisbehavingPrimeHub() as primehub:
        yield primehub


@pytest.fixture(scope="session")
def wired(host, primehub, tmp_path_factory):
    """A notebook server whose PrimeHub does what a test tells it to."""
    home = tmp_path_factory.mktemp(f"trouble-{host}")
    args = [f"--PrimeHub.{name}={value}" for name, value in SETTINGS.items()]
    server = start_server(host, home, env=primehub.notebook_env(home), args=tuple(args))
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


@pytest.fixture
def notebook(wired, primehub, page, request):
    """A notebook of its own, open in the browser, with a token that holds."""
    primehub.behave()
    primehub.store.jobs.clear()
    token = primehub.store.issue_token("alice")
    # What a server does first may take it longer than PrimeHub is given here.
    wait_for("the token to hold", lambda: wired.api("PUT", "token", json={"token": token}).status_code == 200)
    name = re.sub(r"\W+", "-", request.node.name) + ".ipynb"
    write_notebook(wired.root / "phusers" / name, "print(1)")
    return NotebookPage(page).open(wired.notebook_url(f"phusers/{name}"))
