"""The page as a person uses it: clicks, keys and typed text in; what the dialogs say out.

A test speaks of the menu, the token prompt and the form; only this file knows selectors.
"""

from __future__ import annotations

from contextlib import contextmanager

from playwright.sync_api import Page, expect

READY = """() => window.Jupyter && Jupyter.notebook && Jupyter.notebook._fully_loaded
    && !!document.querySelector("#primehub_menu")"""


class Dialog:
    """What both dialogs have in common."""

    id = ""

    def __init__(self, page: Page):
        self.page = page
        self.root = page.locator(f"#{self.id}")

    def wait(self):
        """Wait until it is there and the focus is inside; returns itself."""
        expect(self.root).to_be_visible()
        self.page.wait_for_function("id => document.activeElement.closest('#' + id)", arg=self.id)
        return self

    def wait_closed(self) -> None:
        expect(self.root).to_have_count(0)

    @property
    def is_open(self) -> bool:
        return self.root.count() > 0

    @property
    def title(self) -> str:
        return self.root.locator(".modal-title").inner_text()

    @property
    def text(self) -> str:
        return self.root.inner_text()

    def error(self) -> dict:
        """Wait for an error box: its code, message and hint."""
        box = self.root.locator(".alert-danger[data-code]").first
        expect(box).to_be_visible()
        hint = box.locator(".primehub-error-hint")
        return {
            "code": box.get_attribute("data-code"),
            "message": box.locator(".primehub-error-message").inner_text(),
            "hint": hint.inner_text() if hint.count() else "",
        }

    def field_error(self, field_id: str) -> str:
        """Wait for the words at one field."""
        fault = self.root.locator(f"#{field_id}_error")
        expect(fault).to_be_visible()
        expect(self.root.locator(f"#{field_id}")).to_have_attribute("aria-invalid", "true")
        return fault.inner_text()

    def press_escape(self) -> None:
        self.page.keyboard.press("Escape")


class TokenDialog(Dialog):
    """The API token prompt."""

    id = "primehub_token_dialog"

    @property
    def input(self):
        return self.root.locator("#primehub_token_input")

    @property
    def link(self):
        return self.root.locator("#primehub_token_link")

    def state(self) -> str:
        """What it says about the token in use, once it has been looked up."""
        place = self.root.locator("#primehub_token_state")
        expect(place.locator(".fa-spinner")).to_have_count(0)
        return place.inner_text()

    def type(self, token: str) -> None:
        self.input.fill(token)

    def save(self, token: str | None = None) -> None:
        """Press Save, with another token when one is given."""
        if token is not None:
            self.type(token)
        self.root.locator("#primehub_token_save").click()

    def forget(self) -> None:
        self.root.locator("#primehub_token_forget").click()

    def cancel(self) -> None:
        self.root.locator("#primehub_token_cancel").click()

    def token_error(self) -> str:
        return self.field_error("primehub_token_input")


