"""Searching: text as somebody types it, and what a job has to say, in; both as they are compared out.

Parameters are searched as they are written in a job's command, because reading them takes long: up to 12 ms of
JSON, and 144 ms of the YAML of earlier versions, for each of thousands of jobs.
"""

from __future__ import annotations

import re

MAX_SEARCHED = 10_000  # characters of one job's parameters
QUOTES = re.compile(r"""['"\\]""")
KEY = re.compile(r'"(\w+)": |(?<=[{,\s])(\w+): ')


def plain(text: str) -> str:
    """In one case of letters, and without quotes, which are written in other places than one types them."""
    return QUOTES.sub("", text.casefold())


def parameter_words(written: str) -> str:
    """Parameters in flow style, as YAML or as a word of bash that holds it, as `{lr=0.1, city=taipei}`."""
    return plain(KEY.sub(r"\1\2=", written[:MAX_SEARCHED]))
