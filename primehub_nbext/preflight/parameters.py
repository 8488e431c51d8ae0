"""Parameters: what is typed for a notebook in; findings about what its parameters cell does not expect out."""

from __future__ import annotations

import difflib
from typing import Any

from ..notebooks.file import NotebookFile
from ..notebooks.parameters.candidates import tagged
from ..notebooks.parameters.declared import type_of
from ..notebooks.parameters.flow import to_yaml
from ..notebooks.parameters.injected import injected_cell, translator_of
from ..notebooks.parameters.names import names_in
from ..notebooks.parameters.values import shown
from .subject import Subject, finding

KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "str": "text",
    "list": "a list",
    "dict": "a dict",
    "null": "null",
}
# What works for another type as well, by habit of many notebooks: null for "none of it", 1 and 0 for truth values.
FITS = {"int": ("bool",), "float": ("int", "bool"), "bool": ("int",)}
# The names of languages as people write them, where those of Jupyter differ.
LANGUAGES = {"csharp": "C#", "fsharp": "F#", "pwsh": "PowerShell"}


def find_parameters(subject: Subject) -> list[dict[str, Any]]:
    """Findings about what is in the form: names, types and values that are not the notebook's; no way to inject."""
    notebook = subject.notebook
    if notebook is None or not subject.given:
        return []
    declared = {each["name"]: each for each in notebook.parameters}
    found = [*_not_written(notebook, subject.given)]
    for name, value in subject.given.items():
        if name in declared:
            found += _other_kind(declared[name], value)
        elif declared and tagged(notebook.cells) is not None and not _occurs(notebook, name):
            found.append(_unknown(name, declared))
    return found


def _unknown(name: str, declared: dict[str, dict[str, Any]]) -> dict[str, Any]:
    nearest = difflib.get_close_matches(name, declared, 1)
    lower = {each.lower(): each for each in declared}
    near = lower.get(name.lower()) or (nearest[0] if nearest else None)
    return finding(
        "warning",
        "unknown_parameter",
        "The notebook has no parameter `{name}`.",
        "It has `{nearest}`." if near else "Nothing in the notebook uses this name, so the value has no effect.",
        name=name,
        nearest=near,
    )


def _occurs(notebook: NotebookFile, name: str) -> bool:
    """Whether the notebook has this name anywhere, in code that can be read or in a word of what cannot."""
    sources = (cell["source"] for cell in notebook.cells if cell["type"] == "code" and name in cell["source"])
    return any(name in names_in(source).used | names_in(source).bound for source in sources)


def _other_kind(declared: dict[str, Any], value: Any) -> list[dict[str, Any]]:
    name, types, kind = declared["name"], declared["types"], type_of(value) or ""
    place = {"cell": declared["cell"], "line": declared["line"]}
    if value is None or not types:
        return []
    if kind not in types and not any(kind in FITS.get(each, ()) for each in types):
        was = KINDS[next(each for each in types if each != "null")] if types != ["null"] else KINDS["null"]
        as_text = "str" in types and kind in ("int", "float", "bool")
        return [
            finding(
                "warning",
                "parameter_type",
                "`{name}` was {was} in the notebook, and {value} is {kind}.",
                'Where it is meant as text, put quotes around it: {name}="{typed}".'
                if as_text
                else "The notebook's own value is {default}.",
                **place,
                name=name,
                was=was,
                kind=KINDS[kind],
                value=shown(to_yaml(value)),
                typed=to_yaml(value),
                default=shown(declared["default"]),
            )
        ]
    choices = declared["choices"]
    if choices and value not in choices:
        return [
            finding(
                "warning",
                "parameter_choice",
                "`{name}` is one of {choices} in the notebook, and {value} is none of them.",
                "Choose one of them, or change the notebook.",
                **place,
                name=name,
                choices=", ".join(shown(to_yaml(each)) for each in choices[:10]),
                value=shown(to_yaml(value)),
            )
        ]
    return []


def _not_written(notebook: NotebookFile, given: dict[str, Any]) -> list[dict[str, Any]]:
    if injected_cell(notebook.language, given, notebook.kernel) is not None:
        return []
    language = LANGUAGES.get(notebook.language, notebook.language)
    translator = translator_of(notebook.language, notebook.kernel)
    names = [name for name in given if injected_cell(notebook.language, {name: given[name]}, notebook.kernel) is None]
    return [
        finding(
            "warning",
            "parameter_not_written",
            "papermill, which runs the job, cannot write `{name}` into a notebook in {language}."
            if translator
            else "papermill, which runs the job, cannot give parameters to a notebook in {language}.",
            "Such a job fails before its first cell: "
            + ("give the value in another form." if translator else "submit it without parameters."),
            name=name,
            language=language or "this language",
        )
        for name in (names if translator else names[:1])
    ]
