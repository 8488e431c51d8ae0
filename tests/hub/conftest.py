"""A JupyterHub on each host, with PrimeHub's sandbox behind it, and a browser, in; people's servers out.

A run of its own: Playwright is started once in a process, and tests/browser has started it already.
"""

from __future__ import annotations

import shutil

import pytest

from browser.conftest import browser, console_errors, context, page, pytest_runtest_makereport  # noqa: F401
from kit.hubs import Hub, missing


@pytest.fixture(scope="session")
def hub(host, sandbox, tmp_path_factory):
    """One hub for all tests on a host."""
    if why := missing():
        pytest.skip(why)
    hub = Hub(host, tmp_path_factory.mktemp(f"hub-{host}"), sandbox)
    yield hub
    assert hub.stop() == [], "the hub left processes behind"


@pytest.fixture(scope="session")
def person(hub):
    """The server of somebody by name, running whenever it is asked for; it is spoken to with its owner's token."""
    servers = {}

    def start(name, **special):
        if name not in servers:
            servers[name] = hub.start_server(name, hub.add(name, **special))
        elif not hub.model(name)["server"]:
            hub.start_server(name, servers[name].token)
        return servers[name]

    return start


@pytest.fixture
def experiment(sandbox, tmp_path_factory):
    """A folder of the test's own in the group volume, with the example notebook: its path, as Jupyter has it."""
    folder = sandbox.volume / tmp_path_factory.mktemp("experiment").name
    folder.mkdir()
    shutil.copy(sandbox.volume / "experiment-1" / "capitalize.ipynb", folder)
    return f"{sandbox.volume.name}/{folder.name}/capitalize.ipynb"
