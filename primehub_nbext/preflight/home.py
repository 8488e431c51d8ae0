"""Home: a notebook's script in; findings about what it reads or writes where a job has nothing of the user's, out."""

from __future__ import annotations

import ast
import os
from typing import Any

from ..notebooks.cells.nodes import walk
from .missing import blind_from
from .paths.calls import FETCH, GO, LINK, MAKE, MAY, READ, SEARCH, WRITE
from .paths.edits import edits_of, spots_of
from .paths.functions import words
from .paths.uses import Use, is_below
from .script.shell import commands
from .script.statements import EVERYTHING, exceptions
from .subject import Subject, finding

# In the home folder of a job as here: links to what is mounted, and what PrimeHub collects.
MOUNTED = frozenset({"artifacts", "datasets", "phfs"})
# What libraries keep for themselves; they make it anew where it is missing.
CACHES = words("""
    .cache .keras .torch .local .config .ipython .jupyter .matplotlib .fastai .mxnet .npm .conda .nv .triton
    .tensorflow_datasets tensorflow_datasets scikit_learn_data nltk_data seaborn-data .bashrc .bash_profile .profile
""")
ROOT = "/root"
# Whoever asks whether a file is there, or catches what it is when it is not, has an answer for a job, too.
ASKING = words("os.path.exists os.path.isfile os.path.isdir os.access .exists .is_file .is_dir")
CATCHING = words("FileNotFoundError OSError IOError EnvironmentError Exception") | {EVERYTHING}
TESTS = words("[ [[ test")


def find_home(subject: Subject) -> list[dict[str, Any]]:
    """Findings about the home folder outside the group volume, and relative paths that leave the volume; one a path."""
    home, volume = subject.home, subject.volume
    if not home or not volume:
        return []
    found, seen, made = list[dict[str, Any]](), set[str](), list[str]()
    fine = {os.path.join(home, name) for name in (*MOUNTED, *CACHES, *subject.home_links)}
    fine |= {os.path.join(ROOT, name) for name in CACHES}
    for use in subject.uses:
        if use.deed == GO and use.place == home and blind_from(subject):
            made.append(home)  # where something is fetched, or run, by whatever names
        if use.place is None or use.place in seen or not _is_of_user(use, home, volume, fine):
            continue
        reads = use.deed in (READ, GO, SEARCH) and not any(
            is_below(use.place, each) or is_below(each, use.place) for each in made
        )
        hidden = use.place != home and os.path.relpath(use.place, home).startswith(".") and not use.relative
        writes = use.deed == WRITE and not hidden and not is_below(use.place, ROOT)
        if use.deed in (WRITE, MAKE, MAY, FETCH, LINK):
            made.append(use.place)
        if writes or (reads and not _asked(subject, use)):
            seen.add(use.place)
            found.append(_told(subject, use, "read" if reads else "write"))
    return found


def _asked(subject: Subject, use: Use) -> bool:
    """Whether the notebook lives with a file that is not there: it asks before, or catches the error."""
    if use.shell:
        before = "\n".join(use.cell.lines[: use.end])
        names = {command.name for shell in use.cell.shell if shell.line <= use.line for command in commands(shell.text)}
        return bool(TESTS & names) or "||" in before
    for call in subject.script.calls_named(lambda name: name in ASKING):
        asked = call.node.args[0] if call.node.args else getattr(call.node.func, "value", None)
        text = subject.texts.of(asked, call.cell, call.scope)
        if text.whole and text.head.rstrip("/") in (use.place, use.text.head):
            return True
    return any(
        each.body[0].lineno <= use.line <= (each.body[-1].end_lineno or 0) and CATCHING & _caught(each)
        for each in (walk(use.cell.tree) if use.cell.tree else ())
        if isinstance(each, (ast.Try, ast.With))
    )


def _caught(node: ast.Try | ast.With) -> set[str]:
    """The names of the exceptions that do not leave its body."""
    if isinstance(node, ast.Try):
        return {name for handler in node.handlers for name in exceptions(handler.type)}
    calls = [item.context_expr for item in node.items if isinstance(item.context_expr, ast.Call)]
    suppressing = [call for call in calls if getattr(call.func, "attr", getattr(call.func, "id", "")) == "suppress"]
    return {name for call in suppressing for argument in call.args for name in exceptions(argument)}


def _is_of_user(use: Use, home: str, volume: str, fine: set[str]) -> bool:
    """Whether a place is the user's own, which a job does not have: in the home folder, or reached from the volume."""
    place = use.place or ""
    if is_below(place, volume) or any(is_below(place, each) for each in fine):
        return False
    if place == home and use.deed == WRITE and use.shell and use.text.whole and not use.relative:
        return True  # a file of the same name is put there: `cp x ~/`
    if place in (home, "/", ROOT) or is_below(volume, place):
        return False
    if use.relative:  # where it went out of the volume before, that was told
        return is_below(use.folder or "", volume) and place.startswith(("/home/", os.path.dirname(volume) + "/"))
    return is_below(place, home) or is_below(place, ROOT)


def _told(subject: Subject, use: Use, deed: str) -> dict[str, Any]:
    home, volume = subject.home or "", subject.volume or ""
    path = use.text.head if use.text.whole else f"{use.text.head}…"
    if path.startswith(home + "/") and home not in (use.text.cell or use.cell).text:  # it was written with ~
        path = "~" + path[len(home) :]
    edits = []
    hidden = "/." in (use.place or "")
    if not use.relative and not hidden and is_below(use.place or "", home):
        edits = edits_of(spots_of(use, (home, "~", "$HOME", "${HOME}"), volume))
    fix = {"label": f"Use {volume} instead", "edits": edits} if edits else None
    place = (use.cell.index, use.line, fix)
    if use.relative:
        return finding(
            "warning",
            "leaves_volume",
            "`{path}` leads out of the group volume.",
            "A job has nothing of what is there: keep files that a notebook needs, or makes, on the group volume.",
            *place,
            path=path,
        )
    if deed == "read":
        return finding(
            "warning",
            "home_read",
            "The notebook reads `{path}`, which a job does not have: your home folder is not in it.",
            "It may hold what only you should see, so mind who can read the group volume: ask your administrator for a "
            "way to give it to jobs."
            if hidden
            else "Put it on the group volume, below `{volume}`, and read it there.",
            *place,
            path=path,
            volume=volume,
        )
    return finding(
        "warning",
        "home_write",
        "The notebook writes `{path}`, which is gone when its job ends: a job has a home folder of its own.",
        "Write to the group volume, below `{volume}`, or to `{artifacts}`.",
        *place,
        path=path,
        volume=volume,
        artifacts=os.path.join(home, "artifacts"),
    )
