"""A call in; the arguments of it that are paths, and what is done with each, out."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Callable, Iterable
from functools import lru_cache

from ..script.notebook import Call
from .functions import (
    CACHING,
    COPIERS,
    FETCHERS,
    FOLDER_MAKERS,
    IMPLIED,
    KEYWORDS,
    LOADING_NAMES,
    OPENERS,
    OUTPUTS,
    READERS,
    READING_METHODS,
    SEARCHERS,
    SHELLS,
    WRITERS,
    WRITING_METHODS,
    WRITING_NAMES,
    WRITING_TEXT,
    words,
)

READ, WRITE, GO, MAKE = "read", "write", "go", "make"  # MAKE: a folder, which as such is no result
SEARCH = "search"  # something is looked for there: modules, or what a function wants whose name alone is known
FETCH = "fetch"  # something is put there that comes from elsewhere, or may be there already
LINK = "link"  # a link is made there
MAY = "may"  # nobody knows what is done with it
TEXTS = {ast.JoinedStr, ast.Name, ast.BinOp, ast.Call, ast.Attribute}
HARMLESS = words("""
    print len range str int float list dict set tuple sorted enumerate zip isinstance get_ipython os.path.exists
    os.path.join os.path.isdir os.path.isfile os.path.basename os.path.dirname os.path.expanduser pathlib.Path
    .run_line_magic .run_cell_magic .system .getoutput .format .append .join .split .replace .startswith .endswith
""")
PATH_METHODS = {"write_text": WRITE, "write_bytes": WRITE, "touch": WRITE, "mkdir": MAKE, "read_text": READ}
PATH_METHODS |= {"read_bytes": READ, "iterdir": READ, "glob": SEARCH, "rglob": SEARCH}
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
        return lambda node: [*_with(_argument(node, 0), READ), *_with(_argument(node, 1, "dst"), WRITE)]
    if name in FETCHERS:
        return lambda node: _with(_argument(node, FETCHERS[name]), FETCH)
    if name in SEARCHERS:
        return lambda node: _with(_argument(node, 0), SEARCH)
    if name == "os.symlink":
        return lambda node: _with(_argument(node, 1, "dst"), LINK)
    if name == "shutil.unpack_archive":
        return lambda node: [*_with(_argument(node, 0), READ), *_with(_argument(node, 1, "extract_dir"), FETCH)]
    if name == "papermill.execute_notebook":
        return lambda node: [*_with(_argument(node, 0), READ), *_with(_argument(node, 1, "output_path"), WRITE)]
    if name == "sys.path.extend":
        return lambda node: [(each, SEARCH) for each in getattr(node.args[0] if node.args else None, "elts", [])]
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
    deed = MAY if own in WRITING_TEXT else deed
    found = [(each, deed) for each in node.args if _is_text(each)]
    for each in node.keywords:
        if _is_text(each.value):
            found.append((each.value, WRITE if each.arg in OUTPUTS else FETCH if each.arg in CACHING else deed))
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
        if method.attr in ("symlink_to", "hardlink_to"):
            return [(method.value, LINK)]
        if method.attr == "rename" and node.args and type(node.args[0]) in (ast.Constant, ast.JoinedStr, ast.BinOp):
            return [(node.args[0], WRITE)]
        if method.attr == "open" and len(node.args) <= 1:
            return [(method.value, _mode(node, 0))]
    return []


def command_in(call: Call) -> str | None:
    """The command that a call gives to a shell, or to the system word by word; names in it in braces, as for `!`."""
    if call.name not in SHELLS:
        return None
    given = next((each.value for each in call.node.keywords if each.arg in ("args", "cmd", "command")), None)
    first = call.node.args[0] if call.node.args else given
    if isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute) and first.func.attr == "split":
        first = first.func.value
    if isinstance(first, (ast.List, ast.Tuple)):
        return shlex.join(_command_text(each) for each in first.elts)
    return None if first is None or isinstance(first, ast.Name) else _command_text(first) or None


def _command_text(node: ast.expr) -> str:
    """What is known of a text in a command, with `{name}` for a name and `$` for all else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else "$"
    if isinstance(node, ast.Name):
        return f"{{{node.id}}}"
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_command_text, node.values))
    if isinstance(node, ast.FormattedValue):
        return _command_text(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _command_text(node.left) + _command_text(node.right)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str" and len(node.args) == 1:
        return _command_text(node.args[0])
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _command_text(node.left).replace("%s", "$").replace("%d", "$")
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
        return _command_text(node.func.value)  # type: ignore[attr-defined]
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "{sys.executable}"
    return "$"


def _with(argument: ast.expr | None, deed: str) -> list[tuple[ast.expr, str]]:
    return [] if argument is None else [(argument, deed)]


def _argument(node: ast.Call, place: int, name: str = "") -> ast.expr | None:
    """The argument at a place, or what is given by its name, or by one of those that paths are given by."""
    if any(isinstance(each, ast.Starred) for each in node.args[: place + 1]):
        return None
    if len(node.args) > place:
        return node.args[place]
    return next((each.value for each in node.keywords if (each.arg == name if name else each.arg in KEYWORDS)), None)


def _mode(node: ast.Call, place: int) -> str:
    """What a file is opened for."""
    given = node.args[place] if len(node.args) > place else None
    given = next((each.value for each in node.keywords if each.arg == "mode"), given)
    mode = given.value if isinstance(given, ast.Constant) else "r" if given is None else "w"
    return WRITE if isinstance(mode, str) and set(mode) & set("wax+") else READ
