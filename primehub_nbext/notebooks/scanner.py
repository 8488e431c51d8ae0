"""Scanning: the descriptor of a notebook of any size in; its cells out, and where in the file their outputs are.

For notebooks that are laid out as nbformat writes them (keys in order, indented by one space), which papermill's are.
The file is read once, in pieces, and what is in the outputs is never taken apart: 200 MB of them cost about 0.2 s, and
no more memory than a piece and the largest source. Not through a memory map: papermill writes the file anew after
each cell, and reading from a map of a file that was just cut off would end the process.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

FIRST, NO_CELLS = b'{\n "cells": [\n  {\n', b'{\n "cells": [],\n'
CELL_END, NEXT, LAST = b"\n  }", b",\n  {\n", b"\n ],\n"
OUTPUTS, OUTPUTS_END = b'\n   "outputs": [\n', b'\n   ],\n   "source": '
PICTURES = b'  {\n   "attachments": '
PAPERMILL, PRIMEHUB, SECTION_END = b'\n  "papermill": {\n', b'\n  "primehub": {\n', b"\n  }"
PIECE = 256 * 1024  # bytes that are searched at once: other requests wait for about 0.1 ms
MAX_CELLS = 20_000
MAX_CELL = 8 * 1024 * 1024  # bytes of one cell without its outputs
MAX_NOTES = 1024 * 1024  # bytes of what papermill notes about the whole run


@dataclass(frozen=True)
class ScannedCell:
    """A cell without its outputs, and where these are in the file: `[begin, end)` is their JSON, brackets and all."""

    cell: dict[str, Any]
    outputs: tuple[int, int] | None


@dataclass(frozen=True)
class ScannedNotebook:
    """The cells of a notebook, and what papermill and the job noted of the whole run (`{}` where there is nothing)."""

    cells: list[ScannedCell]
    papermill: dict[str, Any]
    primehub: dict[str, Any] = field(default_factory=dict)


def scan(descriptor: int) -> ScannedNotebook:
    """The notebook behind a descriptor; its offset is not used.

    Raises ValueError for what is half-written, changed meanwhile, or laid out in another way; OSError.
    """
    before = _state(descriptor)
    file = Pieces(descriptor)
    cells: list[ScannedCell] = []
    begin = len(FIRST) - len("  {\n")
    if file.read(0, len(NO_CELLS)) == NO_CELLS:
        at = len(NO_CELLS) - len("\n")
    elif file.read(0, len(FIRST)) == FIRST:
        while True:
            at = file.find(CELL_END, begin)
            if at < 0 or len(cells) == MAX_CELLS:
                raise ValueError("the end is missing, or there is none")
            end = at + len(CELL_END)
            after = file.read(end, max(len(NEXT), len(LAST)))
            if after.startswith((NEXT, LAST)):
                cells.append(_cell(file, begin, end))
                if after.startswith(LAST):
                    break
                begin = end + len(",\n")
            else:
                raise ValueError("another layout")
        at = end
    else:
        raise ValueError("another layout")
    size = before[1]
    if not file.read(max(at, size - 16), 16).rstrip().endswith(b"}"):
        raise ValueError("the end is missing")
    papermill, primehub = (_section(file, at, name) for name in (PAPERMILL, PRIMEHUB))
    if _state(descriptor) != before:
        raise ValueError("it was written meanwhile")
    return ScannedNotebook(cells, papermill, primehub)


def _state(descriptor: int) -> tuple[int, int]:
    about = os.fstat(descriptor)
    return about.st_mtime_ns, about.st_size


def _cell(file: Pieces, begin: int, end: int) -> ScannedCell:
    outputs_begin = file.find(OUTPUTS, begin, end)
    if outputs_begin < 0 and end - begin > MAX_CELL and file.read(begin, len(PICTURES)) == PICTURES:
        return ScannedCell({"cell_type": "markdown"}, None)  # only such cells have them
    if outputs_begin < 0:
        text, outputs = file.read(begin, _small(end - begin)), None
    else:
        outputs_begin += len(OUTPUTS) - len("[\n")
        outputs_end = file.rfind(OUTPUTS_END, outputs_begin, end)
        if outputs_end < 0:
            raise ValueError("another layout")
        outputs_end += len("\n   ]")
        head, tail = (begin, outputs_begin), (outputs_end, end)
        _small(head[1] - head[0] + tail[1] - tail[0])
        text = file.read(head[0], head[1] - head[0]) + b"[]" + file.read(tail[0], tail[1] - tail[0])
        outputs = (outputs_begin, outputs_end)
    cell = json.loads(str(text, "utf-8"))
    if not isinstance(cell, dict):
        raise ValueError("not a cell")
    return ScannedCell(cell, outputs)


def _small(size: int) -> int:
    if size > MAX_CELL:
        raise ValueError("a cell is too large")
    return size


def _section(file: Pieces, begin: int, name: bytes) -> dict[str, Any]:
    """A section of the notebook's metadata; `{}` where there is none."""
    at = file.find(name, begin)
    if at < 0:
        return {}
    at += len(name) - len("{\n")
    end = file.find(SECTION_END, at, at + MAX_NOTES)
    try:
        notes = json.loads(str(file.read(at, end + len(SECTION_END) - at), "utf-8")) if end >= 0 else {}
    except ValueError:  # NaN and the like are read; what else there may be is not worth the cells
        return {}
    return notes if isinstance(notes, dict) else {}


class Pieces:
    """A file in pieces, for searching: whatever its size, one piece of it is held."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor
        self._begin, self._piece = 0, b""

    def read(self, begin: int, size: int) -> bytes:
        """So many bytes, fewer at the end of the file; what is held is not read again."""
        at = begin - self._begin
        if at >= 0 and at + size <= len(self._piece):
            return self._piece[at : at + size]
        parts, got = [], 0
        while got < size:
            part = os.pread(self._descriptor, size - got, begin + got)
            if not part:
                break
            parts.append(part)
            got += len(part)
        return b"".join(parts)

    def find(self, what: bytes, begin: int, end: int | None = None) -> int:
        """As `bytes.find`."""
        while end is None or begin < end:
            if not self._begin <= begin <= self._begin + len(self._piece) - len(what):
                self._begin, self._piece = begin, os.pread(self._descriptor, PIECE, begin)
                if len(self._piece) < len(what):
                    return -1
            at = self._piece.find(what, begin - self._begin)
            if at >= 0:
                at += self._begin
                return at if end is None or at + len(what) <= end else -1
            begin = self._begin + len(self._piece) - len(what) + 1
        return -1

    def rfind(self, what: bytes, begin: int, end: int) -> int:
        """As `bytes.rfind`; looks near the end first."""
        size = 4096
        while True:
            start = max(begin, end - size)
            at = self.read(start, end - start).rfind(what)
            if at >= 0:
                return start + at
            if start == begin or size > MAX_CELL:
                return -1
            size *= 4
