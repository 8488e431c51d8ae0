"""Differing texts: two of them, of any length, in; from each a piece out, which begins shortly before they differ."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from .output_texts import quiet

MAX_TEXT = 4000  # characters of a piece
CONTEXT = 3  # lines before the first that differs


def excerpts(left: str | None, right: str | None) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """`{"text", "skipped": lines before it, "cut": whether it goes on}` of each; None of a text that is None."""
    lines = [[] if each is None else each.split("\n") for each in (left, right)]
    alike = sum(1 for _ in takewhile(lambda pair: quiet(pair[0]) == quiet(pair[1]), zip(*lines)))
    skipped = max(0, alike - CONTEXT) if alike < max(map(len, lines)) else 0
    pieces: list[dict[str, Any] | None] = []
    for text, each in zip((left, right), lines):
        rest = "\n".join(each[skipped:])
        piece = {"text": rest[:MAX_TEXT], "skipped": min(skipped, len(each)), "cut": len(rest) > MAX_TEXT}
        pieces.append(None if text is None else piece)
    return pieces[0], pieces[1]
