"""What the dialog says while somebody fills it in: defaults, the cell that a job adds, faults and likely secrets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit import misbehaving as told
from pages import NotebookPage

CHECK = "**/primehub/api/notebooks/**/check"
NO_VALUE = "start has no value"
# How a check fails: a network that ends it, a server half that has no such route, a proxy's page.
FAILURES = (
    lambda route: route.abort(),
    lambda route: route.fulfill(status=404, json={"message": "Not Found"}),
    lambda route: route.fulfill(status=200, body="<html>"),
)
# The notebook's cell becomes one of parameters, as an edit that is not saved yet.
PARAMETERS = """source => {
    const cell = Jupyter.notebook.get_cell(0);
    cell.set_text(source);
    cell.metadata.tags = ["parameters"];
}"""


class CheckedForm:
    """The form over a notebook whose cell of parameters was just typed, and the places for what the server says."""

    def __init__(self, notebook: NotebookPage, source: str = "start = 1\nend = 3"):
        self.page = notebook.page
        self.page.evaluate(PARAMETERS, source)
        self.dialog: SubmitDialog = notebook.submit_dialog().wait_form()
        self.root = self.dialog.root
        self.parameters = self.dialog.control("parameters")
        self.defaults = self.root.locator("#primehub_defaults")
        self.preview = self.root.locator("#primehub_preview")
        self.warning = self.dialog.secret_warning
        self.said = self.root.locator("#primehub_parameters_error")

    def type(self, text: str) -> None:
        """Key by key, as a person does, who then stays in the field."""
        self.parameters.focus()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


@pytest.fixture
def form(notebook):
    return CheckedForm(notebook)


def test_the_defaults_and_the_cell_that_a_job_adds(form, primehub):
    """PrimeHub need not be there for it."""
    primehub.on("", told.reset(executed=False))
    expect(form.defaults).to_have_text("start=1; end=3")
    expect(form.preview).not_to_be_visible()
    form.type("end=10; names=[a, 'b']")
    expect(form.preview).to_have_text('# Parameters\nend = 10\nnames = ["a", "b"]')
    # Typing the same again is not answered anew, so nothing may wait for an answer.
    form.parameters.evaluate("field => field.dispatchEvent(new Event('input', {bubbles: true}))")
    expect(form.root.locator(".primehub-outdated")).to_have_count(0)
    form.type(" ")
    expect(form.preview).not_to_be_visible()


def test_an_unsaved_edit_of_the_parameters_cell_counts(notebook):
    form = CheckedForm(notebook, "begin = 5\napi_key = 'x1y2'")
    expect(form.defaults).to_contain_text("begin=5; api_key=")
    expect(form.dialog.finding("secret_parameter")).to_contain_text("api_key")
    assert notebook.is_dirty()


def test_what_a_job_may_stumble_over_is_told_and_not_refused(notebook):
    notebook.page.evaluate(
        """() => {
            Jupyter.notebook.metadata.kernelspec.name = "julia-1.9";
            Jupyter.notebook.get_cell(0).set_text("");
        }"""
    )
    dialog = notebook.submit_dialog().wait_form()
    expect(dialog.finding("unknown_kernel").locator("code")).to_have_text("julia-1.9")
    expect(dialog.finding("unknown_kernel")).to_contain_text("choose such an image")
    expect(dialog.finding("no_code")).to_contain_text("Write a code cell first.")
    dialog.submit()
    assert dialog.result()["created"] is True


def test_a_secret_is_pointed_out_as_it_is_typed(form):
    expect(form.parameters).to_have_attribute("aria-describedby", re.compile("primehub_secret_warning"))
    expect(form.warning).to_have_attribute("role", "status")
    expect(form.warning).to_have_text("")
    form.type("db_password=hunter2; hf_token=abc")
    expect(form.warning).to_contain_text("db_password")
    expect(form.warning).to_contain_text("hf_token")
    expect(form.warning.get_by_text("whole group")).to_have_count(1)  # said once for both
    form.type("start=1")
    expect(form.warning).to_have_text("")


def test_half_a_word_is_no_error_until_it_is_left(form, notebook, primehub):
    form.type("start")
    expect(form.said).to_contain_text(NO_VALUE)
    # As the host takes the focus when a dialog has faded in, and gets it back at once.
    form.page.evaluate("() => { $('#primehub_submit_dialog').trigger('focus').trigger('shown.bs.modal'); }")
    form.page.wait_for_function("() => new Promise(done => setTimeout(() => done(true)))")
    expect(form.parameters).not_to_have_attribute("aria-invalid", "true")
    form.page.keyboard.press("Tab")
    assert NO_VALUE in form.dialog.error_at("parameters")
    form.parameters.press("End")
    form.page.keyboard.type("=5; end")
    expect(form.said).to_contain_text("end has no value")
    expect(form.parameters).not_to_have_attribute("aria-invalid", "true")
    # What is known to be wrong is not sent.
    with notebook.requests() as seen:
        form.dialog.submit()
        assert "end has no value" in form.dialog.error_at("parameters")
        expect(form.parameters).to_be_focused()
    assert [url for _, url in seen if url.endswith("/jobs")] == []
    form.parameters.press("End")
    form.page.keyboard.type("=6")
    expect(form.said).to_have_text("")
    expect(form.preview).to_have_text("# Parameters\nstart = 5\nend = 6")
    form.dialog.submit()
    assert form.dialog.result()["created"] is True
    assert len(primehub.store.jobs) == 1


def test_without_a_check_the_form_works_and_the_server_decides(form, console_errors):
    """And what had been found before is not said any more, for nobody knows whether it is still so."""
    for failure in FAILURES:
        form.type("password=hunter2; x")
        expect(form.said).to_contain_text("x has no value")
        form.type("password=hunter2")
        expect(form.warning).to_contain_text("password")
        expect(form.preview).to_be_visible()
        form.page.route(CHECK, failure)
        form.type("start")
        expect(form.preview).not_to_be_visible()
        expect(form.warning).to_have_text("")
        expect(form.said).to_have_text("")
        expect(form.defaults).to_have_text("start=1; end=3")
        form.dialog.submit()
        assert NO_VALUE in form.dialog.error_at("parameters"), "the server has the same words"
        form.page.unroute(CHECK)
    form.page.route(CHECK, FAILURES[0])
    form.dialog.submit(parameters="start=5")
    assert form.dialog.result()["created"] is True
    console_errors.clear()  # the browser tells of what was cut off


def test_a_check_that_hangs_keeps_nobody(form):
    form.page.route(CHECK, lambda _route: None)
    form.dialog.submit(parameters="start=5")
    assert form.dialog.result()["created"] is True


def test_what_is_said_fits_a_narrow_window(form):
    form.page.set_viewport_size({"width": 320, "height": 640})
    form.dialog.fill(parameters="password=" + "x" * 300 + "; words=[" + ", ".join(["word"] * 60) + "]")
    expect(form.warning).to_contain_text("password")
    expect(form.preview).to_contain_text("words")
    expect(form.preview).to_have_attribute("tabindex", "0")  # it scrolls, also by keyboard
    for element in (form.root.locator(".modal-body"), form.preview, form.defaults):
        assert element.evaluate("each => each.scrollWidth <= each.clientWidth")
    box = form.root.locator(".modal-content").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 320
