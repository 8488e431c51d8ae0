"""The submit form in a real browser: mistakes stay in it, the focus too, and what a server says is only text."""

from __future__ import annotations

import re

from axe import violations
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from primehub_nbext.sandbox.folder import EXAMPLE

HOSTILE = "<img src=x onerror=window.hacked=1>"
CELL = f"""epochs = 3  # how often {HOSTILE}
lr: float = 1
optimizer = "adam"  # one of: adam, sgd
shuffle = True
layers = [64, 10]
where_to_put_it = ""
name = "{HOSTILE}"
day = date(2026, 1, 31)"""
# The second cell becomes this, tagged or not, as an edit that is not saved.
SECOND_CELL = """([source, tags]) => {
    const cell = Jupyter.notebook.get_cell(1);
    cell.set_text(source);
    cell.metadata.tags = tags;
}"""


def test_parameters_as_a_form(signed_in, experiment, notebook):
    """Rows with a control of their type; only what was changed is sent; as text and back without loss."""
    notebook.open(signed_in.notebook_url(f"phusers/{experiment.name}/capitalize.ipynb"))
    page = notebook.page
    page.evaluate(SECOND_CELL, [CELL, ["parameters"]])
    dialog = notebook.submit_dialog().wait_form()
    preview, nothing = page.locator("#primehub_preview"), page.locator("#primehub_preview_none")
    expect(nothing).to_be_visible()
    expect(dialog.row("epochs")).to_contain_text("whole number")
    expect(dialog.row_control("epochs")).to_have_attribute("type", "number")
    expect(dialog.row_control("day")).to_have_attribute("placeholder", "date(2026, 1, 31)")
    expect(dialog.row_control("name")).to_have_value(HOSTILE)
    expect(dialog.row("where_to_put_it").locator("label")).to_have_text("where_to_put_it")
    expect(dialog.row("where_to_put_it").locator(".primehub-row-default")).to_have_text('default ""')
    dialog.row_control("optimizer").select_option(label="sgd")
    dialog.row_control("shuffle").uncheck()
    dialog.row_control("lr").fill("2.0")
    dialog.row_control("name").fill("007")
    dialog.row_control("epochs").fill("0.5")
    sent = '# Parameters\nepochs = {}\nlr = 2.0\noptimizer = "sgd"\nshuffle = False\nname = "007"'
    expect(preview).to_have_text(sent.format("0.5"))
    expect(dialog.row("epochs").locator('[data-finding="parameter_type"]')).to_contain_text("was a whole number")
    # By keyboard alone: another value, what is wrong with it once it is left, and the way back.
    dialog.row_control("layers").focus()
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    expect(dialog.row("layers").locator(".primehub-fault")).to_contain_text("layers")
    expect(dialog.row_control("layers")).not_to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Tab")
    expect(dialog.row_control("layers")).to_have_attribute("aria-invalid", "true")
    assert violations(page, ".primehub-dialog") == []
    page.keyboard.press("Enter")
    expect(dialog.row_control("layers")).to_have_value("[64, 10]")
    expect(dialog.row_control("layers")).to_be_focused()
    dialog.row("epochs").get_by_role("button", name=re.compile("back to it, epochs")).click()
    assert dialog.value("parameters") == 'lr=2.0; optimizer="sgd"; shuffle=false; name="007"'
    dialog.fill(parameters="epoch=5;\nlr=2.0; layers=[1.0]")
    dialog.as_rows()
    expect(dialog.row_control("lr")).to_have_value("2.0")
    expect(dialog.row_control("layers")).to_have_value("[1.0]")
    assert dialog.value("parameters") == "epoch=5;\nlr=2.0; layers=[1.0]", "as it was typed"
    dialog.as_rows()
    page.set_viewport_size({"width": 480, "height": 800})
    assert dialog.root.locator(".modal-body").evaluate("each => each.scrollWidth <= each.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 800})
    dialog.row("epoch").get_by_role("button", name="Use epochs").click()
    expect(preview).to_have_text("# Parameters\nlr = 2.0\nlayers = [1.0]\nepochs = 5")
    expect(dialog.row("epoch")).to_have_count(0)
    dialog.submit()
    page.locator("#primehub_errors_anyway").click()  # the cells below used what was there before
    assert dialog.result()["created"]
    dialog.ok()
    assert page.evaluate("() => window.hacked") is None
    # Of the last submission, and of any job: the types are those that were given.
    again = notebook.submit_dialog().wait_form()
    expect(again.row_control("lr")).to_have_value("2.0")
    again.values_of("the notebook itself")
    expect(again.row_control("lr")).to_have_value("1")
    again.values_of(re.compile("^capitalize .*epochs=5"))
    expect(again.row_control("layers")).to_have_value("[1.0]")
    expect(again.row_control("lr")).to_have_value("2.0")


def test_a_notebook_without_a_parameters_cell(signed_in, notebook):
    """As in PrimeHub's own tutorial: the settings are in comments, and become parameters with one click, and back."""
    notebook.open(signed_in.notebook_url(EXAMPLE))
    page = notebook.page
    tutorial = "#start = 1\n#end = 3\nprint(start, end)"
    page.evaluate(SECOND_CELL, [tutorial, []])
    cells = notebook.cell_sources()
    dialog = notebook.submit_dialog().wait_form()
    dialog.as_text().fill(parameters="")
    dialog.as_rows()
    dialog.root.locator("#primehub_rows_add").click()
    page.keyboard.type("start")
    page.keyboard.press("Tab")
    page.keyboard.type("5")
    expect(page.locator("#primehub_preview")).to_have_text("# Parameters\nstart = 5")
    offer = page.locator("#primehub_offers li").filter(has_text="start, end")
    offer.get_by_role("button").click()
    expect(dialog.row("end").locator(".primehub-row-default")).to_have_text("default 3")
    expect(dialog.row_control("start")).to_have_value("5")
    assert notebook.cell_sources()[1:3] == ["start = 1\nend = 3", "print(start, end)"]
    assert page.evaluate("() => Jupyter.notebook.get_cell(1).metadata.tags") == ["parameters"]
    dialog.root.get_by_role("button", name="Undo").click()
    expect(dialog.row("end")).to_have_count(0)
    assert notebook.cell_sources() == cells
    dialog.root.get_by_role("button", name="Remove start").click()
    expect(page.locator("#primehub_preview_none")).to_be_visible()


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
    expect(dialog.root.locator("#primehub_preview")).to_contain_text("start = 1")  # the server has read all of it
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
