"""The menu in a real browser on each host: one of the menus, by mouse and keyboard, and nothing asked too early."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from axe import violations
from dialogs import TokenDialog
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from primehub_nbext.sandbox.folder import EXAMPLE

STATIC = Path(__file__).resolve().parents[3] / "static"


def own_files(page) -> list[str]:
    """Which of the extension's files the page has fetched so far."""
    fetched = page.evaluate("() => performance.getEntriesByType('resource').map(each => each.name)")
    parts = [name.partition("/nbextensions/primehub_nbext/")[2].partition("?")[0] for name in fetched]
    return [name for name in parts if name]


def test_nothing_is_asked_when_the_page_loads(hub_server, notebook):
    """The page pays for four small files; what opens dialogs comes when somebody opens the menu, and no dialog yet."""
    with notebook.requests() as seen:
        notebook.open(hub_server.notebook_url(EXAMPLE))
        expect(notebook.page.locator("#primehub_css")).to_have_count(1)
        at_load = own_files(notebook.page)
        notebook.open_menu()
        notebook.page.wait_for_function("() => require.defined('nbextensions/primehub_nbext/opening')")
    assert seen == []
    assert 0 < len(at_load) <= 4
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in at_load) <= 8000
    later = set(own_files(notebook.page)) - set(at_load)
    assert "opening.js" in later and not [name for name in later if "dialog" in name or "jobs" in name]


def test_the_menu_is_one_of_the_menus(hub_server, notebook):
    notebook.open(hub_server.notebook_url(EXAMPLE))
    labels = notebook.page.locator("#menubar ul.nav > li.dropdown > a").all_inner_texts()
    assert labels[-2:] == ["PrimeHub", "Help"]
    notebook.open_menu()
    entries = [entry.inner_text().strip() for entry in notebook.menu.locator("a[role=menuitem]").all()]
    assert entries == ["Submit Notebook as Job…", "Jobs…", "Where did this come from?", "API Token…", "Help"]
    assert notebook.link.get_attribute("aria-expanded") == "true"
    notebook.page.keyboard.press("Escape")
    expect(notebook.menu).not_to_be_visible()
    expect(notebook.link).to_be_focused()
    link = notebook.menu.locator("#primehub_help a")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    notebook.open_menu()
    with notebook.page.context.expect_page() as opened:
        link.click()
    expect(opened.value.locator("h1")).to_have_text("PrimeHub in the classic Notebook")
    expect(opened.value.locator("h2").last).to_have_text("What a message means")
    assert opened.value.url.startswith(hub_server.url), "offline too"


def test_the_menu_folds_away_with_the_bar(hub_server, notebook):
    notebook.page.set_viewport_size({"width": 480, "height": 800})
    notebook.open(hub_server.notebook_url(EXAMPLE))
    expect(notebook.link).not_to_be_visible()
    notebook.page.locator(".navbar-toggle").click()
    expect(notebook.link).to_be_visible()


