"""A call in; the arguments of it that are paths, and what is done with each, out."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator

from ..script.notebook import Call
from .functions import (
    COPIERS,
    FOLDER_MAKERS,
    IMPLIED,
    KEYWORDS,
    LOADING_NAMES,
    OPENERS,
    OUTPUTS,
    READERS,
    READING_METHODS,
    SHELLS,
    WRITERS,
    WRITING_METHODS,
    WRITING_NAMES,
    words,
)

READ, WRITE, GO, MAKE = "read", "write", "go", "make"  # MAKE: a folder, which as such is no result
SEARCH = "search"  # something is looked for there: modules, or what a function wants whose name alone is known
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
    name, node = call.name.replace(".compat.v1.", "."), call.node
    if name in OPENERS:
        path = _argument(node, 0)
        if path:
            yield path, _mode(node, 1)
    elif name in READERS:
        yield from _with(_argument(node, 0), READ)
    elif name in IMPLIED:
        yield from _with(next((each.value for each in node.keywords if each.arg == "config"), None), READ)
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
            yield from _by_names(node)


def _by_names(node: ast.Call) -> Iterator[tuple[ast.expr, str]]:
    """What the names of a function and of its arguments say of them."""
    own = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    deed = WRITE if own.startswith(WRITING_NAMES) else SEARCH if own.startswith(LOADING_NAMES) else MAY
    for name, each in [(None, each) for each in node.args] + [(each.arg, each.value) for each in node.keywords]:
        if isinstance(each, TEXTS) and not (isinstance(each, ast.Constant) and not isinstance(each.value, str)):
            yield each, WRITE if name in OUTPUTS else deed


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


def command_in(call: Call) -> str | None:
    """The command that a call gives to a shell, or to the system word by word."""
    first = call.node.args[0] if call.node.args and call.name in SHELLS else None
    if isinstance(first, ast.List):
        words = [each.value if isinstance(each, ast.Constant) else None for each in first.elts]
        return shlex.join(each if isinstance(each, str) else "$" for each in words)
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


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
