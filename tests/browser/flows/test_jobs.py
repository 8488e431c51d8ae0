"""After Submit: a job is seen to run cell by cell, cancelled, run again and taken over, in the open notebook."""

from __future__ import annotations

import json
import re

import pytest
from axe import violations
from dialogs import ComparedRuns, JobDetail, JobsDialog
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.notebooks import write_notebook
from kit.servers import finished

CELLS = (
    "import os, time\nprint('<b>begun</b>')",
    "while not os.path.exists('go'): time.sleep(0.05)",
    "assert not globals().get('fail'), '<img src=x onerror=window.hacked=1>'",
    "print('end')",
    "1 + 1",
)
# What the browser is asked and tells, really; a page in the background, which a test has no other way to be; and looks
# at the server, which are seldom there.
RECORD = """() => {
    window.told = {notes: [], asked: 0};
    window.Notification = class extends window.Notification {
        constructor(said, options) { super(said, options); told.notes.push([said, options.body]); }
        static requestPermission() { told.asked += 1; return super.requestPermission(); }
    };
}"""
HIDE = """hidden => {
    Object.defineProperty(document, "hidden", {configurable: true, get: () => hidden});
    document.dispatchEvent(new Event("visibilitychange"));
}"""
LOOK_UNTIL_TOLD = """() => {
    require(["nbextensions/primehub_nbext/jobs/live"], live => live.look());
    return told.notes.length;
}"""
SLOW = 60_000  # ms in which a kernel has started, beside other work


@pytest.fixture
def steps(signed_in, sandbox, notebook):
    """A notebook of five cells, open, whose second waits for a file `go` in its folder; the folder."""
    folder = sandbox.volume / f"steps-{signed_in.host}"
    write_notebook(folder / "steps.ipynb", *CELLS)
    (folder / "go").unlink(missing_ok=True)
    notebook.open(signed_in.notebook_url(f"phusers/{folder.name}/steps.ipynb"))
    yield folder
    (folder / "go").touch()


def submit(server, folder, name: str, **values) -> str:
    """Another job of the notebook, as from another tab; its id."""
    body = {"instance_type": "cpu-1", "image": "base-notebook", "display_name": name, **values}
    answer = server.api("POST", "jobs", json={"notebook_path": f"phusers/{folder.name}/steps.ipynb", **body})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def test_a_job_is_followed_and_its_outputs_are_taken_over(steps, notebook, signed_in):
    page = notebook.page
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(display_name="followed")
    detail = JobDetail(page).state("running", SLOW)
    expect(detail.why).to_have_text("Running cell 2 of 5.", timeout=SLOW)
    expect(detail.cells("done")).to_have_count(1)
    expect(detail.cells("running").locator("code")).to_have_text(CELLS[1].strip())
    assert violations(page, "#primehub_jobs_dialog") == []
    detail.tab("details")
    assert violations(page, "#primehub_jobs_dialog") == []
    detail.press("follow")
    detail.wait_closed()
    expect(page.locator(".primehub-marked-done")).to_have_count(1)
    expect(page.locator(".primehub-marked-running .primehub-cell-note")).to_contain_text("running")
    page.evaluate("() => Jupyter.notebook.get_cell(3).set_text('print(1)')")
    expect(page.locator(".primehub-marked-edited")).to_have_count(1)
    notebook.reload()
    expect(notebook.chip).to_have_text("◔ followed 1/5")
    assert violations(page, "#primehub_chip") == []
    (steps / "go").touch()
    expect(notebook.chip).to_contain_text("✓ followed", timeout=SLOW)
    page.evaluate("() => Jupyter.notebook.get_cell(3).set_text('print(1)')")
    notebook.chip.click()
    detail.state("succeeded").press("take")
    expect(page.locator(".primehub-follow-told")).to_contain_text("Outputs of 4 of 5 cells")
    assert violations(page, "#primehub_follow_bar") == []
    expect(notebook.chip).not_to_be_visible()
    assert notebook.is_dirty()
    expect(page.locator(".output_stdout").first).to_have_text("<b>begun</b>\n")
    page.locator("#primehub_follow_stop").click()
    expect(page.locator("[class*=primehub-marked], .primehub-cell-note")).to_have_count(0)
    page.evaluate("() => Jupyter.notebook.save_notebook()")
    page.wait_for_function("() => !Jupyter.notebook.dirty")
    saved = json.loads((steps / "steps.ipynb").read_text("utf-8"))
    assert [cell["execution_count"] for cell in saved["cells"]] == [1, 2, 3, None, 5]
    assert "primehub" not in json.dumps(saved)


