"""What a person is told for each error that PrimeHub's own server is known to answer with.

The table is what such answers come to; where the recordings are at hand, every error in them must be in it.
"""

from __future__ import annotations

import json
import re

import pytest
from graphql import GraphQLError, OperationDefinitionNode, parse

from kit.recorded import MISSING, exchanges
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.primehub.answers import INTERNAL, error_of, read_answer

ISE = "INTERNAL_SERVER_ERROR"
# Our code ← (the field that was asked for, or None for any; HTTP status, PrimeHub's code and message)
TABLE = {
    "token_rejected": [
        (None, 500, ISE, "Context creation failed: Invalid API Token"),
        (None, 500, ISE, "Context creation failed: request not authorized"),
    ],
    "job_not_found": [
        ("phJob", 200, ISE, "HTTP request failed"),
        ("phJob", 200, ISE, 'phjobs.primehub.io "job-1" not found'),  # until 3.8 or so
        ("phJob", 200, ISE, "Cannot read property 'map' of null"),  # its group is gone; Node 14
        ("phJob", 200, ISE, "Cannot read properties of null (reading 'map')"),  # Node 16 and later
        ("cancelPhJob", 200, ISE, "Cannot read property 'map' of null"),
        ("cancelPhJob", 200, ISE, "Cannot read properties of null (reading 'map')"),
        ("rerunPhJob", 200, ISE, "Cannot read property 'map' of null"),
        ("rerunPhJob", 200, ISE, "Cannot read properties of null (reading 'map')"),
    ],
    "cluster_refused": [
        ("createPhJob", 200, ISE, "HTTP request failed"),
        ("cancelPhJob", 200, ISE, "HTTP request failed"),
        ("rerunPhJob", 200, ISE, "HTTP request failed"),
    ],
    "group_not_found": [
        ("createPhJob", 200, ISE, "Cannot read property 'attributes' of null"),
        ("createPhJob", 200, ISE, "Cannot read properties of null (reading 'attributes')"),
    ],
    "access_denied": [
        (None, 200, "NOT_AUTH", "user not auth"),
        (None, 200, ISE, "Not Authorised!"),
    ],
    "quota_exceeded": [
        (None, 200, "EXCEED_QUOTA", f"{owner} {what} exceeded")
        for owner in ("User", "Group")
        for what in ("Gpu Quota", "Cpu Quota", "Memory")
    ],
    "license_error": [
        (None, 200, "LICENSE_ERROR", "License expired"),
        (None, 200, "LICENSE_ERROR", "License invalid"),
    ],
    "primehub_trouble": [
        (None, 200, ISE, "HTTP request failed"),
        (None, 200, ISE, "API_UNAVAILABLE"),
        (None, 200, "API_UNAVAILABLE", "An internal server error occurred"),
        (None, 200, "RESOURCE_NOT_FOUND", "HTTP request failed"),
        (None, 200, ISE, "Request failed with status code 500"),
        (None, 200, ISE, "socket hang up"),
        (None, 200, ISE, "connect ECONNREFUSED 10.96.0.1:443"),
        (None, 200, ISE, "getaddrinfo ENOTFOUND keycloak.hub.svc"),
        (None, 500, ISE, "Context creation failed: connect ETIMEDOUT 10.0.0.1:443"),
    ],
    "jobs_unavailable": [
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "phJobs" on type "Query".'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "phJob" on type "Query".'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "phSchedules" on type "Query".'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "phJobsConnection" on type "Query". Did you …?'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "createPhJob" on type "Mutation". Did you …?'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Unknown type "PhJobCreateInput". Did you …?'),
    ],
    "primehub_incompatible": [
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Unknown directive "skip".'),
        (None, 400, "GRAPHQL_VALIDATION_FAILED", 'Cannot query field "isReady" on type "Image".'),
        (None, 400, "GRAPHQL_PARSE_FAILED", "Syntax Error: Unexpected <EOF>"),
        (None, 400, "BAD_USER_INPUT", 'Variable "$data" got invalid value "x"; Expected type Int.'),
        (None, 400, ISE, 'Variable "$id" of non-null type "ID!" must not be null.'),
    ],
    "primehub_error": [
        (None, 200, ISE, "Cannot read property 'name' of undefined"),
        (None, 200, ISE, "Cannot read properties of undefined (reading 'name')"),
        (None, 200, ISE, "Cannot read property 'map' of null"),
        (None, 200, ISE, "Cannot read properties of null (reading 'map')"),
        (None, 200, ISE, "Cannot read property 'attributes' of null"),
        (None, 200, ISE, "Cannot read properties of null (reading 'attributes')"),
        (None, 200, ISE, "Cannot read property 'groupId_in' of null"),
        (None, 200, ISE, "Cannot read properties of null (reading 'groupId_in')"),
        (None, 200, ISE, "Cannot return null for non-nullable field PageInfo.hasNextPage."),
        (None, 200, ISE, "order value (up) not valid. Should be 'asc' or 'desc'"),
        (None, 200, ISE, "primehub-store is not enabled."),
        (None, 200, "INTERNAL_ERROR", "failed to list store objects"),
        (None, 200, ISE, "Unexpected end of JSON input"),
        (None, 200, ISE, "Unexpected token b in JSON at position 1"),
        (None, 200, ISE, "Expected property name or '}' in JSON at position 1"),
        (None, 200, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (None, 200, ISE, "handler.call is not a function"),
    ],
}
ROWS = [(code, *row) for code, rows in TABLE.items() for row in rows]
# What does not come from GraphQL itself: (status, body) → our code
BODIES = [
    (413, b'{"code": "INTERNAL_ERROR", "message": "request entity too large"}', "body_too_large"),
    (413, b"<html>413 Request Entity Too Large</html>", "body_too_large"),
    (403, b'{"code": "INTERNAL_ERROR", "message": "request not authorized"}', "token_rejected"),
    (500, b'{"code": "INTERNAL_ERROR", "message": "Invalid API Token"}', "token_rejected"),
    (500, b'{"code": "API_UNAVAILABLE", "message": "API_UNAVAILABLE"}', "primehub_trouble"),
    (400, b'{"code": "INTERNAL_ERROR", "message": "Unexpected token b in JSON at position 1"}', "primehub_error"),
    (
        400,
        b'{"code": "INTERNAL_ERROR", "message": "Expected property name or \'}\' in JSON at position 1"}',
        "primehub_error",
    ),
    (400, b'{"code": "INTERNAL_ERROR", "message": "invalid JSON, only supports object and array"}', "primehub_error"),
    (403, b"<!DOCTYPE html><html>403 request not authorized</html>", "primehub_bad_answer"),
    (400, b"Must provide query string.", "primehub_bad_answer"),
    (400, b"GET query missing.", "primehub_bad_answer"),
    (400, b"GraphQL queries must be strings.", "primehub_bad_answer"),
    (400, b"Variables are invalid JSON.", "primehub_bad_answer"),
    (404, b"Not Found", "primehub_bad_answer"),
    (405, b"", "primehub_bad_answer"),
    (405, b"Apollo Server supports only GET/POST requests.", "primehub_bad_answer"),
    (405, b"GET supports only query operation", "primehub_bad_answer"),
    (500, b"POST body missing. Did you forget use body-parser middleware?", "primehub_bad_answer"),
    (502, b"<html>502</html>", "primehub_unavailable"),
    (503, b"<html>503</html>", "primehub_unavailable"),
    (504, b"<html>504</html>", "primehub_timeout"),
]


