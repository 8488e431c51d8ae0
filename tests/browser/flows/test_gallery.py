"""Every finding of the gallery in a real browser: told with its sentence, shown in the open notebook, fixed there."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect
from submit_dialog import SubmitDialog

from kit.exhibition import FOLDER, LOCKED, Exhibition
from kit.gallery import EXHIBITS, Exhibit, sentences
from kit.misbehaving import MisbehavingPrimeHub
from kit.servers import start_server
from pages import NotebookPage

# Beside what they are about, not in the list: the instance type; and what is typed for parameters.
AT_INSTANCE_TYPE = {
    "over_user_quota": "PrimeHub counts 4 GPUs, and your quota is 1 GPU",
    "over_group_quota": "PrimeHub counts 1 GPU, and your group's quota is 0 GPUs",
    "quota_in_use": "The job waits until others in your group have ended: 1 of 8 cores free right now.",
}
AT_PARAMETERS = ("unknown_parameter", "parameter_type", "parameter_choice", "parameter_not_written", "secret_parameter")
SENTENCES = sentences()
# What no browser test shows, and why.
NOT_HERE = {"no_papermill": "papermill is beside the Python of the server that the tests start, as jobs need it"}


@pytest.fixture(scope="module")
def exhibition(tmp_path_factory):
    with MisbehavingPrimeHub() as primehub:
        yield Exhibition(primehub, tmp_path_factory.mktemp("gallery"))


@pytest.fixture(scope="module")
def gallery(host, exhibition, tmp_path_factory):
    """A notebook server that stands in the gallery."""
    args = ("--PrimeHub.resources_max_age=0",)
    home = tmp_path_factory.mktemp(f"gallery-{host}")
    server = start_server(host, home, env=exhibition.env, root=exhibition.home, args=args)
    yield server
    assert server.stop() == [], "the notebook server left processes behind"


def sentence(code: str) -> re.Pattern:
    """What is said of it, as docs/preflight.md has it."""
    said = [re.sub(r"\\\{\w+\\\}", ".+", re.escape(each.replace("`", ""))) for each in SENTENCES[code]]
    return re.compile("|".join(said))


def test_what_cannot_be_had_here(gallery, exhibition):
    """Or it has to be taken from the list."""
    for exhibit in EXHIBITS:
        if exhibit.code in NOT_HERE:
            told = gallery.api("POST", f"notebooks/{exhibition.hang(exhibit)}/check", json=dict(exhibit.form))
            assert told.status_code == 200
            assert [each["code"] for each in told.json()["findings"]] == []


def test_what_the_cells_show(gallery, exhibition, notebook):
    """In one notebook, which has all their cells."""
    path, above = exhibition.hang_together()
    plain(notebook.open(gallery.notebook_url(path)))
    form = notebook.submit_dialog().wait_form()
    for exhibit in exhibition.together:
        found(form, notebook, exhibit, above[exhibit.code])
    # All that can be fixed, at once.
    sources, fixes = notebook.cell_sources(), form.root.locator(".primehub-fix:visible")
    codes = [exhibit.code for exhibit in exhibition.together if exhibit.findings("shows")[0]["fix"]]
    expect(fixes).to_have_count(len(codes))
    form.root.locator("#primehub_findings_fix_all").click()
    expect(fixes).to_have_count(0)
    for code in codes:
        expect(form.finding(code)).to_have_count(0)
    form.root.locator("#primehub_fix_undo").click()
    expect(fixes).to_have_count(len(codes))
    assert notebook.cell_sources() == sources


def test_what_else_they_show(gallery, exhibition, notebook):
    """A notebook for each, and what is in the form."""
    exhibits = [exhibit for exhibit in exhibition.alone if exhibit.code not in NOT_HERE]
    for exhibit in exhibits:
        exhibition.hang(exhibit)
    exhibition.look(gallery)
    plain(notebook.open(gallery.notebook_url(f"phusers/{FOLDER}/running_now.ipynb")))
    for exhibit in exhibits:
        path = exhibition.path(exhibit)
        notebook.load(path)
        if exhibit.code == "changed_on_disk":
            file = exhibition.home / path
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime + 60))
        if exhibit.code == "running_now":
            assert gallery.api("GET", f"feed?jobs={exhibition.job(exhibit)}").status_code == 200
        with exhibition.quotas(exhibit):
            form = notebook.submit_dialog().wait_form()
            fill(form, exhibit)
            found(form, notebook, exhibit)
            form.cancel()
            form.wait_closed()


def test_a_folder_that_cannot_be_written_to(gallery, exhibition, notebook, immutable):
    exhibit = next(each for each in EXHIBITS if each.code == LOCKED)
    path = exhibition.hang(exhibit)
    with immutable(exhibition.volume / FOLDER):
        notebook.open(gallery.notebook_url(path))
        found(notebook.submit_dialog().wait_form(), notebook, exhibit)


def plain(notebook: NotebookPage) -> None:
    """Dialogs come and go at once: they do so often here."""
    notebook.page.evaluate("() => { $.support.transition = false; }")


def fill(form: SubmitDialog, exhibit: Exhibit) -> None:
    """What it takes in the form."""
    for name, value in exhibit.form.items():
        if name == "timeout_seconds":
            if form.control("timeout").is_hidden():
                form.fold("time_limit").click()
            form.fill(timeout=str(value // 60), timeout_unit="minutes")
        else:
            form.fill(**{name: value})


def found(form: SubmitDialog, notebook: NotebookPage, exhibit: Exhibit, above: int = 0) -> None:
    """It is told with its sentence; its line is shown and left again; its fix is made and taken back."""
    code = exhibit.code
    if code in AT_INSTANCE_TYPE:
        expect(form.root.locator("#primehub_instance_type_help")).to_contain_text(AT_INSTANCE_TYPE[code])
        return
    if code in AT_PARAMETERS:
        expect(form.secret_warning.locator(f'[data-finding="{code}"]')).to_contain_text(sentence(code))
        return
    row = form.finding(code)
    expect(row).to_have_count(1)
    expect(row).to_contain_text(sentence(code))
    if exhibit.place:
        cell, line = above + exhibit.place[0], exhibit.place[1]
        row.get_by_role("button", name="Show cell").click()
        form.wait_closed()
        notebook.shows(cell, line)
        notebook.page.keyboard.press("Escape")
        form.wait_form()
        expect(row).to_contain_text(sentence(code))
        expect(row.get_by_role("button", name="Show cell")).to_be_visible()
    fix = row.locator(".primehub-fix")
    expect(fix).to_be_visible(visible=exhibit.findings("shows")[0]["fix"] is not None)
    if fix.is_visible():
        before = notebook.cell_sources(), notebook.cell_tags()
        fix.click()
        expect(row).to_have_count(0)
        assert (notebook.cell_sources(), notebook.cell_tags()) != before
        form.root.locator("#primehub_fix_undo").click()
        expect(row).to_be_visible()
        assert (notebook.cell_sources(), notebook.cell_tags()) == before
