"""Output texts: a cell's outputs, as nbformat has them, in; what two runs are compared by out: text, and checksums.

What a browser could run or draw (HTML, images, anything but plain text) is never told itself: only its type, and
whether it is the same.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from .failure import ANSI

# Another in each run, whatever the cell does: addresses in memory, and the folder of a kernel's cells.
NOISE = re.compile(r"\b0x[0-9a-f]{6,16}\b|\bipykernel_[0-9]+\b")
WIDGET = "widget-view+json"  # the id of a widget is another in each run
MAX_TYPE = 100  # characters of a MIME type
MAX_MEDIA = 20  # MIME types that are told of one cell


@dataclass(frozen=True)
class OutputTexts:
    """What outputs come to.

    text : all plain text, without colours; of an error its name and value, since tracebacks name files of the run
    media : MIME types of all else, and a checksum of each that there is, in order
    """

    text: str
    media: tuple[tuple[str, str], ...]

    def same_as(self, other: OutputTexts) -> bool:
        """Whether they say the same, apart from what is another in each run."""
        return self.media == other.media and quiet(self.text) == quiet(other.text)


def quiet(text: str) -> str:
    """The text without what is another in each run."""
    return NOISE.sub("…", text)


def output_texts(outputs: object) -> OutputTexts:
    """Of a cell's outputs; what is not as nbformat has it is left out."""
    texts: list[str] = []
    media: list[tuple[str, str]] = []
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            texts.append(_joined(output.get("text")))
        elif kind == "error":
            texts.append(f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}\n")
        else:
            data = output.get("data")
            for name, value in data.items() if isinstance(data, dict) else ():
                if name == "text/plain":
                    texts.append(_joined(value).rstrip("\n") + "\n")
                elif WIDGET not in name:
                    written = json.dumps(value, sort_keys=True)
                    media.append((name[:MAX_TYPE], hashlib.blake2b(written.encode(), digest_size=16).hexdigest()))
    lines = ANSI.sub("", "".join(texts)).rstrip("\n").split("\n")
    # What a progress bar wrote over is not seen either.
    return OutputTexts("\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines), tuple(media))


def media_told(left: OutputTexts | None, right: OutputTexts | None) -> list[dict[str, Any]]:
    """`[{"type", "counts": [of each side], "same"}]` of what is no text."""
    sums: dict[str, tuple[list[str], list[str]]] = {}
    for side, each in enumerate((left, right)):
        for name, digest in each.media if each else ():
            sums.setdefault(name, ([], []))[side].append(digest)
    return [
        {"type": name, "counts": [len(one), len(other)], "same": one == other}
        for name, (one, other) in list(sums.items())[:MAX_MEDIA]
    ]


def _joined(text: object) -> str:
    if isinstance(text, list):
        return "".join(each for each in text if isinstance(each, str))
    return text if isinstance(text, str) else ""