def failure(status: int, body: bytes, field: str = "") -> PrimeHubError:
    with pytest.raises(PrimeHubError) as caught:
        read_answer(status, body, "", field)
    error = caught.value
    assert error.message.endswith((".", "!")) or error.message.startswith("PrimeHub says: "), error.message
    assert error.hint.endswith(".")
    said = error.message + error.hint
    assert not INTERNAL.search(said), f"a person reads what only a programmer understands: {said}"
    assert not re.search(r"\d+\.\d+\.\d+\.\d+|ECONN|keycloak\.", said), f"a host inside PrimeHub: {said}"
    return error


@pytest.mark.parametrize("token", ["x", "Token", "Invalid API Token", "e"])
def test_a_mistyped_token_is_told_as_one_whatever_it_is(token):
    fault = {"message": "Context creation failed: Invalid API Token", "extensions": {"code": ISE}}
    assert error_of(fault, token).code == "token_rejected"
    shown = error_of({"message": f"Something with {token!r} in it"}, token)
    assert repr(token) not in shown.message


@pytest.mark.parametrize(("ours", "field", "status", "code", "message"), ROWS)
def test_an_error_of_primehub_has_its_code(ours, field, status, code, message):
    answer = {"errors": [{"message": message, "extensions": {"code": code}}], "data": None}
    assert failure(status, json.dumps(answer).encode(), field or "me").code == ours


