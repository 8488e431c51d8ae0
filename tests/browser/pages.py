"""The page as a person uses it: clicks, keys and typed text in; what the dialogs say out.

A test speaks of the menu, the token prompt and the form; only this file and dialogs.py know selectors.
"""

from __future__ import annotations

from contextlib import contextmanager

from dialogs import JobsDialog, TokenDialog
from playwright.sync_api import Page, expect
from submit_dialog import SubmitDialog

READY = """() => window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded
    && !!document.querySelector("#primehub_menu")"""
# Another notebook in the same page, with the kernel that it has.
LOAD = """path => new Promise(resolve => {
    Jupyter.notebook.events.one("notebook_loaded.Notebook", () => resolve());
    Jupyter.notebook.load_notebook(path);
})"""
# Of a line of a cell, from 1, or of a whole cell: whether it is in sight, above the bar, and marked.
IN_SIGHT = """([index, line]) => {
    const cell = Jupyter.notebook.get_cell(index), marked = document.querySelectorAll(".primehub-spot");
    const bar = document.getElementById("primehub_spot");
    if (!bar || Jupyter.notebook.get_selected_index() !== index) {
        return false;
    }
    const editor = cell.code_mirror, frame = cell.element[0].getBoundingClientRect();
    const whole = {top: frame.top, bottom: frame.top + 20};
    const place = line ? editor.charCoords({line: line - 1, ch: 0}, "window") : whole;
    return place.top > document.getElementById("site").getBoundingClientRect().top
        && place.bottom < bar.getBoundingClientRect().top
        && (line ? marked.length === 1 && editor.getLineHandle(line - 1).wrapClass === "primehub-spot"
            && marked[0].textContent.includes(editor.getLine(line - 1)) : marked.length === 0);
}"""


class NotebookPage:
    """A notebook in the classic page, and its PrimeHub menu."""

    def __init__(self, page: Page):
        self.page = page
        self.link = page.locator("#primehublink")
        self.menu = page.locator("#primehub_menu")
        self.notice = page.locator("#notification_primehub")
        self.chip = page.locator("#primehub_chip_button")

    def open(self, url: str) -> NotebookPage:
        """Go to a notebook and wait until the menu is there."""
        self.page.goto(url)
        return self.wait()

    def wait(self) -> NotebookPage:
        self.page.wait_for_function(READY)
        return self

    def load(self, path: str) -> NotebookPage:
        """Another notebook takes the place of the one that is open; no other kernel is started."""
        self.page.evaluate(LOAD, path)
        return self

    def shows(self, cell: int, line: int | None) -> None:
        """Wait until what a finding is about is in sight, and marked."""
        self.page.wait_for_function(IN_SIGHT, arg=[cell, line])

    def reload(self) -> NotebookPage:
        """Load the page anew, whatever it asks before it is left."""
        self.page.on("dialog", lambda question: question.accept())
        self.page.reload()
        return self.wait()

    def open_menu(self, keyboard: bool = False) -> NotebookPage:
        """Open the menu by mouse, or with Enter."""
        if keyboard:
            self.link.focus()
            self.page.keyboard.press("Enter")
        else:
            self.link.click()
        expect(self.menu).to_be_visible()
        return self

    def choose(self, item: str, keyboard: bool = False) -> None:
        """Choose "submit", "jobs", "origin_item", "token" or "help"; the keyboard way is Enter, arrows, Enter."""
        self.open_menu(keyboard)
        if keyboard:
            for _ in range(("submit", "jobs", "origin_item", "token", "help").index(item) + 1):
                self.page.keyboard.press("ArrowDown")
            expect(self.page.locator(f"#primehub_{item} a")).to_be_focused()
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(f"#primehub_{item} a").click()

    def submit_dialog(self, keyboard: bool = False) -> SubmitDialog:
        """Submit Notebook as Job…; the form may still be loading, or the token prompt may come first."""
        self.choose("submit", keyboard)
        return SubmitDialog(self.page)

    def jobs_dialog(self, keyboard: bool = False) -> JobsDialog:
        """The dialog behind Jobs… in the menu."""
        self.choose("jobs", keyboard)
        return JobsDialog(self.page).wait()

    def token_dialog(self, keyboard: bool = False) -> TokenDialog:
        """The dialog behind API Token… in the menu."""
        self.choose("token", keyboard)
        return TokenDialog(self.page).wait()

    def wait_kernel(self) -> NotebookPage:
        """Until cells can be run."""
        self.page.wait_for_function("() => Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()")
        return self

    def has_run(self, index: int) -> None:
        """Wait until a cell was sent to the kernel."""
        self.page.wait_for_function("index => Jupyter.notebook.get_cell(index).input_prompt_number", arg=index)

    def keys_go_to_cells(self) -> bool:
        """Whether the focus is on the selected cell, in command mode, as after the Notebook's own dialogs."""
        return self.page.evaluate(
            """() => Jupyter.notebook.mode === "command" && Jupyter.keyboard_manager.enabled
                && document.activeElement === Jupyter.notebook.get_selected_cell().element[0]"""
        )

    def select(self, index: int) -> None:
        self.page.evaluate("index => Jupyter.notebook.select(index)", index)

    def insert_code(self, source: str) -> None:
        """A new cell at the bottom, as an edit that is not saved yet."""
        self.page.evaluate("source => Jupyter.notebook.insert_cell_at_bottom('code').set_text(source)", source)

    def cell_sources(self) -> list[str]:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map(cell => cell.get_text())")

    def cell_types(self) -> list[str]:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map(cell => cell.cell_type)")

    def cell_tags(self) -> list[list[str]]:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map(cell => cell.metadata.tags || [])")

    def is_dirty(self) -> bool:
        return self.page.evaluate("() => Jupyter.notebook.dirty")

    @contextmanager
    def requests(self):
        """The REST requests made while the block runs: a list of (method, address)."""
        seen: list[tuple[str, str]] = []

        def note(request):
            if "/primehub/api/" in request.url:
                seen.append((request.method, request.url))

        self.page.on("request", note)
        try:
            yield seen
        finally:
            self.page.remove_listener("request", note)
