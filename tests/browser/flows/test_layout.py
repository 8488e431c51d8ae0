"""The submit dialog in windows of any size: the button in sight, nothing cut off; what is unfolded stays so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.notebooks import write_notebook

# The last three are half of what a window has: 200 % zoom.
SIZES = [(1366, 650), (900, 700), (320, 640), (683, 325), (450, 350), (640, 360)]
TALLEST = 480  # px, for a notebook without parameters
IN_SIGHT = """element => {
    const box = element.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return box.top >= 0 && box.bottom <= window.innerHeight && box.left >= 0 && box.right <= window.innerWidth
        && element.contains(at);
}"""


@pytest.fixture
def form(signed_in, sandbox, notebook) -> SubmitDialog:
    """The dialog over a notebook without parameters."""
    path = write_notebook(sandbox.volume / f"plain-{signed_in.host}.ipynb", "print(1)")
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
    dialog = notebook.submit_dialog().wait_form()
    notebook.page.wait_for_function("() => document.querySelector('.primehub-dialog.in')")
    return dialog


def test_submit_is_always_in_sight(form):
    body = form.root.locator(".modal-body")
    for unfolded in (False, True):
        if unfolded:
            form.page.set_viewport_size({"width": 1366, "height": 900})
            for fold in ("time_limit", "places", "parameters_help"):
                form.fold(fold).click()
        for width, height in SIZES:
            form.page.set_viewport_size({"width": width, "height": height})
            for button in form.root.locator(".modal-footer button:visible, .modal-header .close").all():
                assert button.evaluate(IN_SIGHT), (width, height, button.inner_text())
            assert body.evaluate("each => each.scrollWidth <= each.clientWidth"), (width, height)
            assert body.evaluate("each => each.clientHeight") >= 150, (width, height)
            form.control("parameters").scroll_into_view_if_needed()
            assert form.control("parameters").evaluate(IN_SIGHT), (width, height)


def test_the_form_is_short(form):
    form.page.set_viewport_size({"width": 1366, "height": 650})
    expect(form.root.locator("#primehub_rows_add")).to_be_visible()
    expect(form.root.locator("#primehub_preview_none")).to_be_visible()
    assert form.root.locator(".modal-content").bounding_box()["height"] <= TALLEST
    for fold in ("time_limit", "places", "parameters_help"):
        expect(form.fold(fold)).to_have_attribute("aria-expanded", "false")


def test_what_is_unfolded_stays_so(form, notebook):
    expect(form.fold("time_limit")).to_have_text("Time limit: the group's default (24 hours)")
    expect(form.fold("places")).to_have_text("Runs in phusers")
    expect(form.control("timeout")).not_to_be_visible()
    form.fold("time_limit").click()
    form.fill(timeout="90")
    expect(form.fold("time_limit")).to_have_text("Time limit: 90 minutes")
    notebook.reload()
    again = notebook.submit_dialog().wait_form()
    expect(again.control("timeout")).to_be_visible()
    expect(again.root.locator("#primehub_working_directory")).not_to_be_visible()
    again.fold("time_limit").click()
    expect(again.control("timeout")).not_to_be_visible()


def test_a_mistake_in_what_is_folded_is_shown(form):
    form.fold("time_limit").click()
    form.fill(timeout="soon")
    form.fold("time_limit").click()
    form.submit()
    assert form.error_at("timeout")
    expect(form.control("timeout")).to_be_focused()


def test_the_suggested_name_is_replaced_by_typing(form):
    name = form.control("display_name")
    suggested = form.value("display_name")
    form.control("parameters").focus()
    name.click()
    form.page.keyboard.type("mine")
    assert form.value("display_name") == "mine" != suggested
    # What was typed is not replaced.
    form.control("parameters").focus()
    name.focus()
    name.press("End")
    form.page.keyboard.type("!")
    assert form.value("display_name") == "mine!"
