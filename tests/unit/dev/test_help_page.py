"""The page that *Help* opens is docs/help.md of now, fetches nothing, and explains messages that there are."""

from __future__ import annotations

import re
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPO / "dev"))
import help_page  # noqa: E402

FETCHES = re.compile(r"<(script|link|img|iframe|object)\b|@import|url\(")
# A sentence that goes on in the next line of the source.
GOES_ON = re.compile(r'"\s*(?:\+\s*)?\n\s*"')


def sentences() -> str:
    """Everything that the extension and its jobs say, as one text; what fills a place is left out."""
    files = [*(REPO / "primehub_nbext").rglob("*.py"), REPO / "static" / "words" / "en.js"]
    return "\n".join(GOES_ON.sub("", file.read_text(encoding="utf-8")) for file in files)


def test_the_page_is_made_of_the_markdown_of_now():
    page = help_page.PAGE.read_text(encoding="utf-8")
    assert help_page.digest() in page, "docs/help.md has changed: run dev/help_page.py (or make shots)"
    assert not FETCHES.search(page)


def test_the_messages_that_it_explains_are_there():
    table = help_page.SOURCE.read_text(encoding="utf-8").split("| message |")[1].split("\n\n")[0]
    messages = [row.split("|")[1].strip() for row in table.splitlines()[2:]]
    said = sentences()
    parts = [part.strip(" '`.") for message in messages for part in re.split(r"\*\(.*?\)\*|…| / |'…'", message)]
    assert len(messages) > 20 and [part for part in parts if part not in said] == []