@pytest.mark.parametrize("missing", ["ui/modal", "ui/field"])
def test_a_file_that_could_not_be_fetched_is_fetched_the_next_time(signed_in, notebook, missing):
    """What opens dialogs, and one of which many files of a dialog wait for."""
    address = f"**/primehub_nbext/{missing}.js*"
    notebook.page.route(address, lambda route: route.abort())
    notebook.open(signed_in.notebook_url(EXAMPLE))
    notebook.choose("submit")
    expect(notebook.notice).to_contain_text("could not be loaded")
    if missing == "ui/modal":  # not even a dialog that would say why: the server's own page may
        with notebook.page.context.expect_page() as opened:
            notebook.notice.click()
        opened.value.wait_for_url(re.compile(re.escape(signed_in.url)))
        opened.value.close()
    notebook.page.unroute(address)
    notebook.console_errors.clear()  # the browser tells of it too
    dialog = notebook.submit_dialog()
    expect(dialog.control("display_name").first).to_be_visible(timeout=20_000)
    expect(dialog.root).to_have_count(1)


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_menu_by_keyboard(signed_in, notebook, key):
    notebook.open(signed_in.notebook_url(EXAMPLE)).wait_kernel()
    before = (notebook.cell_sources(), notebook.cell_types())
    notebook.link.focus()
    notebook.page.keyboard.press(key)
    expect(notebook.menu).to_be_visible()
    for _ in range(4):
        notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press(key)
    dialog = TokenDialog(notebook.page).wait()
    dialog.replace()
    expect(dialog.input).to_be_focused()
    notebook.page.keyboard.type("abx dd m")
    assert dialog.input.input_value() == "abx dd m"
    dialog.press_escape()
    dialog.wait_closed()
    expect(notebook.link).to_be_focused()
    assert (notebook.cell_sources(), notebook.cell_types()) == before
    notebook.select(1)
    notebook.link.focus()
    notebook.page.keyboard.press("Shift+Enter")  # runs the cell from here too
    notebook.has_run(1)
    expect(notebook.menu).not_to_be_visible()


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_after_a_dialog_keys_go_to_the_cells(signed_in, notebook, way):
    """As after the Notebook's own dialogs, whatever had the focus before."""
    notebook.open(signed_in.notebook_url(EXAMPLE)).wait_kernel()
    notebook.select(1)
    notebook.page.evaluate("() => Jupyter.notebook.edit_mode()")
    dialog = notebook.token_dialog()
    dialog.press_escape() if way == "Escape" else dialog.cancel()
    dialog.wait_closed()
    assert notebook.keys_go_to_cells()
    notebook.page.keyboard.press("Shift+Enter")
    notebook.has_run(1)
    expect(notebook.menu).not_to_be_visible()
    cells = len(notebook.cell_sources())
    notebook.page.keyboard.press("x")
    assert len(notebook.cell_sources()) == cells - 1


def test_the_command_palette_has_the_menu_too(signed_in, notebook):
    notebook.open(signed_in.notebook_url(EXAMPLE))
    page = notebook.page
    page.evaluate("() => Jupyter.actions.call('jupyter-notebook:show-command-palette')")
    palette = page.locator(".modal.cmd-palette")
    palette.locator("input").first.press_sequentially("primehub")
    expect(palette.locator("li:visible a", has_text="submit notebook as primehub job")).to_be_visible()
    palette.locator("li:visible a", has_text="primehub api token").click()
    dialog = TokenDialog(page).wait()
    expect(palette).not_to_be_visible()
    dialog.state()
    assert violations(page, "#primehub_token_dialog") == []
    dialog.press_escape()
    dialog.wait_closed()
    assert notebook.keys_go_to_cells()


def test_escape_is_heard_while_the_dialog_appears(signed_in, notebook):
    """Pressed in the very moment in which it is opened, before what opens it is there, and before bootstrap listens."""
    page = notebook.open(signed_in.notebook_url(EXAMPLE)).page
    escape = "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))"
    page.route("**/primehub_nbext/submit/dialog.js*", lambda route: None)  # never comes
    page.evaluate("() => { $('#primehub_submit a')[0].click(); " + escape + "; }")
    page.wait_for_function("() => require.defined('nbextensions/primehub_nbext/opening')")
    expect(page.locator(".primehub-dialog")).to_have_count(0)
    page.evaluate("() => { $('#primehub_submit a')[0].click(); " + escape + "; }")
    expect(page.locator(".primehub-dialog")).to_have_count(0)


def test_one_dialog_from_the_first_moment(signed_in, notebook):
    """On a slow line the dialog is there at once, a second click opens no second one, and it can be left."""
    page = notebook.open(signed_in.notebook_url(EXAMPLE)).page
    held = []
    page.route("**/primehub_nbext/submit/dialog.js*", lambda route: held.append(route))
    early = page.locator("#primehub_early")
    notebook.choose("submit")
    expect(early).to_contain_text("Loading")
    page.evaluate("() => { $('#primehub_submit a')[0].click(); $('#primehub_token a')[0].click(); }")
    expect(page.locator(".primehub-dialog")).to_have_count(1)
    expect(early.locator("#primehub_early_cancel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(early).to_have_count(0)
    notebook.choose("submit")
    expect(early).to_contain_text("Loading")
    held[0].continue_()
    dialog = SubmitDialog(page).wait_form()
    expect(page.locator(".primehub-dialog")).to_have_count(1)
    dialog.cancel()
    dialog.wait_closed()
