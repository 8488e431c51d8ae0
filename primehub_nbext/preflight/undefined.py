"""Undefined: a notebook in; findings about names that it uses before, or without, a cell that defines them, out.

A job runs the cells from top to bottom in a fresh kernel. What a name stands for in the editor may come from a cell
further down that ran earlier, or from one that is gone.
"""

from __future__ import annotations

import ast
import builtins
import datetime
import glob
import random
import re
import time
from typing import Any

from ..notebooks.cells.magics import holds_python
from ..notebooks.cells.nodes import walk
from .script.cell import CodeCell
from .script.commands import automagic
from .script.flow import MAYBE, SURE
from .script.notebook import Call
from .script.run import Event, Run
from .script.statements import EVERYTHING
from .subject import Subject, finding
from .syntax import DIALECTS

CATCHING = {"NameError", "Exception", EVERYTHING}
WORD = re.compile(r"[^\W\d]\w*")
# Python's own of all versions, and what IPython and its kernel put beside them.
KNOWN = {
    *dir(builtins),
    *("aiter", "anext", "BaseExceptionGroup", "EncodingWarning", "ExceptionGroup", "PythonFinalizationError"),
    *("__annotations__", "__builtin__", "__builtins__", "__session__", "_", "__", "___", "_i", "_ii", "_iii"),
    *("In", "Out", "_ih", "_oh", "_dh", "_exit_code", "display", "exit", "get_ipython", "quit"),
    *("__IPYTHON__", "sc", "spark", "sqlContext"),  # and what kernels made for Spark have
}
# Python 2's own, which are used where a version is asked for.
FORMER = {
    "basestring",
    "cmp",
    "execfile",
    "file",
    "long",
    "raw_input",
    "reduce",
    "reload",
    "unichr",
    "unicode",
    "xrange",
}
# By what is called of these, a cell makes names, or asks for those that there are.
ASKING = {"dir", "exec", "globals", "locals", "vars"}
NUMBERED = re.compile(r"_i?\d+\Z")  # what cells showed, and what they were
# Magics after which any name may be there; and extensions that are known to define none.
DEFINING = {"edit", "ed", "load", "loadpy", "macro", "pylab", "rerun", "recall", "rep", "run", "store", "cython", "R"}
DEFINING_CALLS = {"sympy.var", "sympy.init_session", "sympy.interactive.init_session"}
HARMLESS_EXTENSIONS = {
    *("autoreload", "autotime", "black", "bigquery", "cudf.pandas", "dotenv", "google.cloud.bigquery", "jupyter_black"),
    *("jupyternotify", "lab_black", "line_profiler", "memory_profiler", "nb_black", "rpy2.ipython", "scalene", "sql"),
    *("tensorboard", "watermark", "wurlitzer", "google.colab.data_table"),
}
# What everybody calls them, so that the import that is missing is known.
IMPORTS = {
    **{name: f"import {name}" for name in ("datetime", "glob", "json", "math", "os", "random", "re", "sys", "time")},
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
    "tf": "import tensorflow as tf",
    "torch": "import torch",
}
# Those of these modules that have something of their own name, which may be what is missing.
NAMESAKES = {"datetime": datetime, "glob": glob, "random": random, "time": time}


def find_undefined(subject: Subject) -> list[dict[str, Any]]:
    """Findings about names, the first use of each."""
    script = subject.script
    kernel = subject.notebook.kernel if subject.notebook else ""
    if not script.cells or "spark" in kernel or DIALECTS.search(kernel):
        return []
    run, cells = subject.run, script.cells
    defined: dict[str, tuple[int, Event]] | None = None
    defining = {call.cell.index for call in script.calls_named(DEFINING_CALLS.__contains__)}
    defining |= {call.cell.index for call in script.calls_named(ASKING.__contains__) if _asks(call)}
    bound = set(subject.given) | KNOWN
    words = set[str]()  # of magics
    found: list[dict[str, Any]] = []
    typed = -1  # the cell that is a magic without its %
    passed = 0  # cells that are known to define what can be seen in them
    for order, event in run.unbound:
        while passed < len(cells) and cells[passed].index <= event.at.index:
            if cells[passed].index in defining or _defines_anything(cells[passed]):
                return found
            words |= _words(cells[passed])
            lone = automagic(cells[passed].text, script.magics)
            if lone and lone.name not in bound and not _is_bound_before(run, lone.name, cells[passed]):
                typed = cells[passed].index
            passed += 1
        name = event.step.name
        if name not in bound and event.at.index != typed and not NUMBERED.match(name):
            bound.add(name)  # said once
            if name in words or run.may_have_made(name, event.at):
                continue
            defined = _definitions(run) if defined is None else defined  # most notebooks have all their names
            later = defined.get(name)
            hidden = later is None and script.is_bound(name)  # in a function, which may be what makes it
            further = later is not None and later[0] > order and _place(later[1]) != _place(event)
            said = _finding(event, name, later[1] if later and further else None, hidden)
            if said:
                found.append(said)
    return found


