"""What a kernel's interpreter runs: names on standard input in; where each would be found, importing none, out.

Whatever Python a kernel has runs this, from 3.7 on; so it imports nothing but what all of these have.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.machinery import FrozenImporter, ModuleSpec, PathFinder
from typing import Any, Callable


def inside(path: str, folder: str) -> bool:
    """Whether a path is that folder, or in it; `folder` without links."""
    path = os.path.realpath(path)
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def place_of(path: str, home: str, volume: str) -> str:
    """What of a job has this path."""
    if inside(path, volume):
        return "volume"
    return "home" if inside(path, home) else "image"


def spec_on(name: str, entries: list[str]) -> ModuleSpec | None:
    """The spec of a module on these entries of `sys.path`; of one in a namespace package, which has no code, too.

    Each part is looked for as if it were a whole name: where a namespace lies in another, Python wants the outer one to
    have been imported.
    """
    path = entries
    spec: ModuleSpec | None = None
    for part in name.split("."):
        try:
            spec = PathFinder.find_spec(part, path)
        except Exception:  # whatever hooks there are for an entry
            return None
        if spec is None or getattr(spec, "origin", None) not in (None, "namespace"):
            return spec
        path = list(spec.submodule_search_locations or ())
    return spec


def located(spec: ModuleSpec) -> str:
    """A path that tells where a spec is, "" where it has none."""
    if spec.origin and os.path.isabs(spec.origin):
        return spec.origin
    return next(iter(spec.submodule_search_locations or ()), "")


def of_other_finders(name: str) -> ModuleSpec | None:
    """The spec of a module that another finder than Python's own has, such as those of editable installs."""
    for finder in sys.meta_path:
        if isinstance(finder, type) and finder.__module__ in ("_frozen_importlib", "_frozen_importlib_external"):
            continue
        try:
            spec: ModuleSpec | None = finder.find_spec(name.split(".")[0], None)
        except Exception:
            continue
        if spec is not None:
            return spec
    return None


def find(name: str, kept: list[str], lost: list[str], place: Callable[[str], str]) -> list[str | None]:
    """`[place, requirement]` of a module, as interpreter.Module has them.

    kept, lost : entries of `sys.path` that a job has, and that it has not
    place : tells what of a job has a path
    """
    top = name.split(".")[0]
    if top in sys.builtin_module_names or FrozenImporter.find_spec(top) is not None:
        return ["image", None]
    spec = spec_on(name, kept) or of_other_finders(name)
    if spec is not None:
        where = place(located(spec) or "/")
        return [where, requirement_of(name, lost) if where == "home" else None]
    if top in sys.modules and "." not in name:
        return ["image", None]
    return ["home", requirement_of(name, lost)] if spec_on(name, lost) else ["", None]


def requirement_of(name: str, lost: list[str]) -> str | None:
    """`name==version` of the distribution in the home folder that brought a module; None for none that pip can get."""
    try:
        from importlib.metadata import distributions  # Python 3.8
    except ImportError:
        return None
    top, folder = name.split(".")[0], name.replace(".", "/")
    for distribution in distributions(path=lost):
        if top not in tops_of(distribution):
            continue
        # Several may have a part of a namespace: only their files tell which.
        files = distribution.files or ()
        if "." in name and not any(str(path).startswith((folder + "/", folder + ".py")) for path in files):
            continue
        if distribution.read_text("direct_url.json"):  # from a folder, or an address
            return None
        project, version = distribution.metadata["Name"], distribution.version
        return project if "+" in version else project + "==" + version
    return None


def tops_of(distribution: Any) -> set[str]:
    """The top-level modules of a distribution."""
    listed = (distribution.read_text("top_level.txt") or "").split()
    if listed:
        return set(listed)
    firsts = [str(path).split("/")[0] for path in distribution.files or ()]
    return {first.split(".")[0] for first in firsts}


def main() -> None:
    """Reads what is asked, and prints what was found."""
    asked = json.loads(sys.stdin.read())
    home, volume = os.path.realpath(asked["home"]), os.path.realpath(asked["volume"])
    kept: list[str] = []
    lost: list[str] = []
    for entry in list(asked["first"]) + [entry for entry in sys.path if entry]:
        (lost if place_of(entry, home, volume) == "home" else kept).append(entry)
    found = {name: find(name, kept, lost, lambda path: place_of(path, home, volume)) for name in asked["names"]}
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main()
