"""A notebook that is open in a browser in; dialogs whose submission is in doubt, and how they end, out."""

from __future__ import annotations

from playwright.sync_api import expect

from kit import misbehaving as told

TYPED = {"display_name": "what I typed", "parameters": "start=7; end=8"}


def typed(dialog) -> dict:
    return {name: dialog.value(name) for name in TYPED}


def unknown(notebook, primehub):
    """A dialog whose submission made a job that nobody could confirm; the list, where the chip looks, tells nothing."""
    primehub.on("CreateJob", told.reset(executed=True), nth=1)
    primehub.on("CreateJob", told.reset(executed=False), nth=2)
    primehub.on("CreateJob", told.reset(executed=False), nth=3)
    primehub.on("NewestCommands", told.page(503))
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(**TYPED)
    assert dialog.error()["code"] == "submission_unknown"
    assert typed(dialog) == TYPED
    primehub.behave()
    for listing in ("Jobs", "JobRows"):
        primehub.on(listing, told.page(503))
    return dialog


def only_job(primehub) -> str:
    (job_id,) = primehub.store.jobs
    return job_id


def until(dialog, code: str | None = None) -> None:
    """Press Submit again for as long as it does not know yet; until there is a result, or this error."""
    for _ in range(20):
        dialog.submit()
        place = dialog.root.locator("#primehub_job, .alert-danger[data-code]").first
        expect(place).to_be_visible()
        said = place.get_attribute("data-code")
        if said != "submission_unknown":
            assert said == code
            return
    raise AssertionError("this submission is never resolved")
