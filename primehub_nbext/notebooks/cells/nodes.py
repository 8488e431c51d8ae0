"""A node of a tree in; the nodes right below it, in their order, out.

As `ast.iter_child_nodes`, several times as fast: contexts, operators, aliases and type parameters are left out, since
nothing that is looked for is in them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from operator import attrgetter

# What holds names, texts and numbers, or nodes that are left out.
_PLAIN = {"arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module", "op"}
_PLAIN |= {"ops", "rest", "simple", "type_comment", "type_ignores", "type_params"}
_PLAIN_OF = {"Constant": {"value"}, "MatchSingleton": {"value"}, "TypeAlias": set[str]()}  # the name there is a node


def _fields(kind: type[ast.AST]) -> tuple[str, ...]:
    return tuple(each for each in kind._fields if each not in _PLAIN | _PLAIN_OF.get(kind.__name__, {"name", "names"}))


_KINDS = [each for each in vars(ast).values() if isinstance(each, type) and issubclass(each, ast.AST)]
_FIELDS = {kind: _fields(kind) for kind in _KINDS}
_ONE = {kind: fields[0] for kind, fields in _FIELDS.items() if len(fields) == 1}
_MORE = {kind: attrgetter(*fields) for kind, fields in _FIELDS.items() if len(fields) > 1}  # all in one go
_WITH_GAPS = {ast.Dict, ast.arguments}  # whose lists have None where there is no key, and no default


def children(node: ast.AST) -> Sequence[ast.AST]:
    """The nodes right below a node that was parsed: such a node has all of its fields."""
    kind = type(node)
    if kind in _MORE:
        found: list[ast.AST] = []
        for value in _MORE[kind](node):
            if type(value) is list:
                found += value
            elif value is not None:
                found.append(value)
        return [each for each in found if each is not None] if kind in _WITH_GAPS else found
    only = getattr(node, _ONE[kind]) if kind in _ONE else None
    return only if type(only) is list else () if only is None else (only,)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, in no order that means anything."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        pending += children(each)
