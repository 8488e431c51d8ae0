"""The dialogs as a person uses them: clicks and typed text in; what they say out."""

from __future__ import annotations

from playwright.sync_api import Page, expect


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

    def mend(self):
        """Follow the link in the error box: the new tab that it opens."""
        with self.page.context.expect_page() as opened:
            self.root.locator(".alert-danger[data-code] a[target=_blank]").first.click()
        return opened.value

    def field_error(self, field_id: str) -> str:
        """Wait for the words at one field; in one look, for Submit takes them away and the answer brings them back."""
        said = self.page.wait_for_function(
            """id => {
                const fault = document.getElementById(id + "_error");
                const wrong = document.getElementById(id).getAttribute("aria-invalid") === "true";
                return wrong && fault.checkVisibility() && fault.innerText;
            }""",
            arg=field_id,
        )
        return said.json_value()

    def buttons(self) -> list[str]:
        """The words on the buttons in its footer, from left to right."""
        buttons = self.root.locator(".modal-footer button:visible").all()
        return [b.inner_text() for b in sorted(buttons, key=lambda button: button.bounding_box()["x"])]

    def press_escape(self) -> None:
        self.page.keyboard.press("Escape")


class EarlyDialog(Dialog):
    """What is there while a dialog is still being fetched, and when it cannot be."""

    id = "primehub_early"

    def try_again(self) -> None:
        self.root.locator("#primehub_early_again").click()


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

    def replace(self) -> None:
        """Another token than the one in use is to be entered."""
        self.root.locator("#primehub_token_replace").click()

    def cancel(self) -> None:
        self.root.locator("#primehub_token_cancel").click()

    def token_error(self) -> str:
        return self.field_error("primehub_token_input")


class JobDetail(Dialog):
    """One job, in the dialog of the jobs."""

    id = "primehub_jobs_dialog"

    def state(self, name: str, timeout: float | None = None) -> JobDetail:
        """Wait until the job is "running", "failed" and so on."""
        expect(self.root.locator(f".primehub-job-state .primehub-state-{name}")).to_be_visible(timeout=timeout)
        return self

    @property
    def why(self):
        """The sentence beside the state."""
        return self.root.locator("#primehub_job_why")

    def cells(self, state: str):
        """The cells of the notebook that are "done", "running" and so on."""
        return self.root.locator(f".primehub-cell-{state}")

    def press(self, action: str) -> None:
        """Press "cancel", "rerun", "edit", "follow" or "take"; "cancel_yes" and "cancel_no" answer the question."""
        self.root.locator(f"#primehub_{action}" if "_" in action else f"#primehub_job_{action}").click()

    def back(self) -> JobsDialog:
        """To the list."""
        self.root.locator("#primehub_jobs_back").click()
        return JobsDialog(self.page)

    def tab(self, name: str):
        """Look at "progress", "details" and so on; returns what it shows."""
        self.root.locator(f"#primehub_job_{name}").click()
        return self.root.locator("#primehub_job_panel")

    def fact(self, name: str) -> str | None:
        """One of the details; None where there is none."""
        self.tab("details")
        place = self.root.locator(f"#primehub_fact_{name}")
        said = place.inner_text() if place.count() else None
        self.tab("progress")
        return said


class JobsDialog(Dialog):
    """The list of jobs."""

    id = JobDetail.id

    def row(self, name: str):
        """The row of a job, by its name."""
        return self.root.locator(".primehub-jobs tbody tr", has=self.page.get_by_role("button", name=name, exact=True))

    def names(self) -> list[str]:
        """Of the jobs that are shown, in their order."""
        return self.root.locator(".primehub-job-name").all_inner_texts()

    def search(self, words: str) -> None:
        self.root.locator("#primehub_jobs_search").fill(words)

    def open(self, name: str) -> JobDetail:
        """Look at one."""
        self.row(name).locator("button").click()
        return JobDetail(self.page)


class ComparedRuns(Dialog):
    """Two runs beside each other, in the dialog of the jobs."""

    id = JobDetail.id

    @property
    def said(self):
        """The sentence that sums it up."""
        return self.root.locator("#primehub_compare_said")

    def facts(self) -> dict[str, list[str]]:
        """What is shown of both runs: the words in each row."""
        rows = self.root.locator(".primehub-compared tbody tr").all()
        return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}

    def cells(self) -> list[str]:
        """Names of the cells that are shown."""
        return self.root.locator(".primehub-pair-head strong").all_inner_texts()

    def show_all(self) -> None:
        """Show what does not differ, too."""
        self.root.locator("#primehub_compare_all").check()

    def back(self) -> JobDetail:
        """To the job."""
        self.root.locator("#primehub_jobs_back").click()
        return JobDetail(self.page)