def test_jobs_are_cancelled_looked_into_and_run_again(steps, notebook, signed_in):
    page = notebook.page
    page.context.grant_permissions(["notifications"])
    page.evaluate(RECORD)
    submit(signed_in, steps, "waits", timeout_seconds=600)
    notebook.choose("jobs")
    jobs = JobsDialog(page)
    expect(jobs.row("waits")).to_be_visible()
    assert violations(page, "#primehub_jobs_dialog") == []
    detail = jobs.open("waits")
    detail.press("cancel")
    expect(detail.root.locator("#primehub_cancel_no")).to_be_focused()
    detail.press("cancel_yes")
    detail.state("cancelled")
    detail.press("rerun")
    said = detail.root.locator(".primehub-said")
    expect(said).to_contain_text("The time limit of 10 minutes is not taken over by PrimeHub")
    detail.press("rerun_keep")
    expect(said).to_have_text("Submitted anew, with the time limit of 10 minutes.")
    detail.tab("details")
    expect(detail.root.locator("#primehub_fact_limit")).to_have_text("10 minutes")

    detail.press("cancel")
    detail.press("cancel_yes")
    detail.state("cancelled")

    name, given = "fails lr=<b>0.1</b>", {"fail": True, "rate": 1.0}
    failing = submit(signed_in, steps, name, parameters=given)
    jobs = detail.back()
    jobs.root.locator("#primehub_jobs_refresh").click()
    jobs.open(name).root.locator("#primehub_job_tell_me").click()
    expect(detail.root.locator("#primehub_job_told")).to_have_text("The browser will tell you when it ends.")
    page.evaluate(HIDE, True)
    (steps / "go").touch()
    assert finished(signed_in, failing)["phase"] == "Failed"
    page.wait_for_function(LOOK_UNTIL_TOLD, polling=500)
    [(said, body)] = page.evaluate("() => told.notes")
    assert said.startswith(f"PrimeHub: “{name}” has failed. Cell 4 failed: AssertionError: <img")
    assert (body, page.evaluate("() => told.asked")) == (CELLS[2], 1), "asked once, for a click"
    expect(notebook.chip).to_contain_text("cell 4")
    page.evaluate(HIDE, False)
    expect(notebook.chip).not_to_be_visible()

    jobs = detail.back()
    expect(jobs.row(name)).to_contain_text("Cell 4: AssertionError")
    jobs.search("FAIL=true rate=1.0")
    expect(jobs.row("waits")).to_have_count(0)
    jobs.row(name).locator("button").focus()
    page.keyboard.press("Enter")
    detail.state("failed")
    expect(detail.why).to_contain_text("Cell 4 failed: AssertionError: <img")
    expect(detail.cells("failed").locator(".primehub-traceback .ansi-red-fg").first).to_be_visible()
    assert violations(page, "#primehub_jobs_dialog") == []

    detail.press("take")
    detail.wait_closed()
    mark = page.locator(".primehub-marked-failed button.primehub-cell-note")
    expect(mark).to_have_text("✕ AssertionError")
    expect(page.locator(".primehub-marked-skipped")).to_have_count(2)
    trace = page.locator(".primehub-marked-failed .primehub-cell-trace")
    mark.focus()
    page.keyboard.press("Enter")
    expect(trace).to_contain_text("<img src=x onerror=window.hacked=1>")
    assert violations(page, ".primehub-cell-trace") == []
    mark.click()
    expect(trace).to_have_count(0)
    page.locator("#primehub_follow_stop").click()

    notebook.jobs_dialog().open(name).press("edit")
    form = SubmitDialog(page).wait_form()
    assert form.value("parameters") == "fail=true; rate=1.0"
    assert violations(page, "#primehub_submit_dialog") == []
    form.submit(parameters="fail=false; rate=1.0", display_name="again")
    JobDetail(page).state("succeeded", SLOW).press("compare")
    compared = ComparedRuns(page)
    expect(compared.said).to_have_text("3 cells differ.")
    assert compared.facts()["fail"] == ["true", "false"]
    assert compared.cells() == ["Cell 4", "Cell 5", "Cell 6"]
    expect(compared.root.locator(".primehub-pair").first).to_contain_text("AssertionError: <img src=x")
    assert violations(page, "#primehub_jobs_dialog") == []
    compared.show_all()
    assert (compared.facts()["rate"], len(compared.cells())) == (["1.0", "1.0"], 6)
    assert violations(page, "#primehub_jobs_dialog") == []
    compared.back().state("succeeded")
    assert page.evaluate("() => window.hacked") is None


