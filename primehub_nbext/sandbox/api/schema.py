"""The schema of an edition: SDL files and resolvers in; a GraphQL schema out."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
)

from .refusals import Refused, type_error
from .root import MUTATIONS, QUERIES

FOLDER = Path(__file__).parent / "schema"


@functools.cache
def schema_of(edition: str) -> GraphQLSchema:
    """`edition`: "ee", or "ce": neither jobs nor schedules, but directives."""
    names = ("console", "administration", "jobs") if edition == "ee" else ("console", "administration")
    text = "".join((FOLDER / f"{name}.graphql").read_text("utf-8") for name in names)
    if edition != "ee":
        text = text.replace("  system: System\n", "  system: System!\n")
    schema = build_schema(text)
    for root, resolvers in ((schema.query_type, QUERIES), (schema.mutation_type, MUTATIONS)):
        assert root, "the SDL has both"
        for name, field in root.fields.items():
            if get_named_type(field.type).name == "NotHere":
                field.resolve = _absent
            else:
                field.resolve = _guarded(resolvers[name]) if edition == "ee" else resolvers[name]
    if edition == "ee":
        kept: dict[str, Any] = {**schema.to_kwargs(), "directives": []}
        schema = GraphQLSchema(**kept)
    return schema


def _guarded(resolver):
    def resolve(root, info, **arguments):
        _guard(info)
        return resolver(root, info, **arguments)

    return resolve


def _absent(_root, info, **_arguments):
    raise Refused(f"The sandbox has no {info.field_name}.")


def _guard(info) -> None:
    """Raises what it makes of `... { id }`."""

    def untyped(selections: SelectionSetNode | None) -> bool:
        for selected in selections.selections if selections else ():
            node: Any = selected
            if isinstance(node, InlineFragmentNode) and node.type_condition is None:
                return True
            if isinstance(node, FragmentSpreadNode):
                node = info.fragments[node.name.value]
                # 3.3 of graphql-core keeps a fragment together with its variables.
                node = node if isinstance(node, FragmentDefinitionNode) else node.definition
            if untyped(node.selection_set):
                return True
        return False

    if any(untyped(node.selection_set) for node in info.field_nodes):
        raise type_error("name", "undefined")
