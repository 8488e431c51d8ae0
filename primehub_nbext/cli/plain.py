"""Plain text: what others have written in; what a terminal can show without obeying it out.

Names, messages and logs come from anybody in the group. An escape sequence in them could rename the window, move the
cursor over what was said, or make the terminal type.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from ..jobs.request import is_shown

# Sequences that ECMA-48 knows: CSI; OSC and the other strings, to their end or the line's; all others.
SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b(?:[ -/]*[0-~])?"
)
WHOLE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\x07\x1b\n]*[\x07\n]|[ -/]*[0-OQ-WYZ\\`-~])")
COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
# All control characters but tab, line feed and escape, and those that turn the direction of writing.
CONTROL = re.compile("[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
LONGEST_SEQUENCE = 4096
# What stands for the dialogs' marks where a terminal has no such characters; each takes as many columns.
MARKS = str.maketrans("✓✕⚠◌○●⊘◔◼·…“”’", '+x!oo*-*#-.""\'')
RESET = "\x1b[0m"


def clean(text: object, lines: bool = False) -> str:
    """A text without what a terminal would obey; on one line, but where `lines` are wanted."""
    text = SEQUENCE.sub("", str(text)).replace("\t", "    ")
    if not lines:
        return "".join(character for character in " ".join(text.split("\n")) if is_shown(character))
    return "\n".join("".join(filter(is_shown, line)) for line in text.split("\n"))


def width(text: str) -> int:
    """The columns that a text takes up in a terminal."""
    return sum(map(_columns, text))


def fit(text: str, columns: int) -> str:
    """The text in so many columns: filled up with spaces, or cut with … at its end."""
    if (short := columns - width(text)) >= 0:
        return text + " " * short
    kept, left = "", columns - 1
    for character in text:
        left -= _columns(character)
        if left < 0:
            break
        kept += character
    return fit(kept + "…", columns) if columns > 0 else ""


def shortened(text: str, columns: int) -> str:
    """The text, cut where it takes up more columns than these."""
    return fit(text, columns) if width(text) > columns else text


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _plain_marks(error: UnicodeError) -> tuple[str, int]:
    """What is written in place of characters that the terminal's encoding has not."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    marks = error.object[error.start : error.end].translate(MARKS)
    return "".join(each if each.isascii() else "?" for each in marks), error.end


WITHOUT_MARKS = "primehub_nbext.plain"  # the name of that, for streams
codecs.register_error(WITHOUT_MARKS, _plain_marks)


class LogText:
    """Bytes of a log in, part after part; text that is safe to print out, with its colours where they are wanted."""

    def __init__(self, colours: bool):
        self._colours = colours
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""

    def feed(self, part: bytes, final: bool = False) -> str:
        """The text of one more part; what may go on in the next one is kept back, unless this is the last."""
        text = self._held + self._decoder.decode(part, final)
        self._held = ""
        if not final:
            text, self._held = _split(text)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = SEQUENCE.sub(lambda found: found[0] if self._colours and COLOUR.fullmatch(found[0]) else "", text)
        return CONTROL.sub("", text) + (RESET if final and self._colours else "")


def _split(text: str) -> tuple[str, str]:
    """What is whole, and a sequence, or a return before a line feed, that may only have begun."""
    at = text.rfind("\x1b")
    if at >= 0 and len(text) - at < LONGEST_SEQUENCE and not WHOLE.match(text, at):
        return text[:at], text[at:]
    return (text[:-1], "\r") if text.endswith("\r") else (text, "")
