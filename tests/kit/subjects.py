"""Sources of cells in; what a family of findings looks at out."""

from __future__ import annotations

from typing import Any

from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.preflight.subject import Subject


def subject_of(
    *sources: str, tags: dict[int, list[str]] | None = None, language: str = "python", **known: Any
) -> Subject:
    """A notebook of these code cells, with tags by their index, and what else is known of it."""
    cells = [
        {"type": "code", "source": source, "tags": (tags or {}).get(index, []), "execution_count": None}
        for index, source in enumerate(sources)
    ]
    notebook = NotebookFile("python3", language, [], has_code=bool(cells), by_papermill=False, cells=cells)
    return Subject("train.ipynb", notebook, **known)
