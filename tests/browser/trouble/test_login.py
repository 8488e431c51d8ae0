"""A login that has expired: the dialogs say so, and lead to where it is had again; nothing typed is lost."""

from __future__ import annotations

import re

from playwright.sync_api import Page
from submit_dialog import SubmitDialog

from kit.doubts import TYPED, only_job, typed


def log_in_from(dialog, server) -> None:
    """Follow the dialog's link and log in there, in the new tab that it opened."""
    told = dialog.error()
    assert told["code"] == "login_expired" and "login" in told["message"] and "nothing you typed" in told["hint"]
    tab: Page = dialog.mend()
    tab.fill("#password_input", server.token)
    tab.click("#login_submit")
    tab.wait_for_url(re.compile(re.escape(server.url) + ".*tree"))
    tab.close()


def test_a_login_that_expired_is_had_again_and_the_submission_goes_on(notebook, wired, primehub, console_errors):
    cookies = notebook.page.context
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(**TYPED)
    cookies.clear_cookies()
    dialog.submit()
    log_in_from(dialog, wired)
    assert dialog.root.locator("#primehub_save_disk").count() == 0
    assert typed(dialog) == TYPED
    dialog.save_choice("again")
    assert dialog.result()["id"] == only_job(primehub)
    dialog.ok()

    cookies.clear_cookies()
    notebook.choose("submit")
    dialog = SubmitDialog(notebook.page)
    log_in_from(dialog, wired)
    dialog.try_again()
    dialog.wait_form().cancel()
    dialog.wait_closed()

    cookies.clear_cookies()
    tokens = notebook.token_dialog()
    log_in_from(tokens, wired)
    tokens.cancel()
    tokens.wait_closed()
    assert "Signed in as alice" in notebook.token_dialog().state()
    # The browser writes down what the host was refused.
    assert all("403" in error for error in console_errors), console_errors
    console_errors.clear()
