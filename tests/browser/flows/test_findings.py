"""What a job would stumble over, in a real browser: shown in the open notebook and back, fixed there, taken back."""

from __future__ import annotations

import pytest
from axe import violations
from playwright.sync_api import expect

from kit.notebooks import write_notebook

LINES = "\n".join(f"x{n} = {n}" for n in range(80))
CELLS = [f"{LINES}\nimport nowhere_to_be_found", "cp = 'a'\nto = 'artifacts'"]
APPLY = """edits => new Promise(resolve => require(["nbextensions/primehub_nbext/submit/fixes"], fixes => {
    window.fix = fixes.apply([{edits}]);
    resolve(window.fix.failed.map(each => each.why));
}))"""


@pytest.fixture
def form(signed_in, sandbox, notebook):
    """The dialog over a notebook that imports what nobody has, far down in its first cell."""
    path = write_notebook(sandbox.volume / f"findings-{signed_in.host}.ipynb", *CELLS)
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
    return notebook.submit_dialog().wait_form()


def test_a_finding_is_shown_and_fixed_in_the_open_notebook(form, notebook):
    page = notebook.page
    module, told = form.finding("module_missing"), form.root.locator("#primehub_findings [role=status]").first
    expect(module).to_contain_text("Cell 1:")
    expect(told).to_contain_text("nowhere_to_be_found")
    assert violations(page, "#primehub_submit_dialog") == []

    # To the line and back, by keyboard, with what was typed.
    form.fill(parameters="start=5")
    module.get_by_role("button", name="Show").press("Enter")
    form.wait_closed()
    notebook.shows(0, 81)
    assert notebook.keys_go_to_cells()
    assert violations(page, "#primehub_spot") == []
    page.keyboard.press("Escape")
    assert form.wait_form().value("parameters") == "start=5"
    expect(page.locator("#primehub_spot, .primehub-spot")).to_have_count(0)

    # Fixed in the open notebook, and taken back.
    module.locator(".primehub-fix").click()
    expect(module).to_have_count(0)
    assert notebook.cell_sources() == ["%pip install nowhere_to_be_found", *CELLS]
    assert notebook.is_dirty()
    expect(told).to_contain_text("Nothing left to look at.")
    form.root.locator("#primehub_fix_undo").click()
    expect(module).to_be_visible()
    assert notebook.cell_sources() == CELLS
    expect(form.root.locator(".primehub-fix-told:visible")).to_be_focused()

    # A fix is one step of a cell's history.
    form.cancel()
    form.wait_closed()
    edits = [
        {"cell": 1, "line": 1, "old": "cp = 'a'", "new": "import os\ncp = 'b'"},
        {"cell": 1, "line": 2, "old": "to = 'artifacts'", "new": "to = '/home/jovyan/artifacts'"},
        {"cell": 1, "tag": "parameters"},
    ]
    fixed = "import os\ncp = 'b'\nto = '/home/jovyan/artifacts'"
    assert page.evaluate(APPLY, edits) == []
    assert notebook.cell_sources() == [CELLS[0], fixed]
    assert page.evaluate("() => Jupyter.notebook.get_cell(1).metadata.tags") == ["parameters"]
    page.evaluate("() => { Jupyter.notebook.select(1); Jupyter.notebook.edit_mode(); }")
    page.keyboard.press("Control+z")
    assert notebook.cell_sources() == CELLS
    # Undo takes back what is left of it.
    assert page.evaluate("() => window.fix.undo()") is True
    assert notebook.cell_sources() == CELLS
    assert page.evaluate("() => Jupyter.notebook.get_cell(1).metadata.tags") is None
    # What has been edited meanwhile, or is locked, stays as it is.
    page.evaluate("() => { Jupyter.notebook.get_cell(1).metadata.editable = false; }")
    assert page.evaluate(APPLY, edits) == ["locked"]
    assert page.evaluate(APPLY, [{**edits[0], "cell": 0}, {"cell": 0, "insert": "%pip install a"}]) == ["gone"]
    assert notebook.cell_sources() == CELLS


def test_many_of_one_kind_leave_room_for_others(signed_in, sandbox, notebook):
    """Few are shown, with how many more there are; all of them are counted, can be reached and are fixed with one."""
    path = write_notebook(sandbox.volume / f"many-{signed_in.host}.ipynb", *["breakpoint()"] * 60, "!docker ps")
    notebook.open(signed_in.notebook_url(f"phusers/{path.name}"))
    form = notebook.submit_dialog().wait_form()
    left, title = form.finding("debugger_left"), form.root.locator("#primehub_findings_title")
    expect(title).to_have_text("61 things to look at")
    expect(left).to_have_count(3)
    expect(form.finding("no_docker")).to_be_in_viewport()
    more = form.root.locator(".primehub-finding-more:visible")
    expect(more).to_have_text("57 more like this")
    assert violations(notebook.page, "#primehub_submit_dialog") == []
    left.first.locator(".primehub-fix").click()
    expect(title).to_have_text("60 things to look at")
    expect(left.first.locator(".primehub-fix")).to_be_focused()
    more.press("Enter")
    expect(left).to_have_count(59)
    expect(left.nth(3).get_by_role("button", name="Show")).to_be_focused()
    expect(more).to_have_count(0)
    form.root.locator("#primehub_findings_fix_all").click()
    expect(left).to_have_count(0)
    assert notebook.cell_sources() == [""] * 60 + ["!docker ps"]
