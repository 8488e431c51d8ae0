"""A PrimeHub that does not answer: the dialog says so and can be left at any time; the outcome is told all the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.doubts import TYPED, only_job, typed

REFUSAL = {"code": "quota_exceeded", "message": "The quota of `phusers` is used up.", "hint": "Wait, or ask."}


class Held:
    """Requests to an address that are held on their way; time passes for the page when a test says so."""

    def __init__(self, page, address: str):
        self.page = page
        self.routes: list = []
        page.route(address, lambda route: self.routes.append(route))
        page.clock.install()

    def wait(self):
        """Until one is there; returns it."""
        for _ in range(10_000):
            if self.routes:
                return self.routes[0]
            self.page.evaluate("() => 1")  # meanwhile the browser tells what it has been asked for
        raise AssertionError("nothing was asked for")

    def pass_seconds(self, seconds: int) -> None:
        self.page.clock.fast_forward(seconds * 1000)


@pytest.fixture
def submitting(notebook):
    """A dialog whose submission is held on its way to the server."""
    dialog = notebook.submit_dialog().wait_form()
    held = Held(notebook.page, "**/primehub/api/jobs")
    dialog.submit(**TYPED)
    notebook.page.wait_for_function("() => document.querySelector('#primehub_submit_button').disabled")
    return dialog, held


def test_it_says_how_long_and_offers_the_background(notebook, primehub, submitting):
    dialog, held = submitting
    expect(dialog.waited).to_have_text("")
    held.pass_seconds(4)
    expect(dialog.waited).to_contain_text("No answer for")
    assert dialog.leave_button.count() == 0
    held.pass_seconds(7)
    dialog.leave_button.click()
    dialog.wait_closed()
    assert notebook.keys_go_to_cells()
    # Who looks again sees the same submission, and can leave again.
    notebook.choose("submit")
    expect(dialog.root).to_contain_text("Submitting")
    dialog.wait().press_escape()
    dialog.wait_closed()
    held.wait().continue_()
    expect(notebook.notice).to_contain_text(f"“{TYPED['display_name']}” was submitted")
    notebook.notice.click()
    result = dialog.result()
    assert (result["id"], result["created"]) == (only_job(primehub), True)
    dialog.ok()


def test_it_can_be_left_at_once(notebook, primehub, submitting):
    dialog, held = submitting
    dialog.press_escape()
    dialog.wait_closed()
    held.wait().fulfill(status=422, json=REFUSAL)
    expect(notebook.notice).to_contain_text("not submitted. The quota of phusers is used up.")
    notebook.notice.click()
    again = SubmitDialog(notebook.page).wait_form()
    assert again.error()["code"] == "quota_exceeded"
    assert typed(again) == TYPED
    notebook.page.unroute("**/primehub/api/jobs")
    again.submit()
    assert again.result()["id"] == only_job(primehub)


def test_who_looks_again_sees_the_result(notebook, primehub, submitting):
    dialog, held = submitting
    dialog.press_escape()
    dialog.wait_closed()
    notebook.choose("submit")
    expect(dialog.root).to_contain_text("Submitting")
    held.wait().continue_()
    assert dialog.result()["id"] == only_job(primehub)
    dialog.ok()
    expect(notebook.notice).not_to_be_visible()


def test_loading_says_how_long(notebook):
    held = Held(notebook.page, "**/primehub/api/resources*")
    dialog = notebook.submit_dialog()
    held.wait()
    held.pass_seconds(4)
    expect(dialog.waited).to_contain_text("No answer for")
    dialog.cancel()
    dialog.wait_closed()


def test_a_token_is_saved_in_the_background(notebook, primehub):
    dialog = notebook.token_dialog()
    dialog.state()
    dialog.replace()
    held = Held(notebook.page, "**/primehub/api/token")
    dialog.save(primehub.store.issue_token("alice"))
    held.wait()
    dialog.press_escape()
    dialog.wait_closed()
    held.routes[0].continue_()
    expect(notebook.notice).to_have_text("API token saved: signed in as alice.")
