"""Makes the page that *Help* opens: docs/help.md in; static/help.html, which needs no other file, out."""

from __future__ import annotations

import hashlib
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
SOURCE, PAGE = REPO / "docs" / "help.md", REPO / "static" / "help.html"
# The host's fonts and blues. Nothing is fetched: the page works offline, at any base URL.
FRAME = """<!DOCTYPE html>
<!-- Made of docs/help.md by dev/help_page.py; sha256 of that: {digest} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>PrimeHub in the classic Notebook</title>
<style>
body {{ max-width: 820px; margin: 0 auto; padding: 20px 16px 60px; color: #222; background: #fff;
    font: 15px/1.55 "Helvetica Neue", Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }}
h1 {{ font-size: 26px; font-weight: 500; }}
h2 {{ margin-top: 32px; padding-bottom: 4px; border-bottom: 1px solid #ddd; font-size: 19px; font-weight: 500; }}
a {{ color: #23649f; }}
code {{ padding: 1px 4px; border-radius: 2px; background: #f3f3f3; font-size: 90%; }}
pre {{ padding: 8px 12px; overflow: auto; border-radius: 2px; background: #f3f3f3; }}
pre code {{ padding: 0; }}
table {{ width: 100%; border-collapse: collapse; }}
th, td {{ padding: 6px 10px; border-bottom: 1px solid #ddd; text-align: left; vertical-align: top; }}
th:first-child, td:first-child {{ width: 40%; padding-left: 0; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


def digest() -> str:
    """Of the Markdown that there is now; the page says of which one it was made."""
    return hashlib.sha256(SOURCE.read_bytes()).hexdigest()


def main() -> None:
    import mistune  # nbconvert brings it along

    body = mistune.create_markdown(plugins=["table"])(SOURCE.read_text(encoding="utf-8"))
    PAGE.write_text(FRAME.format(digest=digest(), body=body), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
