"""Quoting: any text in; one readable word of bash out, and back."""

from __future__ import annotations

import os
import re

PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+\Z")
WORD = re.compile(r"'([^']*)'|\$'((?:[^'\\]|\\.)*)'|\\(')|([A-Za-z0-9_@%+=:,./-]+)", re.DOTALL)


def quote(text: str) -> str:
    r"""`text` as one word of bash.

    Readable where it can be; bytes that a terminal or a page would hide or mangle (control characters, line breaks,
    direction marks, bytes that are no UTF-8) are written as `$'\\x…'`.
    """
    if PLAIN.match(text):
        return text
    if text.isprintable() and not any("\ud800" <= c <= "\udfff" for c in text):
        return "'" + text.replace("'", "'\\''") + "'"
    parts = []
    for character in text:
        if character in "'\\":
            parts.append("\\" + character)
        elif character.isprintable():
            parts.append(character)
        else:
            parts.extend(f"\\x{byte:02x}" for byte in os.fsencode(character))
    return "$'" + "".join(parts) + "'"


def unquote(word: str) -> str:
    """The inverse of `quote`. Raises ValueError."""
    parts = []
    for single, ansi, apostrophe, plain in WORD.findall(word):
        if ansi:
            raw = re.sub(
                rb"\\(?:x([0-9a-f]{2})|(['\\]))",
                lambda match: bytes([int(match[1], 16)]) if match[1] else match[2],
                ansi.encode("utf-8"),
            )
            parts.append(os.fsdecode(raw))
        else:
            parts.append(single or apostrophe or plain)
    return "".join(parts)
