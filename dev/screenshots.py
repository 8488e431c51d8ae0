"""Takes the README's pictures from the product: a sandbox, a notebook server and Chromium in; docs/images/*.png out."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPO / "tests" / "browser"), str(REPO / "tests")]

from conftest import ARGS, find_chromium  # noqa: E402
from dialogs import ComparedRuns, JobDetail, TokenDialog  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402
from submit_dialog import SubmitDialog  # noqa: E402

from kit.sandboxes import start_sandbox  # noqa: E402
from kit.servers import hosts, start_server  # noqa: E402
from pages import NotebookPage  # noqa: E402

IMAGES = REPO / "docs" / "images"
# What only the first seconds of a page show is not in the pictures.
SETTLED = """() => !document.querySelector('#MathJax_Message:not([style*="display: none"])')
    && !document.querySelector('#notification_kernel:not([style*="display: none"])')"""
SIZE = {"width": 1000, "height": 720}


def take(page, notebook: NotebookPage, token: str) -> None:
    def shot(name: str) -> None:
        page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
        print(IMAGES / f"{name}.png")

    notebook.open_menu()
    shot("menu")
    page.locator("#primehub_submit a").click()
    prompt = TokenDialog(page).wait()
    prompt.type(token)
    prompt.state()
    shot("token")
    prompt.save()
    prompt.wait_closed()
    page.set_viewport_size({**SIZE, "height": 900})
    dialog = SubmitDialog(page).wait_form()  # goes on by itself
    dialog.row_control("end").fill("10")
    expect(page.locator("#primehub_preview")).to_contain_text("end = 10")
    shot("dialog")
    page.set_viewport_size(SIZE)
    dialog.submit()
    detail = JobDetail(page).state("succeeded", timeout=60_000)
    shot("job")

    detail.press("edit")
    dialog.wait_form().row_control("start").fill("4")
    dialog.submit(display_name="capitalize start=4")
    detail = JobDetail(page).state("succeeded", timeout=60_000)
    detail.press("compare")
    expect(ComparedRuns(page).said).to_be_visible()
    shot("compare")
    jobs = ComparedRuns(page).back().back()
    expect(jobs.row("capitalize start=4")).to_be_visible()
    shot("jobs")
    jobs.press_escape()
    jobs.wait_closed()

    notebook.insert_code("import sklearnn\n!mkdir -p artifacts && cp words.txt artifacts/")
    notebook.insert_code("name = input('Your name: ')")
    page.set_viewport_size({**SIZE, "height": 900})
    found = notebook.submit_dialog().wait_form().root.locator("#primehub_findings")
    expect(found).to_contain_text("artifacts")
    expect(found).to_contain_text("sklearnn")
    shot("findings")


@contextlib.contextmanager
def temporary(folder: Path):
    """The folder, made anew and removed at the end."""
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    # The path of the working directory is in the pictures: a short one, the same each time.
    folder = Path(tempfile.gettempdir()) / "pictures"
    with temporary(folder):
        state = folder / "primehub"
        sandbox = start_sandbox(state)
        server = start_server(
            hosts()[0],
            folder / "server",
            env=sandbox.notebook_env(),
            root=sandbox.home,
            args=("--NotebookApp.show_banner=False",),
        )
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
                page = browser.new_page(viewport=SIZE, locale="en-US", device_scale_factor=1.5)
                notebook = NotebookPage(page).open(server.notebook_url("phusers/experiment-1/capitalize.ipynb"))
                page.wait_for_function("() => Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()")
                page.wait_for_function(SETTLED)
                take(page, notebook, sandbox.token)
                browser.close()
        finally:
            server.stop()
            sandbox.stop()


if __name__ == "__main__":
    main()