def test_the_list_by_keyboard(steps, notebook, signed_in):
    page = notebook.page
    (steps / "go").touch()
    for name in ("one", "two"):
        finished(signed_in, submit(signed_in, steps, name))
    jobs = notebook.jobs_dialog(keyboard=True)
    expect(jobs.row("two").locator("button")).to_be_focused()
    assert jobs.names()[:2] == ["two", "one"], "newest first"
    page.keyboard.press("ArrowDown")
    expect(jobs.row("one").locator("button")).to_be_focused()
    page.keyboard.press("Enter")
    detail = JobDetail(page).state("succeeded")
    assert detail.title == "one"
    detail.root.locator("#primehub_job_progress").focus()
    panel = detail.root.get_by_role("tabpanel")
    for tab, told in (("Log", "Ending Cell 5"), ("Artifacts", r"\w"), ("Resources", r"\w"), ("Details", "cpu-1")):
        page.keyboard.press("ArrowRight")
        expect(detail.root.get_by_role("tab", name=tab, selected=True)).to_be_focused()
        expect(panel).to_contain_text(re.compile(told))
        assert violations(page, "#primehub_jobs_dialog") == [], tab
    expect(detail.root.get_by_role("tabpanel")).to_contain_text("Working directory")
    output = detail.root.locator("#primehub_job_output")
    assert output.get_attribute("href").startswith(
        signed_in.notebook_url(f"phusers/{steps.name}/steps-job", token=False).replace(signed_in.origin, "")
    )
    with page.context.expect_page() as opened:
        output.click()
    opened.value.wait_for_function("() => window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded")
    detail.root.locator("#primehub_jobs_back").focus()
    page.keyboard.press("Enter")
    expect(jobs.row("one").locator("button")).to_be_focused()
    page.keyboard.press("Escape")
    jobs.wait_closed()


def test_a_notebook_without_jobs(signed_in, sandbox, notebook):
    """What a job is, and one button; and what is said when it cannot be looked up."""
    write_notebook(sandbox.volume / f"none-{signed_in.host}.ipynb", "print(1)")
    page = notebook.open(signed_in.notebook_url(f"phusers/none-{signed_in.host}.ipynb")).page
    page.route("**/primehub/api/jobs?*", lambda route: route.abort())
    jobs = notebook.jobs_dialog()
    assert jobs.error()["code"] == "network_down"
    assert violations(page, "#primehub_jobs_dialog") == []
    page.unroute("**/primehub/api/jobs?*")
    notebook.console_errors.clear()
    jobs.root.locator("#primehub_jobs_again").click()
    expect(jobs.root).to_contain_text("has not been run as a job yet")
    assert violations(page, "#primehub_jobs_dialog") == []
    jobs.root.locator("#primehub_jobs_submit").click()
    SubmitDialog(page).wait_form()
