"""A node of a tree in; the nodes right below it, in their order, out.

As `ast.iter_child_nodes`, several times as fast: contexts, operators, aliases and type parameters are left out, since
nothing that is looked for is in them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

# What holds names, texts and numbers, or nodes that are left out.
_PLAIN = {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "op"}
_PLAIN |= {"ops", "rest", "simple", "type_comment", "type_ignores", "type_params"}
_PLAIN_OF = {"Constant": {"value"}, "MatchSingleton": {"value"}, "TypeAlias": set[str]()}  # the name there is a node


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return tuple(each for each in kind._fields if each not in _PLAIN | _PLAIN_OF.get(kind.__name__, {"name", "names"}))


_KINDS = [each for each in vars(ast).values() if isinstance(each, type) and issubclass(each, ast.AST)]
_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {kind: _fields(kind) for kind in _KINDS}
_WITH_GAPS = {ast.Dict, ast.arguments}  # whose lists have None where there is no key, and no default


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes right below a node."""
    found: list[ast.AST] = []
    for field in _FIELDS[type(node)]:
        value = getattr(node, field, None)
        if type(value) is list:
            found += value
        elif value is not None:
            found.append(value)
    return [each for each in found if each is not None] if type(node) in _WITH_GAPS else found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, in no order that means anything."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += children(each)
