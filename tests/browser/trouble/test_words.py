"""Faults of PrimeHub and its words, as a person meets them in a dialog: sentences, only text, nothing typed lost."""

from __future__ import annotations

from playwright.sync_api import expect

from kit import misbehaving as told
from kit.answers import resources
from kit.doubts import TYPED, only_job, typed, until
from pages import NotebookPage

HOSTILE = '<img src=x onerror="window.hacked=1">'
LONG = HOSTILE + "x" * 10_000
FAULTS = {
    "502 page": ("Resources", told.page(502), "primehub_unavailable"),
    "unreachable": ("Resources", told.reset(executed=False), "primehub_unreachable"),
    "no answer": ("Resources", told.silent(executed=False), "primehub_timeout"),
    "licence": ("CreateJob", told.refusing("License expired", "LICENSE_ERROR"), "license_error"),
    "CE": (
        "CreateJob",
        told.refusing('Cannot query field "createPhJob" on type "Mutation".', None),
        "jobs_unavailable",
    ),
    "error": ("CreateJob", told.answering({"errors": [{"message": "Internal error"}]}), "submission_not_created"),
    "gateway": ("CreateJob", told.page(502), "submission_unknown"),
}


def test_faults_have_their_sentences_and_lose_nothing(notebook, primehub):
    """One dialog meets them all."""
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(**TYPED)
    primehub.on("CreateJob", told.refusing("User Gpu Quota exceeded", "EXCEED_QUOTA"))
    dialog.submit()
    assert "User Gpu Quota exceeded" in dialog.error_at("instance_type")
    for name, (operation, behaviour, code) in FAULTS.items():
        primehub.behave()
        primehub.on(operation, behaviour)
        dialog.submit()
        error = dialog.error()
        assert (name, error["code"]) == (name, code)
        assert error["message"].endswith(".") and error["hint"].endswith("."), name
        assert typed(dialog) == TYPED, name
    assert not primehub.store.jobs
    primehub.behave()
    until(dialog)
    only_job(primehub)


def harmless(notebook: NotebookPage, dialog) -> None:
    """Nothing ran and nothing sticks out, in a wide window and in a narrow one."""
    page = notebook.page
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.hacked") is None
    assert dialog.root.locator("img, script, iframe").count() == 0
    assert dialog.root.locator('a[href^="javascript:" i]').count() == 0
    for width in (480, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        box = dialog.root.locator(".modal-content").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
        assert dialog.root.evaluate(
            "root => { const body = root.querySelector('.modal-body'); return body.scrollWidth <= body.clientWidth; }"
        )


def test_names_and_messages_are_only_text(notebook, primehub):
    instance = {"name": "cpu-1", "displayName": LONG, "description": LONG}
    image = {"name": "base-notebook", "displayName": LONG, "description": LONG, "type": "cpu", "url": LONG}
    group = {"id": primehub.group["id"], "name": LONG, "displayName": LONG, "enabledSharedVolume": True}
    answer = {"data": resources({**group, "instanceTypes": [instance], "images": [image]})}
    primehub.on("Resources", told.answering(answer))
    dialog = notebook.submit_dialog().wait_form()
    harmless(notebook, dialog)
    for refusal in (told.refusing(LONG, "EXCEED_QUOTA"), told.answering({"errors": [{"message": LONG}]})):
        primehub.on("CreateJob", refusal)
        dialog.submit(display_name=HOSTILE)
        expect(dialog.root.locator(".has-error, .alert-danger[data-code]").first).to_be_visible()
        harmless(notebook, dialog)
    primehub.on(
        "CreateJob", told.answering({"data": {"createPhJob": {"id": "job-1", "phase": LONG, "userName": LONG}}})
    )
    dialog.submit(parameters=f"name='{HOSTILE}'")
    assert dialog.result()["name"] == HOSTILE
    harmless(notebook, dialog)


def test_an_error_before_the_form_is_only_text(notebook, primehub):
    primehub.on("Resources", told.refusing(LONG, None))
    dialog = notebook.submit_dialog()
    assert HOSTILE[:20] in dialog.error()["message"]
    harmless(notebook, dialog)


def test_a_user_name_is_only_text(notebook, wired, primehub):
    primehub.on("Me", told.answering({"data": {"me": {"id": "1", "username": LONG}}}))
    assert wired.api("PUT", "token", json={"token": primehub.token}).status_code == 200
    dialog = notebook.token_dialog()
    assert HOSTILE[:20] in dialog.state()
    harmless(notebook, dialog)
