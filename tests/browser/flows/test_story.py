"""The whole story of some jobs as one person sees it, with a page, a server and a PrimeHub that fail on the way."""

from __future__ import annotations

import re

import pytest
from axe import violations
from dialogs import ComparedRuns, JobDetail, JobsDialog
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.cable import Cable
from kit.notebooks import write_notebook
from kit.servers import finished, start_server

CELLS = (
    "go = 'go'\nfail = False",
    "import os, time",
    "while not os.path.exists(go + '-1'): time.sleep(0.05)",
    "numbers = [1, 2, 3]",
    "print('sum', sum(numbers))",
    "while not os.path.exists(go + '-2'): time.sleep(0.05)",
    "artifacts = os.path.join(os.environ['HOME'], 'artifacts')\nos.makedirs(artifacts, exist_ok=True)",
    "if fail: raise ValueError('<img src=x onerror=window.hacked=1>')",
    "open(artifacts + '/model.txt', 'w').write('a model')",
    "print('fail =', fail)",
    "squares = [n * n for n in numbers]",
    "squares",
)
SLOW = 60_000  # ms in which a kernel has started, beside other work


class Restarting:
    """A notebook server of the test's own, which is the same one again after a restart."""

    def __init__(self, host: str, home, sandbox, endpoint: str):
        self.host, self.home, self.sandbox = host, home, sandbox
        self.env = {**sandbox.notebook_env(), "PRIMEHUB_API_ENDPOINT": endpoint}
        self.running = start_server(host, home, env=self.env, root=sandbox.home)

    def restart(self) -> None:
        self.running.stop()
        port = self.running.origin.rpartition(":")[2]
        self.running = start_server(self.host, self.home, env=self.env, root=self.sandbox.home, port=int(port))
        assert self.running.origin.endswith(f":{port}")


@pytest.fixture
def cable(sandbox):
    cable = Cable(sandbox.endpoint)
    yield cable
    cable.cut()


@pytest.fixture
def server(host, sandbox, cable, tmp_path):
    server = Restarting(host, tmp_path / "home", sandbox, cable.url)
    assert server.running.api("PUT", "token", json={"token": sandbox.token}).status_code == 200
    yield server
    assert server.running.stop() == []


