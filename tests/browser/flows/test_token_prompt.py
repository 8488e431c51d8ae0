"""The token prompt in a real browser: typed, forgotten, revoked meanwhile; never shown, and nothing typed is lost."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from primehub_nbext.sandbox.folder import EXAMPLE

REVOKES = "Request a new API token and enter it here; that revokes the old one."


def test_the_token_prompt(signed_out, sandbox, notebook):
    notebook.open(signed_out.notebook_url(EXAMPLE))
    dialog = notebook.token_dialog()
    assert "No API token is set yet" in dialog.state()
    assert dialog.input.get_attribute("type") == "password"
    assert dialog.link.get_attribute("href") == f"{sandbox.console_url}/g/phusers/api-token"
    assert "noopener" in dialog.link.get_attribute("rel")
    assert "revokes the old one" in dialog.text
    dialog.save("")
    assert "Enter your API token" in dialog.token_error()
    dialog.save("not-a-token")
    assert "did not accept" in dialog.token_error()
    dialog.save(json.dumps({"endpoint": sandbox.endpoint, "api-token": sandbox.token}))
    dialog.wait_closed()
    expect(notebook.notice).to_have_text("API token saved: signed in as alice.")

    dialog = notebook.token_dialog()
    assert dialog.state() == "Signed in as alice. The token comes from this prompt."
    assert dialog.buttons() == ["Forget token", "Replace…", "Close"]
    expect(dialog.input).not_to_be_visible()
    dialog.replace()
    expect(dialog.input).to_be_focused()
    assert dialog.buttons() == ["Forget token", "Cancel", "Save"]
    assert dialog.input.input_value() == ""
    assert sandbox.token not in notebook.page.content()
    stores = notebook.page.evaluate("() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert sandbox.token not in stores
    dialog.forget()
    expect(dialog.root.locator("#primehub_token_state")).to_contain_text("The token was forgotten.")
    assert signed_out.api("GET", "token").json()["configured"] is False


def test_nobody_is_signed_in_by_a_token_that_is_not_accepted(signed_in, notebook):
    """And what requesting another does is said once."""
    notebook.open(signed_in.notebook_url(EXAMPLE))
    problem = {"code": "token_rejected", "message": "PrimeHub did not accept the API token.", "hint": REVOKES}
    state = {"configured": True, "source": "prompt", "user": "alice", "problem": problem}
    notebook.page.route("**/primehub/api/token*", lambda route: route.fulfill(json=state))
    dialog = notebook.token_dialog()
    assert dialog.error()["code"] == "token_rejected"
    assert "alice" not in dialog.text
    expect(dialog.link).to_be_visible()
    assert dialog.text.count("revokes") == 1
    expect(dialog.input).to_be_focused()
    assert dialog.buttons() == ["Forget token", "Cancel", "Save"]


def test_a_token_revoked_meanwhile_loses_nothing(signed_in, sandbox, notebook):
    refusal = {"code": "token_rejected", "message": "PrimeHub did not accept the API token.", "hint": "Request one."}
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.route("**/primehub/api/jobs", lambda route: route.fulfill(status=422, json=refusal))
    dialog.submit(parameters="start=7; end=8", display_name="typed before")
    assert dialog.error()["code"] == "token_rejected"
    notebook.page.unroute("**/primehub/api/jobs")
    prompt = dialog.enter_token()
    prompt.save(sandbox.token)
    prompt.wait_closed()
    dialog.wait_form()
    assert (dialog.value("parameters"), dialog.value("display_name")) == ("start=7; end=8", "typed before")
    dialog.submit()
    assert dialog.result(timeout=30_000)["created"] is True