def _asks(call: Call) -> bool:
    """Whether a call of those in ASKING makes names of the notebook, or asks for those that there are."""
    if call.name == "dir":
        return not call.node.args
    return call.name in ("exec", "globals") or call.scope is None


def _is_bound_before(run: Run, name: str, cell: CodeCell) -> bool:
    return any(each.step.kind == "bind" and each.at.index < cell.index for each in run.of_name(name))


def _place(event: Event) -> tuple[int, int]:
    return event.cell.index, event.line


def _finding(event: Event, name: str, later: Event | None, hidden: bool) -> dict[str, Any] | None:
    """The finding about a use, None where the cell may do without the name."""
    step = event.step
    if CATCHING & set(step.caught) or {"raises-exception", "skip-execution"} & set(event.at.tags):
        return None
    ran_first = later is not None and _ran_before(later.at, event.at)
    if (
        step.sure == MAYBE and (hidden or later or name in FORMER) and not ran_first
    ):  # what defines it may be what decides on the branch
        return None
    severity = "error" if step.sure == SURE and not hidden else "warning"
    place: dict[str, Any] = {"cell": event.cell.index, "line": event.line, "name": name}
    if later is not None:
        return finding(
            severity,
            "defined_later",
            "`{name}` is used here, but only defined further down.",
            "In the editor that cell ran first, but a job runs the cells from top to bottom: move it up."
            if ran_first
            else "A job runs the cells from top to bottom: move what defines it up.",
            **place,
        )
    statement = IMPORTS.get(name) if _is_module(name, event.cell) else None
    edits = [{"cell": event.cell.index, "insert": statement}]
    return finding(
        severity,
        "undefined_name",
        "`{name}` is used here, but no cell defines it.",
        "A job starts with a fresh kernel, where what an earlier session defined is not there: add the cell, or the "
        "import, that defines it.",
        fix={"label": f"Add {statement}", "edits": edits} if statement else None,
        **place,
    )


def _is_module(name: str, cell: CodeCell) -> bool:
    """Whether a cell means a module by a name: `datetime.now` and `glob("*")` are of what is in the module."""
    module = NAMESAKES.get(name)
    if module is None or cell.tree is None:
        return True
    nodes = list(walk(cell.tree))
    taken = {id(each.value): each.attr for each in nodes if isinstance(each, ast.Attribute)}
    uses = [each for each in nodes if isinstance(each, ast.Name) and each.id == name]
    return all(id(each) in taken and hasattr(module, taken[id(each)]) for each in uses)


def _definitions(run: Run) -> dict[str, tuple[int, Event]]:
    """Where in the order of things each name is bound first."""
    found: dict[str, tuple[int, Event]] = {}
    for order, event in enumerate(run.events):
        if event.step.kind == "bind":
            found.setdefault(event.step.name, (order, event))
    return found


def _defines_anything(cell: CodeCell) -> bool:
    """Whether names may come out of a cell that cannot be seen in it."""
    if not cell.known or cell.flow.steps is None or cell.names.stars:
        return True
    for magic in cell.magics:
        extension = magic.argument.split()[0] if magic.argument.split() else ""
        if magic.name in DEFINING or (
            magic.name in ("load_ext", "reload_ext") and extension not in HARMLESS_EXTENSIONS
        ):
            return True
    return any(word in cell.text for word in ("__main__.", "builtins", "user_ns", "run_cell", "get_ipython().ex"))


def _words(cell: CodeCell) -> set[str]:
    """The words of a cell's magics, any of which may be a name that they define."""
    return {
        word
        for magic in cell.magics
        for word in WORD.findall(magic.argument + ("" if holds_python(magic) else f" {magic.body or ''}"))
    }


def _ran_before(one: CodeCell, other: CodeCell) -> bool:
    """Whether the editor's counts say that a cell ran before another."""
    counts = one.execution_count, other.execution_count
    return None not in counts and counts[0] < counts[1]  # type: ignore[operator]
