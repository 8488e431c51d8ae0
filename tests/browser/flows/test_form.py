"""The submit form in a real browser: mistakes stay in it, the focus too, and what a server says is only text."""

from __future__ import annotations

from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from primehub_nbext.sandbox.folder import EXAMPLE


def test_mistakes_stay_in_the_form(signed_in, notebook):
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog()
    dialog.submit(display_name="", parameters="start=1")
    assert dialog.error_at("display_name")
    dialog.submit(display_name="again", parameters="start=[1; end=2")
    assert "start" in dialog.error_at("parameters")
    assert dialog.value("parameters") == "start=[1; end=2"
    expect(dialog.root.locator("#primehub_quota")).to_contain_text("of 8 cores, ")
    assert dialog.options("instance_type")["gpu-4"].endswith("over your quota of 1 GPU")
    dialog.fill(instance_type="gpu-4")
    expect(dialog.root.locator("#primehub_instance_type_help")).to_contain_text("4 GPUs, and your quota is 1 GPU")
    # A job of it cannot run. Whoever wants to try is asked once; what is safe comes first.
    dialog.fill(parameters="start=1")
    expect(dialog.finding("gpu_unused")).to_be_visible()  # the quota is told of at its field
    with notebook.requests() as seen:
        dialog.submit()
        expect(dialog.root.locator("#primehub_errors")).to_contain_text("4 GPUs")
        expect(dialog.root.locator("#primehub_errors_back")).to_be_focused()
        notebook.page.keyboard.press("Enter")
        expect(dialog.root.locator("#primehub_errors")).to_have_count(0)
    assert [url for _, url in seen if url.endswith("/jobs")] == []
    dialog.submit()
    dialog.root.locator("#primehub_errors_anyway").click()
    assert dialog.error_at("instance_type")
    assert dialog.value("display_name") == "again"
    dialog.fill(parameters="password=hunter2")
    expect(dialog.secret_warning).to_contain_text("whole group")
    dialog.cancel()
    dialog.wait_closed()
    again = notebook.submit_dialog().wait_form()
    assert again.value("parameters") == "password=hunter2"


def test_who_types_at_once_stays_in_the_field(signed_in, notebook):
    """The host moves the focus when a dialog has faded in, which may be after the form is there."""
    notebook.open(signed_in.notebook_url(EXAMPLE))
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(parameters="")
    dialog.control("parameters").focus()
    # At once, in the same turn of the page's loop: a key that is pressed before the next one would be lost.
    focused = notebook.page.evaluate(
        """() => {
            $("#primehub_submit_dialog").trigger("focus").trigger("shown.bs.modal");
            return document.activeElement.id;
        }"""
    )
    assert focused == "primehub_parameters"
    notebook.page.keyboard.type("start=5")
    assert dialog.value("parameters") == "start=5"


def test_what_a_server_says_is_only_text(signed_in, notebook):
    """Whatever answers in the place of the REST API: HTML and a javascript: link run nothing.

    PrimeHub's own words: test_words.py beside the other trouble.
    """
    hostile = '<img src=x onerror="window.hacked=1">' + "x" * 10_000

    def jobs(route):
        job = {"id": hostile, "display_name": hostile, "console_url": "javascript:window.hacked=1", "phase": hostile}
        route.fulfill(status=201, json={**job, "output_path": hostile})

    page = notebook.page
    notebook.open(signed_in.notebook_url(EXAMPLE))
    page.route("**/primehub/api/jobs", jobs)
    dialog = SubmitDialog(page)
    notebook.choose("submit")
    dialog.submit()
    result = dialog.result()
    assert (result["id"], result["link"]) == (hostile, None)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.hacked") is None
    assert dialog.root.evaluate("root => root.querySelector('.modal-body').scrollWidth <= root.clientWidth")
