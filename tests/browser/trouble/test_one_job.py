"""A submission in doubt, resolved by pressing again, another dialog, a reload or a new token: one job."""

from __future__ import annotations

import json

import pytest
from dialogs import JobDetail
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit import misbehaving as told
from kit.doubts import TYPED, only_job, typed, unknown, until


def test_unknown_is_resolved_by_pressing_again(notebook, primehub):
    dialog = unknown(notebook, primehub)
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["created"], result["name"]) == (only_job(primehub), False, TYPED["display_name"])


def test_unknown_is_resolved_by_another_dialog(notebook, primehub):
    dialog = unknown(notebook, primehub)
    dialog.cancel()
    dialog.wait_closed()
    expect(notebook.chip).to_have_text("? what I typed: looking")
    notebook.chip.click()
    again = SubmitDialog(notebook.page).wait_form()
    assert again.resumed and typed(again) == TYPED
    again.submit()
    assert again.result()["id"] == only_job(primehub)


def test_unknown_is_resolved_after_a_reload(notebook, primehub):
    unknown(notebook, primehub)
    notebook.reload()
    dialog = notebook.submit_dialog().wait_form()
    assert dialog.resumed
    assert typed(dialog) == TYPED
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["created"]) == (only_job(primehub), False)
    # Once it is known, the same values are another job, if one wants it.
    another = dialog.another()
    assert typed(another) == TYPED and not another.resumed
    another.submit()
    assert another.result()["created"] is True
    assert len(primehub.store.jobs) == 2


def test_a_reload_while_it_is_being_submitted(notebook, primehub):
    """The chip looks for its job, and then tells of it."""
    dialog = notebook.submit_dialog().wait_form()
    with primehub.holding("CreateJob", executed=True) as gate:
        dialog.submit(**TYPED)
        gate.wait_for(1)
        notebook.reload()
        expect(notebook.chip).to_have_text("? what I typed: looking")
    expect(notebook.notice).to_have_text("The job of what I typed was found.")
    expect(notebook.chip).to_have_text("◌ what I typed waiting")
    notebook.chip.click()
    assert JobDetail(notebook.page).wait().title == "what I typed"
    only_job(primehub)


def test_a_token_revoked_while_the_answer_was_lost(notebook, wired, primehub):
    def make_and_revoke(exchange):
        exchange.execute()
        exchange.primehub.store.revoke_tokens("alice")
        exchange.reset()

    primehub.on("CreateJob", make_and_revoke, nth=1)
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    error = dialog.error()
    assert error["code"] == "submission_unknown" and "token" in error["message"]
    prompt = dialog.enter_token()
    prompt.save(primehub.store.issue_token("alice"))
    prompt.wait_closed()
    dialog.wait_form()
    assert dialog.resumed and typed(dialog) == TYPED
    dialog.submit()
    assert dialog.result()["id"] == only_job(primehub)


def test_other_values_than_those_in_doubt_are_another_submission(notebook, primehub):
    """Nobody is shown the job of other values as the one they asked for."""
    dialog = unknown(notebook, primehub)
    dialog.submit(parameters="start=100")
    assert dialog.error()["code"] == "submission_conflict"
    first = only_job(primehub)
    dialog.submit()
    result = dialog.result()
    assert result["created"] and result["id"] != first
    assert len(primehub.store.jobs) == 2


def test_what_is_known_by_now_is_not_doubted_any_more(notebook, primehub):
    primehub.on("CreateJob", told.reset(executed=False))
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    assert dialog.error()["code"] == "submission_unknown"
    dialog.cancel()
    dialog.wait_closed()
    primehub.behave()
    primehub.on("CreateJob", told.answering({"errors": [{"message": "Internal error"}]}))
    again = notebook.submit_dialog().wait_form()
    assert again.resumed
    until(again, "submission_not_created")
    assert not again.resumed and typed(again) == TYPED
    assert not primehub.store.jobs


@pytest.fixture
def sent(notebook):
    """The bodies of the submissions that the page sends."""
    bodies = []

    def note(request):
        if request.method == "POST" and request.url.endswith("/primehub/api/jobs"):
            bodies.append(json.loads(request.post_data))

    notebook.page.on("request", note)
    return bodies


def test_pressing_past_the_button_sends_one_request(notebook, primehub, sent):
    """The button is disabled at once; here the form is submitted three times in a row all the same."""
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.evaluate(
        """() => {
            const form = document.querySelector("#primehub_submit_dialog form");
            const button = document.getElementById("primehub_submit_button");
            for (let i = 0; i < 3; i += 1) {
                form.dispatchEvent(new Event("submit", {bubbles: true, cancelable: true}));
                button.disabled = false;
            }
        }"""
    )
    assert dialog.result()["created"]
    notebook.page.wait_for_load_state("networkidle")
    assert len(sent) == 1
    only_job(primehub)


def test_two_requests_at_once_are_one_job(notebook, primehub, sent):
    """Each submission leaves the page twice, as through something on the way that repeats requests."""
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.evaluate(
        """() => {
            const ajax = $.ajax;
            $.ajax = (url, settings) => {
                if (/\\/primehub\\/api\\/jobs$/.test(url)) {
                    ajax(url, {...settings, success() {}, error() {}});
                }
                return ajax(url, settings);
            };
        }"""
    )
    dialog.submit(**TYPED)
    dialog.result()
    notebook.page.wait_for_load_state("networkidle")
    assert len(sent) == 2, "the request was not repeated"
    assert sent[0] == sent[1]
    only_job(primehub)
