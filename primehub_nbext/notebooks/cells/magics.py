"""The text of a cell in; the cell magics that it begins with, and the Python for the kernel below them, out."""

from __future__ import annotations

from dataclasses import dataclass

# Cell magics whose text is Python that runs in the kernel, as any cell.
PYTHON_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "lprun", "wandb", "debug", "local"})
MAX_MAGICS = 8  # cell magics one above the other


@dataclass(frozen=True)
class Magic:
    """A magic: `%name argument`, or `%%name argument` with the text below it.

    line : in the cell, from 1
    body : the text below a cell magic, None for a line magic
    """

    name: str
    argument: str
    line: int
    body: str | None = None


def cell_magics(text: str) -> tuple[list[Magic], str]:
    """The cell magics at the top; and what is below them, where that is Python, blank lines in place of all above."""
    magics, body = list[Magic](), text
    found = _first(body)
    while found and len(magics) < MAX_MAGICS:
        magic, below = found
        magics.append(magic)
        body = below if holds_python(magic) else ""
        found = _first(body) if body else None
    return magics, body


def holds_python(magic: Magic) -> bool:
    """Whether what is below a cell magic is Python for the kernel."""
    return magic.name in PYTHON_MAGICS


def _first(text: str) -> tuple[Magic, str] | None:
    if not text.lstrip().startswith("%%"):  # of most cells; no need to look at their lines
        return None
    before, lines = 0, text.splitlines(keepends=True)
    while before < len(lines) and not lines[before].strip():
        before += 1
    if before == len(lines) or not lines[before].startswith("%%"):
        return None
    name, _, argument = lines[before][2:].rstrip().partition(" ")
    if not name or name.endswith("?"):
        return None
    body = "".join(lines[before + 1 :])
    return Magic(name, argument.strip(), before + 1, body), "\n" * (before + 1) + body
