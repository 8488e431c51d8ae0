"""The dialog that submits a notebook, as a person uses it: clicks and typed text in; what it says out."""

from __future__ import annotations

from dialogs import Dialog, JobDetail, TokenDialog
from playwright.sync_api import Page, expect


class SubmitDialog(Dialog):
    """Submit Notebook as Job; after that, the detail of the job that it has become."""

    id = "primehub_submit_dialog"

    def __init__(self, page: Page):
        super().__init__(page)
        self.root = page.locator(f"#{self.id}, #{JobDetail.id}")

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

    def as_text(self) -> SubmitDialog:
        """Show the parameters as the text that is sent."""
        switch = self.root.locator("#primehub_parameters_form")
        if self.root.locator("#primehub_parameters").is_hidden():
            switch.click()
        expect(self.root.locator("#primehub_parameters")).to_be_visible()
        return self

    def as_rows(self) -> SubmitDialog:
        """Show the parameters as rows."""
        if self.root.locator("#primehub_rows").is_hidden():
            self.root.locator("#primehub_parameters_form").click()
        return self

    def row(self, name: str):
        """The row of a parameter; its control is `.primehub-row-control :is(input, select, textarea)`."""
        return self.root.locator(f'.primehub-row[data-name="{name}"]')

    def row_control(self, name: str):
        """Where the value of a parameter is typed or chosen."""
        return self.row(name).locator(".primehub-row-control").locator("input, select, textarea")

    def values_of(self, name) -> None:
        """Take the parameters of "the notebook itself", or of a job, by what its button says."""
        self.root.locator("#primehub_values_toggle").click()
        self.root.locator("#primehub_values").get_by_role("button", name=name).first.click()

    def control(self, field: str):
        """The control of a field; that of the parameters is their text."""
        if field == "parameters":
            self.as_text()
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

    @property
    def waited(self):
        """What it says of how long it has waited."""
        return self.root.locator(".primehub-busy")

    @property
    def leave_button(self):
        """Continue in background."""
        return self.root.locator("#primehub_submit_leave")

    def fold(self, what: str):
        """The button that unfolds "time_limit", "places" or "parameters_help"."""
        return self.root.locator(f"#primehub_{what}_toggle")

    def try_again(self) -> None:
        self.root.locator("#primehub_submit_again").click()

    def enter_token(self) -> TokenDialog:
        """The way from an error to the token prompt."""
        self.root.locator("#primehub_submit_token").click()
        return TokenDialog(self.page).wait()

    def choices(self) -> list[str]:
        """What may be done after an error, in its order."""
        return self.root.locator(".primehub-choices button").all_inner_texts()

    def save_choice(self, choice: str) -> None:
        """After a save that failed: "overwrite", "recreate", "disk" or "again"."""
        self.root.locator(f"#primehub_save_{choice}").click()

    def choose_disk_if_asked(self) -> None:
        """After another tab may have saved the notebook: submit what is on disk."""
        expect(self.root.locator("#primehub_save_disk, #primehub_job").first).to_be_visible()
        if self.root.locator("#primehub_save_disk").count():
            self.save_choice("disk")

    def error_at(self, field: str) -> str:
        return self.field_error(self.FIELDS[field])

    def finding(self, code: str):
        """What it says of the notebook, by the code of a finding."""
        return self.root.locator(f'#primehub_findings [data-finding="{code}"]')

    @property
    def secret_warning(self):
        return self.root.locator("#primehub_secret_warning")

    @property
    def working_directory(self) -> str:
        return self.root.locator("#primehub_working_directory").inner_text()

    def result(self, timeout: float | None = None) -> dict:
        """Wait for the job's detail: name, id, output and link (None when there is none), created."""
        job = self.root.locator("#primehub_job[data-created]")
        expect(job).to_be_visible(timeout=timeout)
        detail = JobDetail(self.page)
        link = self.root.locator("a#primehub_result_link")
        return {
            "name": self.title,
            "id": job.get_attribute("data-job"),
            "output": detail.fact("output"),
            "link": link.get_attribute("href") if link.count() else None,
            "created": job.get_attribute("data-created") == "true",
        }

    def another(self) -> SubmitDialog:
        """After a submission that had been made before: submit another job all the same."""
        self.root.locator("#primehub_result_another").click()
        return self.wait_form()

    @property
    def resumed(self) -> bool:
        """Whether it says that an earlier attempt may have reached PrimeHub."""
        return self.root.locator("#primehub_resumed").count() > 0

    def ok(self) -> None:
        self.root.locator("#primehub_jobs_close").click()
        self.wait_closed()