def test_jobs_from_the_first_to_the_last(host, sandbox, server, cable, notebook):
    folder = sandbox.volume / f"story-{host}"
    write_notebook(folder / "story.ipynb", *CELLS, tagged="parameters")
    page = notebook.open(server.running.notebook_url(f"phusers/{folder.name}/story.ipynb")).page

    # It is seen to run, cell by cell, in the dialog, in the chip and in the notebook.
    dialog = notebook.submit_dialog().wait_form()
    dialog.submit(display_name="story")
    detail = JobDetail(page).state("running", SLOW)
    expect(detail.why).to_have_text("Running cell 3 of 12.", timeout=SLOW)
    expect(detail.cells("done")).to_have_count(2)
    detail.tab("log")
    expect(detail.root.locator(".primehub-log-row", has_text="Executing Cell 3")).to_be_visible()
    detail.press("follow")
    detail.wait_closed()
    expect(page.locator(".primehub-marked-done")).to_have_count(2)
    expect(notebook.chip).to_have_text("◔ story 2/12")

    # A page that is loaded anew, and a server that is started anew, in the middle.
    notebook.reload()
    expect(notebook.chip).to_have_text("◔ story 2/12")
    notebook.chip.click()
    expect(detail.why).to_have_text("Running cell 3 of 12.")
    # The host tells that the kernel is gone, whenever it finds out.
    gone = page.locator(".kernel-modal")
    page.add_locator_handler(gone, lambda: gone.locator(".modal-footer .btn").last.click())
    server.restart()
    (folder / "go-1").touch()
    expect(detail.why).to_have_text("Running cell 6 of 12.", timeout=SLOW)

    # PrimeHub goes away: what is on the screen is told to be old. It ends meanwhile, and that is seen when it is back.
    cable.cut()
    expect(detail.root.locator(".primehub-stale")).to_contain_text("as of", timeout=SLOW)
    (folder / "go-2").touch()
    cable.mend()
    detail.state("succeeded", SLOW)
    expect(detail.cells("done")).to_have_count(12)
    detail.tab("artifacts")
    with page.expect_download() as download:
        detail.root.get_by_role("link", name="model.txt").click()
    assert download.value.path().read_text() == "a model"
    story = detail.root.locator("#primehub_job").get_attribute("data-job")

    # The output says where it comes from.
    detail.tab("progress")
    with page.context.expect_page() as opened:
        detail.root.locator("#primehub_job_output").click()
    output = type(notebook)(opened.value).wait()
    output.choose("origin_item")
    origin = opened.value.locator("#primehub_origin_dialog")
    expect(origin.locator("#primehub_origin_source")).to_have_text(f"phusers/{folder.name}/story.ipynb")
    expect(origin.locator("#primehub_origin_job")).to_have_text(f"story · {story}")
    expect(origin.locator("#primehub_origin_image")).to_have_text("base-notebook")
    expect(origin.locator("#primehub_origin_user")).to_have_text("alice")
    assert violations(opened.value, "#primehub_origin_dialog") == []
    origin.locator("#primehub_origin_open").click()
    JobDetail(opened.value).state("succeeded")
    opened.value.close()

    # Its outputs are taken over.
    detail.press("take")
    expect(page.locator(".primehub-follow-told")).to_contain_text("Outputs of 12 of 12 cells")
    page.locator("#primehub_follow_stop").click()

    # Another is cancelled; with a parameter changed it fails, and leads to the cell, moved down by papermill's own.
    waiting = server.running.api(
        "POST",
        "jobs",
        json={
            "notebook_path": f"phusers/{folder.name}/story.ipynb",
            "instance_type": "cpu-1",
            "image": "base-notebook",
            "display_name": "waiting",
            "parameters": {"go": "never"},
        },
    ).json()
    detail = notebook.jobs_dialog().open("waiting")
    detail.press("cancel")
    detail.press("cancel_yes")
    detail.state("cancelled")
    assert finished(server.running, waiting["id"])["phase"] == "Cancelled"
    detail = detail.back().open("story")
    detail.press("edit")
    form = SubmitDialog(page).wait_form()
    form.submit(parameters="fail=true", display_name="failing")
    detail = JobDetail(page).state("failed", SLOW)
    expect(detail.why).to_contain_text("Cell 9 failed: ValueError: <img")
    expect(detail.cells("failed").locator(".primehub-traceback")).to_be_visible()
    assert page.evaluate("() => window.hacked") is None
    # The two side by side: what was asked for differs, and what became of the cells from there on.
    detail.press("compare")
    compared = ComparedRuns(page)
    expect(compared.said).to_be_visible()
    assert compared.facts()["fail"] == ["not given", "true"]
    assert "Cell 8, which is cell 9 in the later run" in compared.cells()
    jobs = compared.back().back()
    expect(jobs.row("failing")).to_contain_text(re.compile("Cell 9: ValueError"))
    expect(jobs.row("story")).to_contain_text("12/12")
    JobsDialog(page).press_escape()
    jobs.wait_closed()
    # What is run again in PrimeHub's console is told of when somebody comes back to the page.
    failing = server.running.api("GET", "jobs?search=failing").json()["jobs"][0]["id"]
    sandbox.run_again(failing)
    come_back = """() => {
        dispatchEvent(new Event("focus"));
        const chip = document.getElementById("primehub_chip_button");
        return chip && chip.offsetParent !== null;
    }"""
    expect(notebook.chip).not_to_be_visible()
    page.wait_for_function(come_back, polling=500)
    expect(notebook.chip).to_contain_text("failing")
    # The browser tells of the server that was away, too.
    away = re.compile("ERR_(CONNECTION|EMPTY)|WebSocket|/api/(sessions|kernels)")
    notebook.console_errors[:] = [error for error in notebook.console_errors if not away.search(error)]
