"""An expression of a notebook in; the text (most often a path) that it stands for, as far as that can be told, out."""

from __future__ import annotations

import ast
import posixpath
from functools import cached_property
from typing import Any, NamedTuple

from .arguments import given
from .cell import CodeCell
from .keepers import changed, kept
from .names import Binding
from .notebook import Script

HOME = "/home/jovyan"
MAX_DEPTH = 40  # of expressions, and names, in one another
MAX_STEPS = 100_000  # for all the texts of a notebook together
MAX_TEXT = 4096
JOINS = frozenset({"os.path.join", "posixpath.join"})
PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath"})
# What gives the same place back.
SAME = frozenset({"str", "os.fspath", "os.path.abspath", "os.path.realpath", "os.path.normpath", "posixpath.normpath"})
SAME_METHODS = frozenset({"resolve", "absolute", "as_posix", "__str__", "__fspath__", "strip"})
HERE = frozenset({"os.getcwd", "pathlib.Path.cwd"})
ENVIRONMENT = frozenset({"os.environ.get", "os.getenv"})
CONSTANTS = {"os.sep": "/", "os.path.sep": "/", "os.curdir": ".", "os.pardir": ".."}
# All that makes its text of its arguments.
TAKING = JOINS | PATHS | SAME | ENVIRONMENT | {"os.path.expanduser", "os.path.expandvars", "os.path.dirname"}


class Text(NamedTuple):
    """What is known of a text.

    head : how it begins
    whole : that is all of it
    node, cell : the constant (or f-string) in the source that it begins with, and where that is; None where it comes
        from a call such as `Path.home()`
    asked : it begins with the folder that the notebook was in when it asked for it, of which `.` is told
    """

    head: str
    whole: bool = True
    node: ast.Constant | ast.JoinedStr | None = None
    cell: CodeCell | None = None
    asked: bool = False

    def __add__(self, other: Text) -> Text:  # type: ignore[override]
        """The two, one behind the other."""
        if not self.whole:
            return self
        origin = self if self.head else other
        return origin._replace(head=(self.head + other.head)[:MAX_TEXT], whole=other.whole)

    def join(self, other: Text) -> Text:
        """The two as one path."""
        if other.head.startswith("/"):
            return other
        if not self.whole or not self.head:
            return other if self.whole else self
        slash = "" if self.head.endswith("/") else "/"
        return self._replace(head=(self.head + slash + other.head)[:MAX_TEXT], whole=other.whole)


UNKNOWN = Text("", whole=False)


