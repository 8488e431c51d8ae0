"""A machine in; the Chromium to test with, fetched if need be, out.

Standard library only, as bootstrap.py, which sets up what this needs.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bootstrap  # noqa: E402


def find_chromium() -> str | None:
    """The system's Chromium or Chrome, if there is one."""
    named = os.environ.get("PRIMEHUB_TEST_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        found = shutil.which(name)
        if found:
            return found
    return None


def playwright_chromium() -> str | None:
    """The Chromium that Playwright downloaded for itself, if it did and if it starts here."""
    code = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p:\n"
        "    p.chromium.launch(args=['--no-sandbox']).close()\n"
        "    print(p.chromium.executable_path)"
    )
    done = subprocess.run(
        [bootstrap.venv_python("a"), "-c", code], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )
    return done.stdout.strip() if done.returncode == 0 else None


def browser() -> str | None:
    """A Chromium to test with, fetched if need be; None when there is no way to get one."""
    found = find_chromium()
    if not found and bootstrap.apt_install("chromium", "fonts-dejavu-core"):
        found = find_chromium()
    if not found:
        found = playwright_chromium()
    if not found:
        try:
            bootstrap.say("downloading Playwright's Chromium")
            bootstrap.run([bootstrap.venv_python("a"), "-m", "playwright", "install", "chromium"])
            found = playwright_chromium()
        except bootstrap.SetupFailed as error:
            bootstrap.say(f"no browser: {error}")
    return found
