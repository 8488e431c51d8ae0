"""A call in; the arguments of it that are paths, and what is done with each, out."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..script.notebook import Call
from .functions import (
    COPIERS,
    FOLDER_MAKERS,
    KEYWORDS,
    OPENERS,
    READERS,
    READING_METHODS,
    WRITERS,
    WRITING_METHODS,
    words,
)

READ, WRITE, GO, MAKE = "read", "write", "go", "make"  # MAKE: a folder, which as such is no result
SEARCH = "search"  # Python looks there for modules
MAY = "may"  # nobody knows what is done with it
TEXTS = (ast.Constant, ast.JoinedStr, ast.Name, ast.BinOp, ast.Call, ast.Attribute)
HARMLESS = words("""
    print len range str int float list dict set tuple sorted enumerate zip isinstance get_ipython os.path.exists
    os.path.join os.path.isdir os.path.isfile os.path.basename os.path.dirname os.path.expanduser pathlib.Path
    .run_line_magic .run_cell_magic .system .getoutput .format .append .join .split .replace .startswith .endswith
""")
PATH_METHODS = {"write_text": WRITE, "write_bytes": WRITE, "touch": WRITE, "mkdir": MAKE, "read_text": READ}
PATH_METHODS |= {"read_bytes": READ, "iterdir": READ}


def deeds_of(call: Call) -> Iterator[tuple[ast.expr, str]]:
    """Each argument of a call that is a path, with what is done there."""
    name, node = call.name, call.node
    if name in OPENERS:
        path = _argument(node, 0)
        if path:
            yield path, _mode(node, 1)
    elif name in READERS:
        yield from _with(_argument(node, 0), READ)
    elif name in FOLDER_MAKERS:
        yield from _with(_argument(node, 0), MAKE)
    elif name in WRITERS:
        yield from _with(_argument(node, WRITERS[name]), WRITE)
    elif name in COPIERS:
        yield from _with(_argument(node, 0), READ)
        yield from _with(_argument(node, 1), WRITE)
    elif name in ("sys.path.append", "sys.path.insert"):
        yield from _with(_argument(node, int(name.endswith("insert"))), SEARCH)
    elif name == "os.chdir":
        yield from _with(_argument(node, 0), GO)
    else:
        known = list(_of_method(node.func, node)) if name.startswith(".") else []
        yield from known
        if not known and name not in HARMLESS:
            for each in (*node.args, *(each.value for each in node.keywords)):
                if isinstance(each, TEXTS) and not (isinstance(each, ast.Constant) and not isinstance(each.value, str)):
                    yield each, MAY


def _of_method(method: ast.expr, node: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    if not isinstance(method, ast.Attribute):
        return
    if method.attr in WRITING_METHODS:
        yield from _with(_argument(node, 0), WRITE)
    elif method.attr in READING_METHODS:
        yield from _with(_argument(node, 0), READ)
    elif method.attr in PATH_METHODS:
        yield method.value, PATH_METHODS[method.attr]
    elif method.attr == "open" and len(node.args) <= 1:
        yield method.value, _mode(node, 0)


def _with(argument: ast.expr | None, deed: str) -> Iterator[tuple[ast.expr, str]]:
    if argument is not None:
        yield argument, deed


def _argument(node: ast.Call, place: int) -> ast.expr | None:
    """The argument at a place, or what is given by one of the names that paths are given by."""
    if any(isinstance(each, ast.Starred) for each in node.args[: place + 1]):
        return None
    if len(node.args) > place:
        return node.args[place]
    return next((each.value for each in node.keywords if each.arg in KEYWORDS), None)


def _mode(node: ast.Call, place: int) -> str:
    """What a file is opened for."""
    given = node.args[place] if len(node.args) > place else None
    given = next((each.value for each in node.keywords if each.arg == "mode"), given)
    mode = given.value if isinstance(given, ast.Constant) else "r" if given is None else "w"
    return WRITE if isinstance(mode, str) and set(mode) & set("wax+") else READ
