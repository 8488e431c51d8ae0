"""One GraphQL request: a caller's document and variables in; a status and an answer as PrimeHub's server gives it out.

Errors have `message` and `extensions.code` and nothing else. The Enterprise Edition's schema is merged of parts, which
costs it all directives and inline fragments without a type.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
)
from graphql import execute as run_document

from ..cluster.cluster import Cluster
from ..cluster.people import User
from . import wording
from .callers import Caller
from .refusals import INTERNAL, Refused
from .schema import schema_of
from .values import variable_errors


@dataclass
class Request:
    """What a client asks for, as it was sent: nothing in it has been looked at."""

    query: Any = None
    variables: Any = None
    operation_name: Any = None
    extensions: Any = None


@dataclass
class Context:
    """What a resolver knows beside its arguments. `rules`: what the rules of this request have decided already."""

    cluster: Cluster
    caller: Caller
    uses_cache: bool = False
    rules: dict[str, bool] = field(default_factory=dict)

    @property
    def user(self) -> User:
        """The user who calls; only where it cannot be one of the platform's own services (`root.for_users`)."""
        assert self.caller.user is not None, "a service called what is for users"
        return self.caller.user


class PlainRefusal(Exception):
    """An answer that is no JSON: HTTP status, text, and other headers."""

    def __init__(self, status: int, text: str, **headers: str):
        super().__init__(text)
        self.status, self.text, self.headers = status, text, headers


def execute(context: Context, request: Request, reads_only: bool = False) -> tuple[int, dict]:
    """HTTP status and answer. Raises PlainRefusal. `reads_only`: refuse mutations, as for GET."""
    extensions = request.extensions if isinstance(request.extensions, dict) else {}
    if not request.query and "persistedQuery" in extensions:
        return 200, _failed([("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")])
    if request.query is not None and not isinstance(request.query, str):
        raise PlainRefusal(400, "GraphQL queries must be strings.")
    if not request.query:
        raise PlainRefusal(400, "Must provide query string.")
    variables = _variables(request.variables)
    edition, schema = context.cluster.edition, schema_of(context.cluster.edition)
    try:
        document = wording.parsed(request.query)
    except GraphQLError as error:
        return 400, _failed([(error.message, "GRAPHQL_PARSE_FAILED")])
    if found := wording.validation_errors(schema, document, context.cluster.introspection):
        return 400, _failed([(message, "GRAPHQL_VALIDATION_FAILED") for message in found])
    operation = _operation(document, request.operation_name)
    if isinstance(operation, str):
        return 400, _failed([(operation, INTERNAL)])
    if reads_only and operation.operation != OperationType.QUERY:
        raise PlainRefusal(405, "GET supports only query operation", Allow="POST")
    if operation.operation == OperationType.SUBSCRIPTION:
        return 400, _failed([("Schema is not configured for subscriptions.", INTERNAL)])
    if errors := variable_errors(schema, operation, variables):
        return 400, _failed([(text, "BAD_USER_INPUT" if at_fault else INTERNAL) for text, at_fault in errors])
    result = run_document(
        schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=operation.name.value if operation.name else None,
    )
    assert isinstance(result, ExecutionResult), "no resolver here is a coroutine"
    answer: dict[str, Any] = {}
    if result.errors:
        answer = _failed([_told(error, edition) for error in result.errors])
    return 200, {**answer, "data": result.data}


def _variables(given: Any) -> dict:
    if isinstance(given, str) and given:
        try:
            given = json.loads(given)
        except ValueError:
            raise PlainRefusal(400, "Variables are invalid JSON.") from None
    return given if isinstance(given, dict) else {}


def _operation(document: DocumentNode, name: Any) -> OperationDefinitionNode | str:
    """The operation meant, or why there is none."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name:
        named = [each for each in operations if each.name and each.name.value == name]
        return named[0] if named else f'Unknown operation named "{name}".'
    if len(operations) > 1:
        return "Must provide operation name if query contains multiple operations."
    return operations[0] if operations else "Must provide an operation."


def _told(error: GraphQLError, edition: str) -> tuple[str, str]:
    """What a client reads of an error; of one that nobody foresaw, nothing."""
    cause = error.original_error
    if isinstance(cause, Refused):
        return cause.told(edition)
    # A null where none may be is an error of the library's own, and has a cause in some of its versions.
    if cause is None or isinstance(cause, GraphQLError) or error.message.startswith("Cannot return null for non-null"):
        return error.message, INTERNAL
    return "Internal server error", INTERNAL


def _failed(errors: list[tuple[str, str]]) -> dict:
    return {"errors": [{"message": message, "extensions": {"code": code}} for message, code in errors]}


def as_json(answer: Any) -> bytes:
    """As JavaScript writes it: 4.0 is 4, no blanks, a line's end behind."""
    return json.dumps(_plain(answer), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
