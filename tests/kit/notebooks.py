"""Cells in; a notebook file out. And what an executed notebook printed, and whether a browser could read it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook


def write_notebook(path: Path, *sources: str, kernel: str | None = "python3", tagged: str = "") -> Path:
    """A notebook of code cells, the first of them tagged; kernel None leaves out which kernel runs it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernelspec = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}} if kernel else {}
    cells = [new_code_cell(source) for source in sources]
    if tagged:
        cells[0].metadata.tags = [tagged]
    nbformat.write(new_notebook(cells=cells, metadata=kernelspec), str(path))
    return path


def printed(path: Path) -> list[str]:
    """The lines that the cells of an executed notebook printed."""
    cells = nbformat.read(str(path), as_version=4).cells
    streams = [each.text for cell in cells if cell.cell_type == "code" for each in cell.outputs if "text" in each]
    return "".join(streams).splitlines()


def injected(path: Path) -> str:
    """The source of the cell that papermill injected."""
    cells = nbformat.read(str(path), as_version=4).cells
    return next(cell.source for cell in cells if "injected-parameters" in cell.metadata.get("tags", []))


def strict_json(text: str) -> dict:
    """The text as a browser reads it: Python would also take NaN and Infinity."""

    def refuse(word: str):
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)
