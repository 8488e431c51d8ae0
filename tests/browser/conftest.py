"""A real Chromium for the browser tests; a picture of what failed (with --traces also a trace) in test-results/."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect, sync_playwright

from kit.servers import main_hosts

RESULTS = Path("test-results")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TIMEOUT = 20_000  # ms in which what is waited for must be there, on a busy computer too
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Not ours: the classic page asks for ipywidgets whether or not they are installed.
WIDGETS = "widgets/notebook/js/extension.js"
# An answer with an error status is part of the REST contract; the browser logs it, the dialog shows it.
REST_ANSWER = "Failed to load resource: the server responded with a status of"
# A page that is left while the host's fonts are still on their way.
LEFT_EARLY = "Access to font at 'about:blank'"

failed_key = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Remember whether the test itself failed, for the fixtures that are torn down after it."""
    report = yield
    if report.failed:
        item.stash[failed_key] = True
    return report


def find_chromium() -> str | None:
    """The browser that `make test` found, else the system's; None lets Playwright use its own."""
    return os.environ.get("PRIMEHUB_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session", params=main_hosts())
def host(request):
    return request.param


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGS)
        except Error as error:
            pytest.skip(f"no Chromium that starts here (apt-get install chromium): {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def context(browser, request):
    """A browser profile of its own for each test."""
    traces = request.config.getoption("--traces")
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.set_default_timeout(TIMEOUT)
    expect.set_options(timeout=TIMEOUT)
    if traces:
        context.tracing.start(screenshots=True, snapshots=True)
    yield context
    if request.node.stash.get(failed_key, False):
        RESULTS.mkdir(exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", request.node.nodeid)[-100:]
        for number, page in enumerate(context.pages):
            page.screenshot(path=RESULTS / f"{name}-{number}.png")
        if traces:
            context.tracing.stop(path=RESULTS / f"{name}.zip")
    context.close()


@pytest.fixture
def console_errors(context):
    """What went wrong in any page of the test so far; must be empty at its end (a test may clear what it expected)."""
    errors: list[str] = []

    def heard(message):
        if message.type != "error":
            return
        url = (message.location or {}).get("url", "")
        expected = WIDGETS in url or WIDGETS in message.text
        expected = expected or message.text.startswith(LEFT_EARLY) or url.startswith("about:")
        expected = expected or (message.text.startswith(REST_ANSWER) and "/primehub/api/" in url)
        if not expected:
            errors.append(f"{message.text} ({url})")

    context.on("console", heard)
    context.on("weberror", lambda error: WIDGETS in str(error.error) or errors.append(str(error.error)))
    yield errors
    assert errors == [], "the browser's console shows errors"


@pytest.fixture
def page(context, console_errors):
    """A blank page whose console is watched."""
    return context.new_page()