class SubmitDialog(Dialog):
    """Submit Notebook as Job."""

    id = "primehub_submit_dialog"
    # What fill() and value() call a field → its id.
    FIELDS = {
        "instance_type": "primehub_instance_type",
        "image": "primehub_image",
        "display_name": "primehub_job_name",
        "parameters": "primehub_parameters",
        "timeout": "primehub_timeout",
        "timeout_unit": "primehub_timeout_unit",
    }

    def wait_form(self) -> SubmitDialog:
        """Wait until the form is there and usable."""
        expect(self.root.locator("#primehub_submit_button")).to_be_enabled()
        return self

    def control(self, field: str):
        return self.root.locator(f"#{self.FIELDS[field]}")

    def fill(self, **values: str) -> SubmitDialog:
        """Type text and choose options (by their value)."""
        self.wait_form()
        for field, value in values.items():
            if field in ("instance_type", "image", "timeout_unit"):
                self.control(field).select_option(value)
            else:
                self.control(field).fill(value)
        return self

    def value(self, field: str) -> str:
        return self.control(field).input_value()

    def options(self, field: str) -> dict[str, str]:
        """Label of every option of a select, by value."""
        found = self.control(field).locator("option").all()
        return {option.get_attribute("value"): option.inner_text() for option in found}

    def is_disabled(self, field: str, value: str) -> bool:
        return self.control(field).locator(f'option[value="{value}"]').is_disabled()

    def submit(self, **values: str) -> None:
        """Fill what is given, then press Submit."""
        self.fill(**values)
        self.root.locator("#primehub_submit_button").click()

    def cancel(self) -> None:
        self.root.locator("#primehub_submit_cancel").click()

    def try_again(self) -> None:
        self.root.locator("#primehub_submit_again").click()

    def enter_token(self) -> TokenDialog:
        """The way from an error to the token prompt."""
        self.root.locator("#primehub_submit_token").click()
        return TokenDialog(self.page).wait()

    def save_choice(self, choice: str) -> None:
        """After a save that failed: "overwrite", "disk" or "again"."""
        self.root.locator(f"#primehub_save_{choice}").click()

    def choose_disk_if_asked(self) -> None:
        """After another tab may have saved the notebook: submit what is on disk."""
        expect(self.root.locator("#primehub_save_disk, #primehub_result").first).to_be_visible()
        if self.root.locator("#primehub_save_disk").count():
            self.save_choice("disk")

    def error_at(self, field: str) -> str:
        return self.field_error(self.FIELDS[field])

    @property
    def secret_warning(self):
        return self.root.locator("#primehub_secret_warning")

    @property
    def working_directory(self) -> str:
        return self.root.locator("#primehub_working_directory").inner_text()

    def result(self, timeout: float | None = None) -> dict:
        """Wait for the result: name, id, output, link (None when there is none), created."""
        expect(self.root.locator("#primehub_result")).to_be_visible(timeout=timeout)
        link = self.root.locator("a#primehub_result_link")
        output = self.root.locator("#primehub_result_output")
        return {
            "name": self.root.locator("#primehub_result_name").inner_text(),
            "id": self.root.locator("#primehub_result_id").inner_text(),
            "output": output.inner_text() if output.count() else None,
            "link": link.get_attribute("href") if link.count() else None,
            "created": self.root.locator("[data-created]").get_attribute("data-created") == "true",
        }

    @property
    def submitted_at(self) -> str:
        """When the job of a submission that had been made before was created."""
        return self.root.locator("#primehub_result_time").inner_text()

    def another(self) -> SubmitDialog:
        """After a submission that had been made before: submit another job all the same."""
        self.root.locator("#primehub_result_another").click()
        return self.wait_form()

    @property
    def resumed(self) -> bool:
        """Whether it says that an earlier attempt may have reached PrimeHub."""
        return self.root.locator("#primehub_resumed").count() > 0

    def ok(self) -> None:
        self.root.locator("#primehub_result_ok").click()
        self.wait_closed()


class NotebookPage:
    """A notebook in the classic page, and its PrimeHub menu."""

    def __init__(self, page: Page):
        self.page = page
        self.link = page.locator("#primehublink")
        self.menu = page.locator("#primehub_menu")

    def open(self, url: str) -> NotebookPage:
        """Go to a notebook and wait until the menu is there."""
        self.page.goto(url)
        return self.wait()

    def wait(self) -> NotebookPage:
        self.page.wait_for_function(READY)
        return self

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
        """Choose "submit", "token" or "help"; the keyboard way is Enter, arrows, Enter."""
        self.open_menu(keyboard)
        if keyboard:
            for _ in range(("submit", "token", "help").index(item) + 1):
                self.page.keyboard.press("ArrowDown")
            expect(self.page.locator(f"#primehub_{item} a")).to_be_focused()
            self.page.keyboard.press("Enter")
        else:
            self.page.locator(f"#primehub_{item} a").click()

    def submit_dialog(self, keyboard: bool = False) -> SubmitDialog:
        """Submit Notebook as Job…; the form may still be loading, or the token prompt may come first."""
        self.choose("submit", keyboard)
        return SubmitDialog(self.page)

    def token_dialog(self, keyboard: bool = False) -> TokenDialog:
        """The dialog behind API Token… in the menu."""
        self.choose("token", keyboard)
        return TokenDialog(self.page).wait()

    def insert_code(self, source: str) -> None:
        """A new cell at the bottom, as an edit that is not saved yet."""
        self.page.evaluate("source => Jupyter.notebook.insert_cell_at_bottom('code').set_text(source)", source)

    def cell_sources(self) -> list[str]:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map(cell => cell.get_text())")

    def cell_types(self) -> list[str]:
        return self.page.evaluate("() => Jupyter.notebook.get_cells().map(cell => cell.cell_type)")

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
