"""A careless program against real servers: any verb, body or field is refused in order, or carried."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from kit.raw_requests import NEEDED, NONE, TABLE, VERBS, must_be_discreet, refused, send
from primehub_nbext.handlers import routes as route_table


def test_the_table_of_the_kit_is_the_route_table():
    routes = {pattern: handler for pattern, handler in route_table.ROUTES if pattern != ".*"}
    for path, verbs in TABLE.items():
        [pattern] = [each for each in routes if re.fullmatch(each, path.partition("?")[0])]
        handler = routes.pop(pattern)
        made = {verb for verb in VERBS if verb.lower() in vars(handler)}
        assert made == set(verbs), path
    assert not routes, "routes that no request here tries"


def test_a_verb_that_a_route_does_not_have_is_refused(target):
    for route, verbs in TABLE.items():
        for verb in VERBS:
            if verb in verbs:
                continue
            answer = send(target, verb, route, b"{}" if verb in ("POST", "PUT", "PATCH") else b"")
            status, text, _ = answer
            if verb == "OPTIONS" and status in (200, 204):
                assert not text, (verb, route, text)  # Jupyter's own
            elif verb == "HEAD":
                assert (status, text) == (405, ""), (verb, route, answer)
            else:
                assert (status, refused(target, answer)["code"]) == (405, "method_not_allowed"), (verb, route, answer)


JSON = "application/json"
BODIES = [
    ("no content type", b"{}", {}, 415),
    ("not JSON's content type", b"{}", {"Content-Type": "text/plain"}, 415),
    ("a page's form", b"name=x", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
    ("a page's other form", b"--x--", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ("not JSON", b"{", {"Content-Type": JSON}, 400),
    ("not text", b"\xff\xfe{}", {"Content-Type": JSON}, 400),
    ("a list", b"[]", {"Content-Type": JSON}, 400),
    ("null", b"null", {"Content-Type": JSON}, 400),
    ("a text", b'"x"', {"Content-Type": JSON}, 400),
    ("nested lists", b"[" * 500_000, {"Content-Type": JSON}, 400),
    ("nested objects", b'{"a":' * 150_000, {"Content-Type": JSON}, 400),
    ("more than 4 MiB", b"{}" + b" " * 4 * 1024 * 1024, {"Content-Type": JSON}, 413),
    ("10 MB", b'{"token": "' + b"x" * 10_000_000 + b'"}', {"Content-Type": JSON}, 413),
    ("10 MB of no type", b"x" * 10_000_000, {}, 413),
]


@pytest.mark.parametrize(("body", "headers", "status"), [each[1:] for each in BODIES], ids=[each[0] for each in BODIES])
def test_a_bad_body_is_refused_wherever_one_is_read(target, primehub, body, headers, status):
    before = primehub.count("CreateJob")
    for route, verbs in TABLE.items():
        for verb, needs in verbs.items():
            answer = send(target, verb, route, body, **headers)
            if needs == NONE:
                assert answer[0] == 200, (verb, route, answer)  # nobody reads it
            else:
                refused(target, answer)
                assert answer[0] == status, (verb, route, answer)
    assert primehub.count("CreateJob") == before


def test_only_a_notebook_may_be_larger_than_1_mib(target):
    body = b"{}" + b" " * 1024 * 1024
    for route, verbs in TABLE.items():
        for verb in (verb for verb, needs in verbs.items() if needs != NONE):
            status, _, _ = send(target, verb, route, body, **{"Content-Type": JSON})
            assert status == (200 if route.endswith("/check") else 413), (verb, route)


def test_no_body_is_none_where_none_is_needed(target):
    for route, verbs in TABLE.items():
        for verb, needs in verbs.items():
            for body, headers in ((b"", {}), (b"", {"Content-Type": "text/plain"}), (b"{}", {"Content-Type": JSON})):
                status, text, _ = send(target, verb, route, body, **headers)
                assert (status == 200) == (needs != NEEDED), (verb, route, body, text)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}), (b"null", {}), (b"[]", {}), (b"5", {}), (b'"x"', {}), (b"{", {}), (b"\xff\xfe{}", {}), (b"\x00", {}),
        (b"\xef\xbb\xbf{}", {}), (b'{"token": \xff}', {}), (b"[" * 500_000, {}), (b'{"a":' * 150_000, {}),
        (b'{"token": ' + b"9" * 100_000 + b"}", {}), (b'{"token": NaN}', {}), (b'{"token": -Infinity}', {}),
        (b'{"token": "\\ud800"}', {}), (b'{"token": "\\u0000"}', {}), (b'{"token": "a", "token": ["b"]}', {}),
        (b'{"token": {"token": {}}}', {}), (b'{"token": "{\\"api-token\\": [1]}"}', {}),
        (b'{"token": "' + b"{" * 100_000 + b'"}', {}), (b'{"token": "a b"}', {}), (b'{"token": "a\\r\\nX: y"}', {}),
        (gzip.compress(b'{"token": "x"}', mtime=0), {"Content-Encoding": "gzip"}), (b"{}" + b" " * 11_000_000, {}),
        (b"token=x", {"Content-Type": "application/x-www-form-urlencoded"}), (b'{"token": "x"}', {"Content-Type": ""}),
        (b'{"token": "x"}', {"Content-Type": "text/plain"}), (b'{"token": "x"}', {"Content-Type": "\xff"}),
        (b"5\r\n{\"a\":\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_body_of_any_kind_is_refused_in_order(target, body, headers):
    headers = {"Content-Type": "application/json", **headers}
    for verb, route in (("PUT", "token"), ("POST", "jobs")):
        refused(target, send(target, verb, route, body, **headers))


ODD = ["[]", "{}", "5", "-1", "1.5", "1e999", "NaN", "-Infinity", "true", "false", "[[[[[]]]]]"]
ODD += ['"\\ud800"', '"\\u0000"', '""', '" "', '"../../x"', '"$(touch /tmp/x)"', '"' + "x" * 20_000 + '"', "9" * 4000]
ODD += ['{"a": {"b": []}}']


@pytest.mark.parametrize(
    "field",
    ["notebook_path", "display_name", "instance_type", "image", "parameters", "timeout_seconds", "submission_id"],
)
def test_a_field_of_any_kind_is_refused_in_order_or_carried(target, primehub, field):
    good = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu-1", "image": "base-notebook"}
    for odd in ODD:
        pairs = {**{name: json.dumps(value) for name, value in good.items()}, field: odd}
        body = ("{" + ", ".join(f'"{name}": {value}' for name, value in pairs.items()) + "}").encode()
        answer = send(target, "POST", "jobs", body, Content_Type="application/json")
        if answer[0] == 201:
            assert field in ("display_name", "parameters", "timeout_seconds"), (odd, answer)
            must_be_discreet(target, answer[1])
        else:
            error = json.loads(answer[1])
            assert 400 <= answer[0] < 500, (odd, answer)
            assert error["field"] == field, (odd, answer)
            must_be_discreet(target, answer[1])
    must_be_discreet(target, "\n".join(commands(primehub)))


def commands(primehub) -> list[str]:
    """Those of the jobs that PrimeHub was asked to make."""
    return [request.variables["data"]["command"] for request in primehub.asked("CreateJob")]


def test_nothing_typed_becomes_part_of_the_jobs_program(target, primehub):
    """Job name, image and instance type stay outside the command; the parameters are one quoted word of it."""
    evil = 'x\'; touch evil; "$(touch evil)" `touch evil` \\'
    body = {
        "notebook_path": "phusers/x.ipynb",
        "display_name": evil,
        "instance_type": "cpu-1",
        "image": "base-notebook",
    }
    answer = target.api("POST", "jobs", json={**body, "parameters": {"a": evil}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["display_name"] == evil
    assert answer.json()["parameters"] == {"a": evil}
    command = commands(primehub)[-1]
    assert "'\\''; touch evil" in command
    assert "base" not in command.split("parameters=")[0].replace("a@b", "")
