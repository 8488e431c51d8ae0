"""What a notebook says about itself: its bytes in; its kernel and its parameters cell out.

Not with nbformat: to import it takes several times as long as to read a notebook of 100 MB. And cell by cell where the
file is laid out as Jupyter saves it, because what costs most is memory that was not used before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import InvalidNotebook, NoKernel
from .parameters.declared import declared_parameters

if TYPE_CHECKING:
    import mmap

VERSIONS = (1, 2, 3, 4)  # of the file format, as nbformat knows them
# The layout in which nbformat writes: keys in order, indented by one space.
FIRST_CELL, NEXT_CELL, LAST_CELL = b'{\n "cells": [\n  {\n', b"\n  },\n  {\n", b"\n  }\n ],\n"
WINDOW = 1024 * 1024
MAX_SOURCES = 4 * 1024 * 1024  # characters of all cells together; of more nothing is said


@dataclass(frozen=True)
class NotebookFile:
    """What a job needs to know of a notebook.

    kernel : its name
    language : in which the cells are written
    parameters : as parameters/declared.py has them, each with the index of its "cell"
    has_code : whether there is anything to run
    by_papermill : whether papermill wrote it, as an output
    cells : `[{"type", "source", "tags", "execution_count"}]`, all of them in their order, so that the
        position is the cell's index; none where there is more source than anybody writes
    """

    kernel: str
    language: str
    parameters: list[dict[str, Any]]
    has_code: bool
    by_papermill: bool
    cells: list[dict[str, Any]] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def from_answer(cls, answer: dict[str, Any]) -> NotebookFile:
        """What `examine` says, as an object. Raises InvalidNotebook, NoKernel."""
        if "code" in answer:
            raise NoKernel() if answer["code"] == NoKernel.code else InvalidNotebook()
        return cls(**answer)


def examine(content: bytes | mmap.mmap) -> dict[str, Any]:
    """The fields of NotebookFile for the notebook that these bytes are, or `{"code"}` of the error."""
    try:
        try:
            notebook = _load_by_cells(content)
        except (ValueError, RecursionError):  # another layout, or not a notebook
            notebook = json.loads(str(content, "utf-8"))
    except (ValueError, RecursionError):
        return {"code": InvalidNotebook.code}
    return examine_notebook(notebook)


def examine_notebook(notebook: Any) -> dict[str, Any]:
    """As `examine`, of what JSON made of it."""
    try:
        if notebook.get("nbformat", 1) not in VERSIONS:
            return {"code": InvalidNotebook.code}
        metadata = notebook["metadata"]
        cells = notebook["cells"] if "cells" in notebook else notebook["worksheets"][0]["cells"]
        if not isinstance(cells, list) or not all(isinstance(cell["cell_type"], str) for cell in cells):
            return {"code": InvalidNotebook.code}
        kernelspec = metadata.get("kernelspec") or {}
        kernel = kernelspec.get("name")
        # As papermill looks for it, which writes the parameters.
        language = str(metadata.get("language_info", {}).get("name") or kernelspec.get("language") or "python")
        parameters = _parameters(cells, language)
        about = {"has_code": any(map(_is_code, cells)), "by_papermill": isinstance(metadata.get("papermill"), dict)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {"code": InvalidNotebook.code}
    if not isinstance(kernel, str) or not kernel.strip():
        return {"code": NoKernel.code}
    return {"kernel": kernel, "language": language, "parameters": parameters, "cells": _sources(cells), **about}


def _load_by_cells(content: bytes | mmap.mmap) -> dict[str, Any]:
    """The notebook, but for the outputs of its cells.

    The cells are JSON each, and so is the file without them: then the file is JSON, and this is what it holds. Raises
    ValueError where that is not so, or cannot be told.
    """
    if content[: len(FIRST_CELL)] != FIRST_CELL:
        raise ValueError
    cells = []
    begin = len(FIRST_CELL) - len("  {\n")
    at = _find(content, NEXT_CELL, begin)
    while at >= 0:
        cells.append(_load_cell(content[begin : at + len("\n  }")]))
        begin = at + len("\n  },\n")
        at = _find(content, NEXT_CELL, begin)
    at = _find(content, LAST_CELL, begin)
    if at < 0:
        raise ValueError
    end = at + len("\n  }")
    cells.append(_load_cell(content[begin:end]))
    notebook: dict[str, Any] = json.loads(str(FIRST_CELL[: -len("  {\n")] + content[end:], "utf-8"))
    if notebook["cells"] != []:
        raise ValueError
    notebook["cells"] = cells
    return notebook


def _load_cell(content: bytes) -> Any:
    cell = json.loads(str(content, "utf-8"))
    if isinstance(cell, dict):
        cell.pop("outputs", None)
    return cell


def _find(content: bytes | mmap.mmap, what: bytes, begin: int) -> int:
    """As `bytes.find`, which is much faster than that of a memory map; in steps, because slices of it are copies."""
    step = 4096
    while begin < len(content):
        at = content[begin : begin + step].find(what)
        if at >= 0:
            return begin + at
        begin += step - len(what) + 1
        step = min(2 * step, WINDOW)
    return -1


def _sources(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `NotebookFile.cells` says of the cells of any version of the format."""
    found = []
    for cell in cells:
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        count = cell.get("execution_count", cell.get("prompt_number"))
        found.append(
            {
                "type": cell["cell_type"],
                "source": _source(cell),
                "tags": [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
                "execution_count": count if type(count) is int else None,
            }
        )
    return found if sum(len(each["source"]) for each in found) <= MAX_SOURCES else []


def _source(cell: dict[str, Any]) -> str:
    """The text of a cell; before version 4 of the format that of a code cell is called input."""
    source = cell.get("source", cell.get("input"))
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _is_code(cell: dict[str, Any]) -> bool:
    """Whether a cell holds something to run."""
    return cell["cell_type"] == "code" and bool(_source(cell).strip())


def _parameters(cells: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """What the first cell tagged `parameters` declares; papermill's convention."""
    for index, cell in enumerate(cells):
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        if cell["cell_type"] == "code" and isinstance(tags, list) and "parameters" in tags:
            declared = declared_parameters(_source(cell), language)
            return [{**each, "cell": index} for each in declared]
    return []
