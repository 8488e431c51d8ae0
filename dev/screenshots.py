"""Takes the README's pictures from the product: a sandbox, a notebook server and Chromium in; docs/images/*.png out."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPO / "tests" / "browser"), str(REPO / "tests")]

from conftest import ARGS, find_chromium  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from kit.sandboxes import start_sandbox  # noqa: E402
from kit.servers import hosts, start_server  # noqa: E402
from pages import NotebookPage, TokenDialog  # noqa: E402

IMAGES = REPO / "docs" / "images"
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
    dialog = notebook.submit_dialog().wait_form()
    dialog.fill(parameters="start=1; end=10")
    shot("dialog")
    page.set_viewport_size(SIZE)
    dialog.submit()
    dialog.result()
    shot("result")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # The path of the working directory is in the pictures.
        state = Path(folder) / "primehub"
        sandbox = start_sandbox(state)
        server = start_server(hosts()[0], Path(folder) / "server", env=sandbox.notebook_env(), root=sandbox.home)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
                page = browser.new_page(viewport=SIZE, locale="en-US", device_scale_factor=1.5)
                notebook = NotebookPage(page).open(server.notebook_url("phusers/experiment-1/capitalize.ipynb"))
                page.wait_for_function("() => Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()")
                take(page, notebook, sandbox.token)
                browser.close()
        finally:
            server.stop()
            sandbox.stop()


if __name__ == "__main__":
    main()
