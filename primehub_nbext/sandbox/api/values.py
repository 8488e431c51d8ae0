"""Variables of a document: what a client sent in; the mistakes in it, worded as graphql-js 14 does, out."""

from __future__ import annotations

import json
import math
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    type_from_ast,
)

from .suggestions import did_you_mean, nearest

MAX_INT = 2**31
DEPTH, ITEMS = 2, 10  # how much of a value an error shows
ABSENT = object()


def variable_errors(schema: GraphQLSchema, operation: OperationDefinitionNode, given: dict) -> list[tuple[str, bool]]:
    """Messages, each with whether the value itself is at fault (and not that there is none)."""
    errors: list[tuple[str, bool]] = []
    for definition in operation.variable_definitions or ():
        name, kind = definition.variable.name.value, type_from_ast(schema, definition.type)
        value = given.get(name, ABSENT)
        needed = isinstance(kind, GraphQLNonNull)
        if value is ABSENT:
            if needed and definition.default_value is None:
                errors.append((f'Variable "${name}" of required type "{kind}" was not provided.', False))
        elif value is None and needed:
            errors.append((f'Variable "${name}" of non-null type "{kind}" must not be null.', False))
        else:
            for path, part, message in mistakes(value, kind, ()):
                at = f' at "{name}{_shown_path(path)}"' if path else ""
                errors.append((f'Variable "${name}" got invalid value {shown(part)}{at}; {message}', True))
    return errors


def mistakes(value: Any, kind: Any, path: tuple) -> list[tuple[tuple, Any, str]]:
    """What keeps a value from being of a type: (where, the wrong part, why)."""
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            return [(path, value, f"Expected non-nullable type {kind} not to be null.")]
        return mistakes(value, kind.of_type, path)
    if value is None:
        return []
    if isinstance(kind, GraphQLList):
        if isinstance(value, list):
            parts = [mistakes(each, kind.of_type, (*path, index)) for index, each in enumerate(value)]
            return [each for part in parts for each in part]
        return mistakes(value, kind.of_type, path)
    if isinstance(kind, GraphQLInputObjectType):
        return _object_mistakes(value, kind, path)
    if isinstance(kind, GraphQLEnumType):
        if isinstance(value, str) and value in kind.values:
            return []
        meant = did_you_mean(nearest(str(value), kind.values), quote="", before="the enum value ")
        return [(path, value, f"Expected type {kind}.{meant}")]
    why = _scalar_mistake(kind.name, value)
    return [(path, value, f"Expected type {kind}. {why}")] if why else []


def _object_mistakes(value: Any, kind: GraphQLInputObjectType, path: tuple) -> list[tuple[tuple, Any, str]]:
    if isinstance(value, list):  # JavaScript's lists are objects too
        value_map = {str(index): each for index, each in enumerate(value)}
    elif isinstance(value, dict):
        value_map = value
    else:
        return [(path, value, f"Expected type {kind} to be an object.")]
    found: list[tuple[tuple, Any, str]] = []
    for name, field in kind.fields.items():
        if name in value_map:
            found += mistakes(value_map[name], field.type, (*path, name))
        elif isinstance(field.type, GraphQLNonNull):
            found.append((path, value, f"Field {name} of required type {field.type} was not provided."))
    for name in value_map:
        if name not in kind.fields:
            meant = did_you_mean(nearest(name, kind.fields), quote="")
            found.append((path, value, f'Field "{name}" is not defined by type {kind}.{meant}'))
    return found


def _scalar_mistake(name: str, value: Any) -> str | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "String" and not isinstance(value, str):
        return f"String cannot represent a non string value: {shown(value)}"
    if name == "Boolean" and not isinstance(value, bool):
        return f"Boolean cannot represent a non boolean value: {shown(value)}"
    if name == "ID" and not (isinstance(value, str) or number and float(value).is_integer()):
        return f"ID cannot represent value: {shown(value)}"
    if name == "Float" and not number:
        return f"Float cannot represent non numeric value: {shown(value)}"
    if name == "Int":
        if not number or not math.isfinite(value) or value != int(value):
            return f"Int cannot represent non-integer value: {shown(value)}"
        if not -MAX_INT <= value < MAX_INT:
            return f"Int cannot represent non 32-bit signed integer value: {shown(value)}"
    return None


def _shown_path(path: tuple) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)


def shown(value: Any, depth: int = 0) -> str:
    """A value as JavaScript's graphql library prints it in an error."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        if depth >= DEPTH:
            return "[Object]"
        return "{ " + ", ".join(f"{key}: {shown(each, depth + 1)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        if not value:
            return "[]"
        if depth >= DEPTH:
            return "[Array]"
        parts = [shown(each, depth + 1) for each in value[:ITEMS]]
        if len(value) > ITEMS:
            more = len(value) - ITEMS
            parts.append(f"... {more} more item{'s' if more > 1 else ''}")
        return "[" + ", ".join(parts) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False)
