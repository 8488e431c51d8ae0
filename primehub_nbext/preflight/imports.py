"""Imports: a notebook and where its kernel finds modules in; findings about those that a job would not find, out."""

from __future__ import annotations

import ast
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .distributions import NAMESPACES, NAMESPACES_WITHIN, distribution_of
from .installs import first_install
from .interpreter import Module
from .script.cell import CodeCell
from .script.notebook import Script
from .subject import Subject, finding

MOST_SHOWN = 6  # names in a sentence
MOST_IMPORTS = 300  # more than anybody writes
PARTS = 3  # of a dotted name that are looked for, where several distributions share the first
FILE = re.compile(r"(?<![\w])([A-Za-z_]\w{0,99})\.py\b", re.ASCII)
ALLOWED_TO_FAIL = "raises-exception"  # a cell with this tag


@dataclass(frozen=True)
class Import:
    """A module that is imported whenever the notebook runs; `name` is dotted only within a shared namespace."""

    name: str
    cell: int
    line: int


def required_imports(script: Script) -> dict[str, Import]:
    """The first import of each module that nothing makes good for, before the notebook installs something itself.

    Not those in a function, which may never be called, in a branch, or where an error would be caught.
    """
    found: dict[str, Import] = {}
    limit, files = first_install(script), _files(script)
    for cell in script.cells:
        if ALLOWED_TO_FAIL in cell.tags:
            continue
        for node in _statements(cell) if "import" in cell.text else ():
            for name in _modules(node):
                if (cell.index, node.lineno) < limit and name not in files:
                    found.setdefault(name, Import(name, cell.index, node.lineno))
        if len(found) > MOST_IMPORTS:
            return {}
    return found


def find_imports(subject: Subject) -> list[dict[str, Any]]:
    """Findings about modules that are only in the home folder, or nowhere; silence where nobody could be asked."""
    if subject.same_image is False or not any(module.place in ("home", "") for module in subject.modules.values()):
        return []
    wanted = required_imports(subject.script)
    known = {name: subject.modules[name] for name in wanted if name in subject.modules}
    missing = {
        place: [wanted[name] for name, module in known.items() if module.place == place and not _of_colab(name)]
        for place in ("home", "")
    }
    # One cell for both, where pip can get all of it: below a cell that installs something nothing is told.
    both = _installation(subject, [*missing["home"], *missing[""]], known)
    found = []
    for place, code, message, hint in (
        (
            "home",
            "module_in_home",
            "Only your home folder has what the notebook imports: {modules}.",
            "A job has an empty home folder, so the import would fail there. Install it in the notebook itself, "
            "or choose an image that has it.",
        ),
        (
            "",
            "module_missing",
            "The kernel does not find what the notebook imports: {modules}.",
            "A job of the same image would not find it either. Install it in the notebook itself, or choose an image "
            "that has it.",
        ),
    ):
        here = missing[place]
        if here:
            found.append(
                finding(
                    "warning" if subject.same_image else "note",
                    code,
                    message,
                    hint,
                    cell=here[0].cell,
                    line=here[0].line,
                    fix=both or _installation(subject, here, known),
                    modules=_listed([each.name for each in here]),
                )
            )
    return found


def _of_colab(name: str) -> bool:
    """Whether machine.py tells of it, which knows that nothing can be installed."""
    return f"{name}.".startswith("google.colab.")


def _statements(cell: CodeCell) -> Iterator[ast.stmt]:
    """What a cell does whenever it runs, also within `with`; but what is in a `with suppress(…)` may fail."""
    pending = list(reversed(cell.tree.body)) if cell.tree else []
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.With, ast.AsyncWith)):
            if not any("suppress" in ast.dump(item.context_expr) for item in node.items):
                pending += reversed(node.body)
        else:
            yield node


def _modules(node: ast.stmt) -> list[str]:
    """What a statement imports, as it is asked for: top-level names, and dotted ones of shared namespaces."""
    if isinstance(node, ast.Import):
        names = [each.name for each in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
        shared = node.module.partition(".")[0] in NAMESPACES
        names = [node.module]
        if node.module in NAMESPACES | NAMESPACES_WITHIN:  # what follows `import` may be a module, or a name in one
            names = [f"{node.module}.{each.name}" for each in node.names]
        names = [name for name in names if not (shared and name.endswith(".*"))]
    else:
        return []
    found = []
    for name in names:
        parts = name.split(".")
        found.append(".".join(parts[:PARTS]) if parts[0] in NAMESPACES else parts[0])
    return [name for name in found if name not in ("__main__", "__future__") and name not in sys.builtin_module_names]


def _files(script: Script) -> set[str]:
    """Names of files of Python that the notebook mentions, which it may write or fetch, without their `.py`."""
    return {name for cell in script.cells if ".py" in cell.text for name in FILE.findall(cell.text)}


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:MOST_SHOWN])
    return shown if len(names) <= MOST_SHOWN else f"{shown} and {len(names) - MOST_SHOWN} more"


def _installation(subject: Subject, missing: list[Import], known: dict[str, Module]) -> dict[str, Any] | None:
    """A first cell that installs just these; None where pip could not get one of them."""
    wanted = []
    for each in missing:
        module = known[each.name]
        requirement = module.requirement if module.place == "home" else distribution_of(each.name)
        if requirement is None:
            return None
        wanted.append(requirement)
    first = next((cell.index for cell in subject.script.cells), 0)
    source = "%pip install " + " ".join(map(shlex.quote, sorted(set(wanted), key=str.lower)))
    return {"label": "Install it in a first cell", "edits": [{"cell": first, "insert": source}]}
