"""A call in; the arguments of it that are paths, and what is done with each, out."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Callable, Iterable
from functools import lru_cache

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
TEXTS = {ast.JoinedStr, ast.Name, ast.BinOp, ast.Call, ast.Attribute}
HARMLESS = words("""
    print len range str int float list dict set tuple sorted enumerate zip isinstance get_ipython os.path.exists
    os.path.join os.path.isdir os.path.isfile os.path.basename os.path.dirname os.path.expanduser pathlib.Path
    .run_line_magic .run_cell_magic .system .getoutput .format .append .join .split .replace .startswith .endswith
""")
PATH_METHODS = {"write_text": WRITE, "write_bytes": WRITE, "touch": WRITE, "mkdir": MAKE, "read_text": READ}
PATH_METHODS |= {"read_bytes": READ, "iterdir": READ}
Rule = Callable[[ast.Call], "list[tuple[ast.expr, str]]"]


def deeds_of(call: Call) -> Iterable[tuple[ast.expr, str]]:
    """Each argument of a call that is a path, with what is done there."""
    return _rule_of(call.name)(call.node)


@lru_cache(maxsize=4096)
def _rule_of(name: str) -> Rule:
    """What tells the paths of the calls of one name: most are called many times."""
    name = name.replace(".compat.v1.", ".")
    if name in OPENERS:
        return _opened
    if name in READERS:
        return lambda node: _with(_argument(node, 0), READ)
    if name in IMPLIED:
        return lambda node: _with(next((each.value for each in node.keywords if each.arg == "config"), None), READ)
    if name in FOLDER_MAKERS:
        return lambda node: _with(_argument(node, 0), MAKE)
    if name in WRITERS:
        return lambda node: _with(_argument(node, WRITERS[name]), WRITE)
    if name in COPIERS:
        return lambda node: [*_with(_argument(node, 0), READ), *_with(_argument(node, 1), WRITE)]
    if name in ("sys.path.append", "sys.path.insert"):
        return lambda node: _with(_argument(node, int(name.endswith("insert"))), SEARCH)
    if name == "os.chdir":
        return lambda node: _with(_argument(node, 0), GO)
    rest: Rule = _nothing if name in HARMLESS else _by_names
    return (lambda node: _of_method(node.func, node) or rest(node)) if name.startswith(".") else rest


def _nothing(node: ast.Call) -> list[tuple[ast.expr, str]]:
    return []


def _opened(node: ast.Call) -> list[tuple[ast.expr, str]]:
    return _with(_argument(node, 0), _mode(node, 1))


def _by_names(node: ast.Call) -> list[tuple[ast.expr, str]]:
    """What the names of a function and of its arguments say of them."""
    own = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    deed = WRITE if own.startswith(WRITING_NAMES) else SEARCH if own.startswith(LOADING_NAMES) else MAY
    found = [(each, deed) for each in node.args if _is_text(each)]
    found += [(each.value, WRITE if each.arg in OUTPUTS else deed) for each in node.keywords if _is_text(each.value)]
    return found


def _is_text(node: ast.expr) -> bool:
    """Whether an expression may be a text."""
    return isinstance(node.value, str) if type(node) is ast.Constant else type(node) in TEXTS


def _of_method(method: ast.expr, node: ast.Call) -> list[tuple[ast.expr, str]]:
    if isinstance(method, ast.Attribute):
        if method.attr in WRITING_METHODS:
            return _with(_argument(node, 0), WRITE)
        if method.attr in READING_METHODS:
            return _with(_argument(node, 0), READ)
        if method.attr in PATH_METHODS:
            return [(method.value, PATH_METHODS[method.attr])]
        if method.attr == "open" and len(node.args) <= 1:
            return [(method.value, _mode(node, 0))]
    return []


def command_in(call: Call) -> str | None:
    """The command that a call gives to a shell, or to the system word by word."""
    first = call.node.args[0] if call.name in SHELLS and call.node.args else None
    if isinstance(first, ast.List):
        words = [each.value if isinstance(each, ast.Constant) else None for each in first.elts]
        return shlex.join(each if isinstance(each, str) else "$" for each in words)
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def _with(argument: ast.expr | None, deed: str) -> list[tuple[ast.expr, str]]:
    return [] if argument is None else [(argument, deed)]


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