@pytest.mark.parametrize(("status", "body", "ours"), BODIES)
def test_an_answer_from_beside_graphql_has_its_code(status, body, ours):
    assert failure(status, body).code == ours


@pytest.mark.parametrize("what", ["GPUs", "CPUs", "memory"])
def test_a_quota_is_told_in_words(what):
    message = {"GPUs": "User Gpu Quota exceeded", "CPUs": "User Cpu Quota exceeded"}.get(what, "User Memory exceeded")
    answer = {"errors": [{"message": message, "extensions": {"code": "EXCEED_QUOTA"}}], "data": None}
    error = failure(200, json.dumps(answer).encode(), "createPhJob")
    assert f"more {what} than your quota" in error.message
    assert message in error.message


def expected(field: str, status: int, code: str, message: str) -> str | None:
    """Our code for a recorded error, by the table; validation has too many wordings to list them all."""
    message = re.sub(r"Did you mean .*\?$", "Did you …?", message)
    message = re.sub(r"order value \(.*\)", "order value (up)", message)
    message = re.sub(r"(property|reading) '(replace|name)'", r"\1 'name'", message)
    message = re.sub(r"non-nullable field \w+\.\w+", "non-nullable field PageInfo.hasNextPage", message)
    found = {row[1]: row[0] for row in ROWS if row[2:] == (status, code, message) and row[1] in (field, None)}
    if not found and status == 400:
        return "primehub_incompatible"
    return found.get(field, found.get(None))


def root_field(document) -> str:
    """The first field of a document; "" when it cannot be read."""
    try:
        operations = [each for each in parse(document).definitions if isinstance(each, OperationDefinitionNode)]
        return operations[0].selection_set.selections[0].name.value
    except (GraphQLError, AttributeError, IndexError, TypeError):
        return ""


def test_every_recorded_error_is_in_the_table():
    """Not those of routes that the client does not ask, nor of several requests in one."""
    asked = [each for each in exchanges() if each.get("request", {}).get("path") == "/api/graphql"]
    if not asked:
        pytest.skip(MISSING)
    seen = 0
    for each in asked:
        response, request = each["response"], each["request"].get("json")
        answer = response.get("json")
        faults = answer.get("errors") if isinstance(answer, dict) else None
        field = root_field(request.get("query")) if isinstance(request, dict) else ""
        if faults:
            told = failure(response["status"], json.dumps({**answer, "data": None}).encode(), field).code
            codes = [
                expected(field, response["status"], fault["extensions"]["code"], fault["message"]) for fault in faults
            ]
            wanted = "jobs_unavailable" if "jobs_unavailable" in codes else codes[0]
        elif response["status"] >= 400:
            body = json.dumps(answer) if answer is not None else response.get("text", "")
            told = failure(response["status"], body.encode(), field).code
            wanted = {(row[0], row[1]): row[2] for row in BODIES}.get((response["status"], body.encode()))
        else:
            continue
        seen += 1
        assert told == wanted, f"{each['file']}: {each['name']}: {faults or response}"
    assert seen > 200