class Texts:
    """What expressions in a script stand for.

    given : values that take the place of the notebook's own, by the name of the parameter (as a job's injected cell)
    """

    def __init__(self, script: Script, given: dict[str, Any] | None = None, home: str = HOME):
        self._script = script
        self._home = home
        self._given = given or {}
        self._steps = MAX_STEPS
        self._known: dict[
            tuple[int, int], Text
        ] = {}  # of the expressions that names were bound to, by cell and identity

    def of(self, node: ast.expr | None, cell: CodeCell, scope: ast.AST | None) -> Text:
        """The text of an expression; `scope` is the function that it is in, as `Call.scope`."""
        return self._of(node, cell, scope, MAX_DEPTH)

    def _of(self, node: ast.expr | None, cell: CodeCell, scope: ast.AST | None, depth: int) -> Text:
        self._steps -= 1
        if depth <= 0 or self._steps <= 0 or node is None:
            return UNKNOWN
        depth -= 1
        if isinstance(node, ast.Constant):
            return Text(node.value[:MAX_TEXT], True, node, cell) if isinstance(node.value, str) else UNKNOWN
        if isinstance(node, ast.Name):
            return self._of_name(node, cell, scope, depth)
        if isinstance(node, ast.JoinedStr):
            text = Text("")
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    plain = part.format_spec is None and part.conversion in (-1, ord("s"))
                    text += self._of(part.value, cell, scope, depth) if plain else UNKNOWN
                else:
                    # Python 3.9 to 3.11 do not say where in an f-string its parts are.
                    text += self._of(part, cell, scope, depth)._replace(node=node)
            return text
        if isinstance(node, ast.BinOp):
            left = self._of(node.left, cell, scope, depth)
            if isinstance(node.op, ast.Add):
                return left + self._of(node.right, cell, scope, depth)
            if isinstance(node.op, ast.Div):
                return left.join(self._of(node.right, cell, scope, depth))
            if isinstance(node.op, ast.Mod):
                values = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                return self._put_in(left, "%s", "%", values, cell, scope, depth)
            return UNKNOWN
        if isinstance(node, ast.Call):
            return self._of_call(node, cell, scope, depth)
        if isinstance(node, ast.Subscript):
            return self._of_item(node, cell, scope, depth)
        if isinstance(node, ast.Attribute):
            if node.attr == "parent":
                return _parent(self._of(node.value, cell, scope, depth))
            constant = CONSTANTS.get(self._script.name_of(node, cell, scope))
            return Text(constant) if constant else self._kept(node.value, node.attr, node, cell, scope, depth)
        return UNKNOWN

    def _of_item(self, node: ast.Subscript, cell: CodeCell, scope: ast.AST | None, depth: int) -> Text:
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if isinstance(key, str):
            if self._script.name_of(node.value, cell, scope) == "os.environ":
                return Text(self._home) if key == "HOME" else UNKNOWN
            return self._kept(node.value, key, node, cell, scope, depth)
        if type(key) is int and 0 <= key < 9 and isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            text = self._of(node.value.value, cell, scope, depth)
            for _ in range(key + 1):
                text = _parent(text)
            return text
        return UNKNOWN

    def _kept(
        self, keeper: ast.expr, key: str, node: ast.expr, cell: CodeCell, scope: ast.AST | None, depth: int
    ) -> Text:
        """What a name that stands for a dictionary, a namespace or a class keeps under a key, once and for all."""
        found = self._script.place_of(keeper.id, node, cell, scope) if isinstance(keeper, ast.Name) else None
        if found is None or key in self._changed:
            return UNKNOWN
        where, binding = found
        value = kept(binding, key)
        return self._of(value, where, binding.scope, depth)

    @cached_property
    def _changed(self) -> frozenset[str]:
        return changed(self._script.cells)

    def _put_in(
        self, text: Text, mark: str, begin: str, values: list[ast.expr], cell: CodeCell, scope: ast.AST | None,
        depth: int,
    ) -> Text:  # fmt: skip
        """A text with each mark in it filled in, up to where that cannot be told."""
        left = list(values)
        parts = text.head.split(mark)
        filled = _until(text._replace(head=parts[0]), begin)
        for part in parts[1:]:
            filled += self._of(left.pop(0), cell, scope, depth) if left else UNKNOWN
            filled += _until(text._replace(head=part), begin)
        return filled

    def _of_name(self, node: ast.Name, cell: CodeCell, scope: ast.AST | None, depth: int) -> Text:
        found = self._script.place_of(node.id, node, cell, scope)
        if found is None:
            return UNKNOWN
        where, binding = found
        if binding.value is None:
            return self._of_argument(where, binding, depth)
        if node.id in self._given and "parameters" in where.tags and binding.scope is None:
            value = self._given[node.id]
            return Text(value[:MAX_TEXT]) if isinstance(value, str) else UNKNOWN
        key = (where.index, id(binding.value))
        if key not in self._known:
            self._known[key] = UNKNOWN  # for a name that is made of itself
            self._known[key] = self._of(binding.value, where, binding.scope, depth)
        return self._known[key]

    def _of_argument(self, where: CodeCell, binding: Binding, depth: int) -> Text:
        """What a function is called with by its name, in the first of these calls of which that can be told."""
        function, argument = binding.scope, binding.node
        if not isinstance(function, ast.FunctionDef) or not isinstance(argument, ast.arg):
            return UNKNOWN
        key = (where.index, id(argument))
        if key not in self._known:
            self._known[key] = UNKNOWN  # for one that calls itself
            found = [
                text
                for call, cell, scope in self._calls.get(function.name, ())
                for place in [self._script.place_of(function.name, call, cell, scope)]
                if place and place.binding.node is function
                for value, cell, scope in [given(call, argument.arg, function, cell, scope, where)]
                for text in [self._of(value, cell, scope, depth)]
                if text.head
            ]
            if found:
                alike = all(each.node is found[0].node for each in found)
                self._known[key] = found[0] if alike else found[0]._replace(node=None, cell=None)
        return self._known[key]

    @cached_property
    def _calls(self) -> dict[str, list[tuple[ast.Call, CodeCell, ast.AST | None]]]:
        """The calls of functions by their mere names."""
        found: dict[str, list[tuple[ast.Call, CodeCell, ast.AST | None]]] = {}
        for cell in self._script.cells:
            for call, scope in cell.names.calls:
                if isinstance(call.func, ast.Name):
                    found.setdefault(call.func.id, []).append((call, cell, scope))
        return found

    def _of_call(self, node: ast.Call, cell: CodeCell, scope: ast.AST | None, depth: int) -> Text:
        name = self._script.name_of(node.func, cell, scope)
        if any(isinstance(each, ast.Starred) for each in node.args):
            return UNKNOWN
        takes = name in TAKING or getattr(node.func, "attr", "") == "joinpath"
        arguments = [self._of(each, cell, scope, depth) for each in node.args[:8]] if takes else []
        if (name in JOINS or name in PATHS) and arguments:
            text = arguments[0]
            for each in arguments[1:]:
                text = text.join(each)
            return text
        if name in SAME and arguments:
            return arguments[0]
        if name in PATHS and not node.args:
            return Text(".")
        if name == "os.path.expanduser" and arguments:
            return self._at_home(arguments[0])
        if name == "os.path.expandvars" and arguments:
            variable = next((each for each in ("${HOME}", "$HOME") if arguments[0].head.startswith(each)), None)
            return arguments[0]._replace(head=self._home + arguments[0].head[len(variable) :]) if variable else UNKNOWN
        if name == "os.path.dirname" and arguments:
            return _parent(arguments[0])
        if name in HERE:
            return Text(".", asked=True)
        if name == "pathlib.Path.home":
            return Text(self._home)
        if name in ENVIRONMENT and arguments:
            return Text(self._home) if arguments[0].head == "HOME" else UNKNOWN
        if isinstance(node.func, ast.Attribute):
            text = self._of(node.func.value, cell, scope, depth)
            if node.func.attr in SAME_METHODS:
                return text
            if node.func.attr == "expanduser":
                return self._at_home(text)
            if node.func.attr == "format":
                return self._put_in(text, "{}", "{", node.args, cell, scope, depth)
            if node.func.attr == "join" and text.whole and len(node.args) == 1:
                parts = getattr(node.args[0], "elts", [])
                joined = UNKNOWN if not parts else self._of(parts[0], cell, scope, depth)
                for each in parts[1:]:
                    joined = joined + Text(text.head) + self._of(each, cell, scope, depth)
                return joined
            if node.func.attr == "joinpath":
                for each in arguments:
                    text = text.join(each)
                return text
        return UNKNOWN

    def _at_home(self, text: Text) -> Text:
        head = text.head
        return text._replace(head=self._home + head[1:]) if head == "~" or head.startswith("~/") else text


def _parent(text: Text) -> Text:
    """The folder that a path is in; that of the working directory is above it."""
    if not text.whole:
        return UNKNOWN
    if set(text.head.split("/")) <= {"", ".", ".."} and not text.head.startswith("/"):
        return text._replace(head=posixpath.normpath(posixpath.join(text.head, "..")))
    return text._replace(head=posixpath.dirname(text.head))


def _until(text: Text, mark: str) -> Text:
    """A text up to where something is filled in."""
    head, found, _ = text.head.partition(mark)
    return text._replace(head=head, whole=False) if found else text
