"""Failure: the outputs of the cell that failed, as bytes of a file, in; the error and its traceback out."""

from __future__ import annotations

import json
import re
from typing import Any

from ..notebooks.scanner import Pieces

ERROR, ERROR_END = b'\n    {\n     "ename": ', b"\n    }"
TRACEBACK = b'\n     "traceback": [\n'
HEAD = 64 * 1024  # bytes of an error that are read for what it is and where
TAIL = 256 * 1024  # bytes of it that are read for the traceback, in which colours take 6 bytes for one
MAX_TRACEBACK = 64 * 1024  # characters
MAX_VALUE, MAX_NAME = 4000, 200
ANSI = re.compile("\x1b\\[[0-9;]*m")
ARROW, LINE = re.compile(r"^-+> (\d+)", re.M), re.compile(r"\bline (\d+)")


def read_error(file: Pieces, begin: int, end: int) -> dict[str, Any] | None:
    """`{"name", "value", "traceback", "line"}` of the last error among outputs at `[begin, end)`; None for none.

    `traceback` is the last part of it, with the colours that Jupyter's kernels put in; `line` is that of the cell.
    """
    at = file.rfind(ERROR, begin, end)
    if at < 0:
        at = file.find(ERROR, begin, end)
    if at < 0:
        return None
    at += len("\n    {\n")
    stop = file.find(ERROR_END, at, end)
    stop = end if stop < 0 else stop
    fields = dict(_field(line) for line in file.read(at, min(HEAD, stop - at)).split(b"\n")[:2])
    begin = file.find(TRACEBACK, at, stop)
    begin = stop if begin < 0 else begin + len(TRACEBACK)
    first = _texts(file.read(begin, min(HEAD, stop - begin)))
    last = max(begin, stop - TAIL)
    return error(fields.get("ename"), fields.get("evalue"), _texts(file.read(last, stop - last)), first)


def error(name: object, value: object, traceback: list[str], beginning: list[str] | None = None) -> dict[str, Any]:
    """An error as `read_error` answers it; `beginning`: of its traceback, where that was cut."""
    plain = ANSI.sub("", "\n".join(beginning or traceback))
    line = ARROW.search(plain) or LINE.search(plain)
    return {
        "name": name[:MAX_NAME] if isinstance(name, str) else None,
        "value": value[:MAX_VALUE] if isinstance(value, str) else None,
        "traceback": "\n".join(traceback)[-MAX_TRACEBACK:],
        "line": int(line[1]) if line and len(line[1]) < 9 else None,
    }


def _field(line: bytes) -> tuple[str, str]:
    name, _, value = line.strip().partition(b": ")
    return name.strip(b'"').decode("utf-8", "replace"), _text(value.rstrip(b",")) or ""


def _texts(lines: bytes) -> list[str]:
    """What lines of a JSON list of strings hold; of the first and the last as much as is there."""
    texts = []
    for line in lines.split(b"\n"):
        text = _text(line.strip().rstrip(b","))
        if text is not None:
            texts.append(text)
    return texts


def _text(word: bytes) -> str | None:
    """What a JSON string holds, or as much as is left of one that was cut before or behind; None for another thing."""
    text = word.decode("utf-8", "ignore")
    if not text.startswith('"'):
        # Where a line begins, or else after some plain text, is no escape cut in two.
        cut = re.search(r"(?<!\\)\\n", text) or re.search(r'[^\\"]{6}', text)
        if not (cut and text.endswith('"')):
            return None
        text = '"' + text[cut.end() :]
    if len(text) < 2 or not _closed(text):
        text = re.sub(r"\\(?:u[0-9a-fA-F]{0,3})?\Z", "", text) + '"'
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _closed(text: str) -> bool:
    """Whether a string's last character closes it, and is not escaped."""
    body = text[:-1]
    return text.endswith('"') and (len(body) - len(body.rstrip("\\"))) % 2 == 0
