"""Pictures of every state that jobs can be seen in, to be looked at: a folder in; the pictures, in three widths, out.

What is hard to bring about is answered in the page, in the shape of docs/rest-api.md.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlsplit

REPO = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPO / "tests" / "browser"), str(REPO / "tests"), str(REPO / "dev")]

from conftest import ARGS, find_chromium  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from states_of_jobs import CELLS, COMPARISONS, DETAILS, LISTS, LOG, TABS, cells, job  # noqa: E402

from kit.notebooks import write_notebook  # noqa: E402
from kit.sandboxes import start_sandbox  # noqa: E402
from kit.servers import hosts, start_server  # noqa: E402
from pages import NotebookPage  # noqa: E402

WIDTHS = (1400, 900, 480)
HEIGHT = 760
SOURCES = ("import numpy as np", "x = np.arange(10)", "x.sum()", "x.mean()", "print(x)")
ORIGIN = {
    "papermill": {"version": "2.6.0", "output_path": "./train-job-1-output.ipynb", "duration": 61.5,
                  "start_time": "2026-11-24T10:00:00", "parameters": {"lr": 0.01, "name": "a longer text " * 9}},
    "primehub": {"job": "job-1", "user": "bob", "group": "phusers", "instance_type": "cpu-1", "image": "base-notebook",
                 "snapshot": "/home/jovyan/phusers/.primehub/notebook-jobs/5f0c/train.ipynb",
                 "submission": {"notebook_path": "phusers/states.ipynb", "display_name": "train", "user": "alice",
                                "instance_type": "cpu-1", "image": "base-notebook", "at": 1795521347.5,
                                "versions": {"primehub_nbext": "0.1.0"},
                                "repository": {"commit": "c0ffee" * 6 + "c0ff", "branch": "main", "dirty": True}}},
}  # fmt: skip


class Camera:
    """A page whose REST answers about jobs are made up; what is asked otherwise goes to the server."""

    def __init__(self, page, folder: Path):
        self.page, self.folder = page, folder
        self.answers: dict[str, object] = {}
        page.route("**/primehub/api/jobs**", self._answer)
        page.route("**/primehub/api/feed**", self._answer)

    def _answer(self, route) -> None:
        path = urlsplit(route.request.url).path.partition("/primehub/api/")[2]
        known = [name for name in self.answers if path == name or (name.endswith("*") and path.startswith(name[:-1]))]
        answer = self.answers[max(known, key=len)] if known else {"code": "not_found", "message": "?", "hint": "?"}
        if answer == "abort":
            route.abort()
        elif answer != "never":
            status, body = answer if isinstance(answer, tuple) else (200 if known else 404, answer)
            text = body if isinstance(body, str) else json.dumps(body)
            kind = "text/plain; charset=utf-8" if isinstance(body, str) else "application/json"
            headers = {"PrimeHub-Log-Source": "pod", "PrimeHub-Log-Cursor": "a.0"}
            route.fulfill(status=status, body=text, content_type=kind, headers=headers)

    def shoot(self, name: str, selector: str | None = None) -> None:
        """In each width, once what is looked for is there."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            if selector:
                self.page.wait_for_selector(selector)
            self.page.wait_for_function("() => !document.querySelector('.modal.fade:not(.in)')")
            self.page.screenshot(path=self.folder / f"{name}-{width}.png", animations="disabled")
        self.page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
        print(name)

    def close(self) -> None:
        """Whatever dialog is open."""
        if self.page.locator(".primehub-dialog").count():
            self.page.keyboard.press("Escape")
            self.page.wait_for_selector(".primehub-dialog", state="detached")

    def feed(self, *jobs: dict) -> dict:
        at = datetime.now(timezone.utc).isoformat()
        return {"jobs": list(jobs), "gone": [], "now": "a-1", "as_of": at, "problem": None, "next_seconds": 30}


