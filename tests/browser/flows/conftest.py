"""A notebook server as JupyterHub starts it, with the sandbox's files and with or without its token; a page to open."""

from __future__ import annotations

import pytest

from kit.servers import start_server
from pages import NotebookPage


@pytest.fixture(scope="session")
def hub_server(host, sandbox, tmp_path_factory):
    """A server as JupyterHub starts it: a base URL with an @ in it."""
    home = tmp_path_factory.mktemp(f"hub-{host}")
    server = start_server(host, home, env=sandbox.notebook_env(), base_url="/user/a@b/", root=sandbox.home)
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


@pytest.fixture
def signed_in(hub_server, sandbox):
    assert hub_server.api("PUT", "token", json={"token": sandbox.token}).status_code == 200
    return hub_server


@pytest.fixture
def signed_out(hub_server):
    hub_server.api("DELETE", "token")
    return hub_server


@pytest.fixture
def notebook(page, console_errors):
    notebook = NotebookPage(page)
    notebook.console_errors = console_errors
    return notebook
