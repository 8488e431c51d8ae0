"""The dialogs on a JupyterHub: a login that has expired, and a server that is stopped, are mended from the dialog."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from dialogs import EarlyDialog
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.hubs import WITH_SPACE
from pages import NotebookPage

TYPED = {"display_name": "kept", "parameters": "start=1; end=2"}


@pytest.fixture
def server(person, sandbox):
    """The server of somebody whose name has a space."""
    server = person(WITH_SPACE)
    assert server.api("PUT", "token", json={"token": sandbox.token}).status_code == 200
    return server


@pytest.fixture
def notebook(server, page, experiment):
    """The example notebook, open in the browser of its owner, who had to log in to the hub for that."""
    # The host's own words on a kernel that is gone come above ours.
    kernel_gone = page.locator(".kernel-modal")
    page.add_locator_handler(kernel_gone, lambda: kernel_gone.locator(".modal-footer button").first.click())
    page.goto(server.notebook_url(experiment))
    server.log_in(page)
    page.wait_for_url(re.compile(re.escape(urlsplit(server.url).path) + ".*capitalize"))
    return NotebookPage(page).wait()


def on_its_own_page(tab, server):
    """Wait until a tab shows a page of the person's server, then close it."""
    tab.wait_for_url(re.compile(re.escape(server.url) + ".*tree"))
    tab.close()


def start_there(tab, server):
    """On the hub's page in place of a server that is stopped, start it."""
    tab.locator("#start, a[role=button]:has-text('Launch Server')").first.click()
    on_its_own_page(tab, server)


def typed(dialog) -> dict:
    return {field: dialog.value(field) for field in TYPED}


def test_an_expired_login_is_mended_from_the_dialog(hub, server, sandbox, notebook, console_errors):
    """A server that was started again knows nobody; the hub still does, until that login is over, too."""
    dialog = notebook.submit_dialog()
    dialog.fill(**TYPED)
    assert hub.stop_server(WITH_SPACE) == 204
    hub.start_server(WITH_SPACE, server.token)
    dialog.submit()
    told = dialog.error()
    assert told["code"] == "login_expired" and "login" in told["message"] and "new tab" in told["hint"]
    assert dialog.root.locator("#primehub_save_disk").count() == 0
    on_its_own_page(dialog.mend(), server)
    assert typed(dialog) == TYPED
    dialog.save_choice("again")
    assert dialog.result()["created"]
    dialog.ok()

    notebook.page.context.clear_cookies()
    tokens = notebook.token_dialog()
    assert tokens.error()["code"] == "login_expired"
    tab = tokens.mend()
    server.log_in(tab)
    on_its_own_page(tab, server)
    tokens.cancel()
    tokens.wait_closed()
    assert "Signed in as alice" in notebook.token_dialog().state()
    console_errors.clear()  # a refused save is written there by the host


def test_a_stopped_server_is_started_from_the_dialog(hub, server, notebook, console_errors):
    notebook.open_menu()
    notebook.page.wait_for_function("() => require.defined('nbextensions/primehub_nbext/opening')")
    assert hub.stop_server(WITH_SPACE) == 204
    notebook.page.keyboard.press("Escape")
    notebook.choose("submit")  # for the first time: nothing of its dialog has been fetched yet
    early = EarlyDialog(notebook.page)
    assert early.error()["code"] == "server_stopped"
    start_there(early.mend(), server)
    early.try_again()
    dialog = SubmitDialog(notebook.page)
    dialog.fill(**TYPED)
    assert hub.stop_server(WITH_SPACE) == 204
    dialog.submit()
    told = dialog.error()
    assert told["code"] == "server_stopped" and "stopped" in told["message"] and "Start" in told["hint"]
    assert dialog.root.locator("#primehub_save_disk").count() == 0
    tokens_told = told_by_the_token_dialog(notebook, dialog)
    assert tokens_told == told
    dialog = notebook.submit_dialog()
    assert dialog.error() == told
    start_there(dialog.mend(), server)
    dialog.try_again()
    dialog.wait_form()
    assert typed(dialog) == TYPED
    hub.kill_server(WITH_SPACE)
    dialog.submit()
    told = dialog.error()
    assert told["code"] == "server_unavailable" and "does not run" in told["message"]
    expect(dialog.root.locator(".alert-danger a")).to_have_attribute("href", urlsplit(server.url).path)
    hub.stop_server(WITH_SPACE)  # which it has not noticed
    console_errors.clear()


def told_by_the_token_dialog(notebook, dialog) -> dict:
    dialog.cancel()
    dialog.wait_closed()
    tokens = notebook.token_dialog()
    told = tokens.error()
    tokens.cancel()
    tokens.wait_closed()
    return told