def take(camera: Camera, notebook: NotebookPage) -> None:
    page = camera.page
    for name, answer in LISTS.items():
        camera.answers = {"jobs": answer, "feed": camera.feed()}
        notebook.choose("jobs")
        camera.shoot(f"list-{name}", "#primehub_jobs_dialog .primehub-body > *")
        camera.close()
    for name, shown in DETAILS.items():
        camera.answers = {"jobs": {**LISTS["empty"], "jobs": [shown]}, f"jobs/{shown['id']}": shown,
                          f"jobs/{shown['id']}/*": (404, {"code": "job_not_found", "message": "?", "hint": "?"}),
                          "feed": camera.feed(shown)}  # fmt: skip
        open_job(notebook, shown)
        camera.shoot(f"job-{name}", "#primehub_job .primehub-state")
        camera.close()
    for name, (tab, answers) in TABS.items():
        shown = job("tabs", phase="Running", progress=CELLS)
        camera.answers = {"jobs": {**LISTS["empty"], "jobs": [shown]}, f"jobs/{shown['id']}": shown,
                          "feed": camera.feed(shown), **answers}  # fmt: skip
        open_job(notebook, shown)
        page.locator(f"#primehub_job_{tab}").click()
        camera.shoot(f"tab-{name}", "#primehub_job_panel > *")
        camera.close()
    for name, answer in COMPARISONS.items():
        shown, other = DETAILS["done"], DETAILS["failed"]
        camera.answers = {"jobs": {**LISTS["empty"], "jobs": [shown, other]}, f"jobs/{shown['id']}": shown,
                          f"jobs/{shown['id']}/comparison": answer, "feed": camera.feed(shown)}  # fmt: skip
        open_job(notebook, shown)
        page.locator("#primehub_job_compare").click()
        camera.shoot(f"compare-{name}", "#primehub_jobs_dialog select")
        camera.close()
    in_the_notebook(camera, notebook)
    before_a_job(camera, notebook)


def before_a_job(camera: Camera, notebook: NotebookPage) -> None:
    """What the form points out, and asks; and the way to a cell and back."""
    page = camera.page
    page.unroute("**/primehub/api/jobs**")
    page.unroute("**/primehub/api/feed**")
    page.evaluate("() => localStorage.clear()")
    sources = ("import nowhere_to_be_found", "!mkdir -p artifacts", "open('~/data.csv')", "name = input()", "x = (1")
    for source in sources:
        notebook.insert_code(source)
    dialog = notebook.submit_dialog().wait_form()
    camera.shoot("form-findings", "#primehub_findings [data-finding]")
    page.locator("#primehub_submit_button").click()
    camera.shoot("form-question", "#primehub_submit_error button, .primehub-choices button")
    dialog.finding("module_missing").get_by_role("button", name="Show").click()
    camera.shoot("form-shown", "#primehub_spot")


def open_job(notebook: NotebookPage, shown: dict) -> None:
    notebook.choose("jobs")
    notebook.page.locator(".primehub-job-name").first.click()


def in_the_notebook(camera: Camera, notebook: NotebookPage) -> None:
    """The chip, marks at cells, and where an output comes from."""
    page = camera.page
    shown = job("follow", phase="Running", progress=cells(3, len(SOURCES), sources=SOURCES))
    camera.answers = {"jobs": {**LISTS["empty"], "jobs": [shown]}, f"jobs/{shown['id']}": shown,
                      "feed": camera.feed(shown), "jobs/*": LOG}  # fmt: skip
    open_job(notebook, shown)
    page.locator("#primehub_job_follow").click()
    page.wait_for_selector(".primehub-dialog", state="detached")
    camera.shoot("follow", "#primehub_follow_bar")
    page.locator("#primehub_follow_stop").click()
    notebook.choose("origin_item")
    camera.shoot("origin-none", "#primehub_origin_none")
    camera.close()
    page.evaluate("metadata => Object.assign(Jupyter.notebook.metadata, metadata)", ORIGIN)
    notebook.choose("origin_item")
    camera.shoot("origin", "#primehub_origin")
    camera.close()
    doubt = [{"id": "5f0c1234abcd", "values": {"display_name": "train with a long name of its own"}}]
    page.evaluate(
        """doubt => localStorage.setItem("primehub_nbext:submissions:" + Jupyter.notebook.base_url + ":"
            + Jupyter.notebook.notebook_path, JSON.stringify(doubt))""",
        doubt,
    )
    camera.answers = {"jobs": LISTS["empty"], "feed": camera.feed()}
    notebook.reload()
    camera.shoot("chip-doubt", "#primehub_chip_button")


def main(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as place:
        sandbox = start_sandbox(Path(place, "primehub"))
        write_notebook(sandbox.volume / "states.ipynb", *SOURCES)
        server = start_server(hosts()[0], Path(place, "server"), env=sandbox.notebook_env(), root=sandbox.home)
        server.api("PUT", "token", json={"token": sandbox.token})
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
                page = browser.new_page(viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="en-US")
                notebook = NotebookPage(page).open(server.notebook_url("phusers/states.ipynb")).wait_kernel()
                take(Camera(page, folder), notebook)
                browser.close()
        finally:
            server.stop()
            sandbox.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else REPO / "test-results" / "states")
