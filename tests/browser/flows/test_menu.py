"""The menu in a real browser on each host: one of the menus, by mouse and keyboard, and nothing asked too early."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from pages import TokenDialog
from primehub_nbext.sandbox.folder import EXAMPLE


def test_nothing_is_asked_when_the_page_loads(hub_server, notebook):
    with notebook.requests() as seen:
        notebook.open(hub_server.notebook_url(EXAMPLE))
        notebook.open_menu()
    assert seen == []


def test_the_menu_is_one_of_the_menus(hub_server, notebook):
    notebook.open(hub_server.notebook_url(EXAMPLE))
    labels = notebook.page.locator("#menubar ul.nav > li.dropdown > a").all_inner_texts()
    assert labels[-2:] == ["PrimeHub", "Help"]
    notebook.open_menu()
    entries = [entry.inner_text().strip() for entry in notebook.menu.locator("a[role=menuitem]").all()]
    assert entries == ["Submit Notebook as Job…", "API Token…", "Help"]
    assert notebook.link.get_attribute("aria-expanded") == "true"
    notebook.page.keyboard.press("Escape")
    expect(notebook.menu).not_to_be_visible()
    expect(notebook.link).to_be_focused()
    link = notebook.menu.locator("#primehub_help a")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")


def test_the_menu_folds_away_with_the_bar(hub_server, notebook):
    notebook.page.set_viewport_size({"width": 480, "height": 800})
    notebook.open(hub_server.notebook_url(EXAMPLE))
    expect(notebook.link).not_to_be_visible()
    notebook.page.locator(".navbar-toggle").click()
    expect(notebook.link).to_be_visible()


@pytest.mark.parametrize("missing", ["submit/dialog", "ui/elements"])
def test_a_file_that_could_not_be_fetched_is_fetched_the_next_time(signed_in, notebook, missing):
    """The dialog's own, and one that many of its files wait for."""
    address = f"**/primehub_nbext/{missing}.js*"
    notebook.page.route(address, lambda route: route.abort())
    notebook.open(signed_in.notebook_url(EXAMPLE))
    notebook.choose("submit")
    expect(notebook.page.locator("#notification_primehub")).to_contain_text("could not be loaded")
    notebook.page.unroute(address)
    notebook.console_errors.clear()  # the browser tells of it too
    dialog = notebook.submit_dialog()
    expect(dialog.control("display_name").first).to_be_visible(timeout=20_000)
    expect(dialog.root).to_have_count(1)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_menu_by_keyboard(signed_in, notebook, key):
    notebook.open(signed_in.notebook_url(EXAMPLE))
    before = (notebook.cell_sources(), notebook.cell_types())
    notebook.link.focus()
    notebook.page.keyboard.press(key)
    expect(notebook.menu).to_be_visible()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press(key)
    dialog = TokenDialog(notebook.page).wait()
    notebook.page.keyboard.type("abx dd m")
    assert dialog.input.input_value() == "abx dd m"
    dialog.press_escape()
    dialog.wait_closed()
    expect(notebook.link).to_be_focused()
    assert (notebook.cell_sources(), notebook.cell_types()) == before
