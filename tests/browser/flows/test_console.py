"""The sandbox's console in a real browser: from the printed link to a copied token, with times of the reader's zone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from kit.sandbox_processes import SandboxProcess
from pages import NotebookPage


@pytest.fixture(scope="module")
def host():
    """The notebook server is the sandbox's own."""


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    sandbox = SandboxProcess(tmp_path_factory.mktemp("sandbox"), ())
    sandbox.notebook_link = sandbox.printed("Notebook")
    yield sandbox
    sandbox.stop()


def test_from_the_notebooks_link_to_a_copied_token(sandbox, page, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook = NotebookPage(page).open(sandbox.notebook_link)
    with context.expect_page() as opened:
        notebook.token_dialog().link.click()
    console = opened.value
    console.locator("#request").click()
    token = console.locator("#token").text_content()
    console.locator("#copy").click()
    expect(console.locator("#copied")).to_have_text("Copied.")
    assert console.evaluate("() => navigator.clipboard.readText()") == token
    console.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    console.locator("#copy").click()
    expect(console.locator("#copied")).to_contain_text("press Ctrl+C")
    assert console.evaluate("() => String(getSelection())") == token
    sandbox.facts["token"] = token


def test_times_are_those_of_the_readers_zone(sandbox, page, context):
    job_id = sandbox.submit("true")
    sandbox.until(job_id, "Succeeded")
    context.new_cdp_session(page).send("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    page.goto(sandbox.facts["console_login_url"].replace("/job?", f"/job/{job_id}?"))
    assert page.url == f"{sandbox.console}/g/phusers/job/{job_id}"
    created = page.locator("time").first
    utc = datetime.strptime(created.get_attribute("title"), "%Y-%m-%d %H:%M:%S UTC")
    shown = (utc + timedelta(hours=9)).strftime("%b %-d, %Y, %-I:%M:%S %p GMT+9")
    expect(created).to_have_text(shown)


def test_without_scripts_there_is_no_button_that_does_nothing(sandbox, browser):
    context = browser.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(sandbox.facts["console_login_url"].replace("/job?", "/api-token?"))
        page.locator("#request").click()
        sandbox.facts["token"] = page.locator("#token").text_content()
        expect(page.locator("#download")).to_be_visible()
        expect(page.locator("#copy")).to_be_hidden()
    finally:
        context.close()


def test_a_link_of_another_site_needs_one_click_more(sandbox, page, console_errors):
    """A strict cookie does not come along; the page that says so leads on."""
    page.goto(sandbox.facts["console_login_url"])
    page.route(
        "http://elsewhere.test/",
        lambda route: route.fulfill(body=f"<a href='{sandbox.console}'>go</a>", content_type="text/html"),
    )
    page.goto("http://elsewhere.test/")
    page.locator("a").click()
    page.locator("#again").click()
    console_errors.clear()  # the browser tells of the 403
    expect(page.locator("h1")).to_have_text("Groups")
