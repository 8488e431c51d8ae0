"""A stranger, a careless program and a PrimeHub that lies, against real servers: refused in order, nothing shown."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import re
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from kit.answers import membership, resources
from kit.notebooks import write_notebook
from kit.servers import start_server
from primehub_nbext.handlers import routes as route_table

BASE_URL = "/user/a@b/"
DETOURS = ["session/", "/session", "%73ession", "session%2f", "session;x", "session%00", "./session", "x/../session"]
# The verbs of the route table, and which of them take a body: needed, or checked where there is one.
NEEDED, OPTIONAL, NONE = "needed", "optional", "none"
TABLE = {
    "session": {"GET": NONE},
    "token": {"GET": NONE, "PUT": NEEDED, "DELETE": OPTIONAL},
    "resources": {"GET": NONE},
    "notebooks/phusers/x.ipynb": {"GET": NONE},
    "notebooks/phusers/x.ipynb/check": {"POST": NEEDED},
    "jobs": {"GET": NONE, "POST": NEEDED},
    "jobs/job-1": {"GET": NONE},
    "jobs/job-1/cancel": {"POST": OPTIONAL},
    "jobs/job-1/rerun": {"POST": OPTIONAL},
}
ROUTES = [*TABLE, "no-such-route", ""]
VERBS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]
THING = {"name": "cpu-1", "displayName": "CPU"}
GROUP = {"id": "group-1", "name": "phusers", "enabledSharedVolume": True, "instanceTypes": [THING]}


class LyingPrimeHub:
    """A PrimeHub on a port of its own; `lies` replace the honest answers, by the name of the operation."""

    def __init__(self):
        self.lies: dict = {}
        self.commands: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                operation = re.search(r"(?:query|mutation)\s+(\w+)", asked["query"]).group(1)
                if operation == "CreateJob":
                    outer.commands.append(asked["variables"]["data"]["command"])
                data = outer.lies.get(operation, outer.honest(operation))
                body = data if isinstance(data, bytes) else json.dumps({"data": data}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}/api/graphql"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def honest(self, operation: str) -> dict:
        number = len(self.commands)
        job = {"id": f"job-{number}", "phase": "Pending", "command": self.commands[-1] if number else ""}
        return {
            "Me": {"me": {"id": "1", "username": "alice"}},
            "Resources": resources({**GROUP, "images": [{"name": "base", "url": "base:1"}]}),
            "Membership": membership("another"),
            "CreateJob": {"createPhJob": job},
            "Job": {"phJob": job},
            "Jobs": {"phJobs": [job]},
            "NewestCommands": {"phJobs": [job]},
            "CancelJob": {"cancelPhJob": {"id": "job-1"}},
            "RerunJob": {"rerunPhJob": {"id": "job-1"}},
            "GroupCommands": {"phJobs": [job], "phSchedules": []},
        }[operation]

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def primehub():
    primehub = LyingPrimeHub()
    yield primehub
    primehub.stop()


@pytest.fixture(autouse=True)
def honest_again(primehub):
    yield
    primehub.lies.clear()


@pytest.fixture(scope="module")
def target(host, primehub, tmp_path_factory):
    """A server with a notebook in its group volume, and with a token in its environment that nobody may see."""
    home = tmp_path_factory.mktemp(f"hostile-{host}")
    write_notebook(home / "phusers/x.ipynb", "print(1)")
    write_notebook(home / "private.ipynb", "print(1)")
    secret = f"secret-{secrets.token_hex(16)}"
    env = {
        "GROUP_ID": "group-1",
        "GROUP_NAME": "phusers",
        "PRIMEHUB_API_ENDPOINT": primehub.endpoint,
        "PRIMEHUB_API_TOKEN": secret,
        "PRIMEHUB_HOME_DIR": str(home),
        "PRIMEHUB_SETTLE_TIMEOUT": "0.2",
    }
    server = start_server(host, home, env=env, base_url=BASE_URL)
    server.secret = secret
    yield server
    log = server.log_text()
    assert server.stop() == [], "the notebook server left processes behind"
    assert secret not in log
    ours = [line for line in log.splitlines() if "primehub:" in line]
    assert ours, "the log is too quiet to prove anything"
    assert not [line for line in ours if line.startswith("[E")], "something was not foreseen"
    assert "Traceback" not in log


def send(target, method: str, path: str, body: bytes = b"", login: bool = True, **headers) -> tuple[int, str, dict]:
    """One request whose path and body go out exactly as they are; requests would tidy them up."""
    host, port = target.origin.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=60)
    if login:
        headers["Authorization"] = f"token {target.token}"
    if body and "Transfer-Encoding" not in headers:
        headers["Content-Length"] = str(len(body))
    try:
        connection.putrequest(method, target.base_url + "primehub/api/" + path)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders(body)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def must_be_discreet(target, text: str) -> None:
    for secret in (target.secret, target.token, "Traceback", "site-packages", 'File "', "internal_error"):
        assert secret not in text, text


def refused(target, answer: tuple) -> dict:
    """The error of a refusal: a true status, a code, a sentence and a way on; nothing that is nobody's business."""
    status, text, _ = answer
    assert 400 <= status < 500, (status, text)
    must_be_discreet(target, text)
    assert str(target.root) not in text
    error = json.loads(text)
    assert error["code"], error
    assert error["message"], error
    assert error["hint"], error
    return error


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_gets_nothing_by_any_verb_on_any_route(target, verb):
    for route in ROUTES + DETOURS:
        status, text, headers = send(target, verb, route, login=False)
        preflight = verb == "OPTIONS" and status in (200, 204) and not text  # Jupyter's own, and empty
        assert status in (302, 400, 403, 404, 405) or preflight, (route, status, text)
        assert "phusers" not in text, route
        assert "group-1" not in text, route
        assert "alice" not in text, route
        must_be_discreet(target, text)
        assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_page_elsewhere_changes_nothing_with_a_persons_cookies(target, primehub, verb):
    before = len(primehub.commands)
    cookies = target.login().cookies
    cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
    for route in ROUTES:
        for headers in ({}, {"Origin": "http://evil.example"}, {"X-XSRFToken": "guess"}):
            expected = {403} if verb in TABLE.get(route, {}) else {403, 404, 405}
            if "Origin" in headers:
                expected |= {404}  # jupyter_server's answer to a page of another origin
            status, text, _ = send(
                target, verb, route, b"{}", login=False, Cookie=cookie, Content_Type="application/json", **headers
            )
            assert status in expected, (route, headers, status, text)
    assert len(primehub.commands) == before


def test_a_persons_own_page_changes_what_it_wants(target):
    """What is refused above is refused for the missing token of the page, and for nothing else."""
    cookies = target.login().cookies
    cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
    headers = {"Cookie": cookie, "X-XSRFToken": cookies["_xsrf"], "Content_Type": "application/json"}
    for route, verbs in TABLE.items():
        for verb, body in verbs.items():
            status, text, _ = send(target, verb, route, b"" if body == NONE else b"{}", login=False, **headers)
            assert status == (400 if body == NEEDED else 200), (verb, route, status, text)


def test_a_page_elsewhere_reads_nothing(target):
    cookies = target.login().cookies
    cookie = "; ".join(f"{each.name}={each.value}" for each in cookies)
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        status, text, got = send(target, "GET", "session", login=False, Cookie=cookie, **headers)
        assert "phusers" not in text or got.get("access-control-allow-origin") is None, (status, text)


@pytest.mark.parametrize(
    "path",
    [
        "../private.ipynb", "phusers/../private.ipynb", "phusers/%2e%2e/private.ipynb", "%2e%2e/%2e%2e/etc/passwd",
        "phusers%2f..%2fprivate.ipynb", "phusers/%252e%252e/private.ipynb", "//etc/passwd", "/etc/passwd", "%00",
        "phusers/x.ipynb%00", "phusers/x%00.ipynb", "%ff%fe", "phusers/%ff.ipynb", "phusers\\..\\private.ipynb", ".",
        "phusers", "phusers/", "%2f", "%0a", "phusers/" + "x/" * 3000, "phusers/x.ipynb/..", "private.ipynb", "..",
        "phusers/" + "y" * 300 + ".ipynb", "phusers/out.ipynb", "phusers/out/etc/passwd", "phusers/pipe.ipynb",
        "phusers/root/etc/hostname", "phusers/loop.ipynb", "phusers/.primehub/x", "phusers/%ED%A0%80.ipynb",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_volume(target, path):
    volume = target.root / "phusers"
    for link, to in (("out.ipynb", "../private.ipynb"), ("out", "/"), ("root", "/proc/self/root"), ("loop.ipynb",) * 2):
        if not (volume / link).is_symlink():
            (volume / link).symlink_to(to)
    if not (volume / "pipe.ipynb").exists():
        os.mkfifo(volume / "pipe.ipynb")
    status, text, _ = send(target, "GET", "notebooks/" + path)
    assert 400 <= status < 500, (status, text)
    must_be_discreet(target, text)
    error = json.loads(text)
    expected = ("outside_group_volume", "notebook_not_found", "invalid_field", "bad_request", "not_found")
    assert error["code"] in (*expected, "unsupported_name")
    # The volume's own path may be named, because the hint says where to move the notebook; nothing else.
    assert str(target.root) not in text.replace(str(volume), ""), text


def test_the_table_above_is_the_route_table():
    routes = {pattern: handler for pattern, handler in route_table.ROUTES if pattern != ".*"}
    for path, verbs in TABLE.items():
        [pattern] = [each for each in routes if re.fullmatch(each, path)]
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
    ("more than 1 MiB", b"{}" + b" " * 1024 * 1024, {"Content-Type": JSON}, 413),
    ("10 MB", b'{"token": "' + b"x" * 10_000_000 + b'"}', {"Content-Type": JSON}, 413),
    ("10 MB of no type", b"x" * 10_000_000, {}, 413),
]


@pytest.mark.parametrize(("body", "headers", "status"), [each[1:] for each in BODIES], ids=[each[0] for each in BODIES])
def test_a_bad_body_is_refused_wherever_one_is_read(target, primehub, body, headers, status):
    before = len(primehub.commands)
    for route, verbs in TABLE.items():
        for verb, needs in verbs.items():
            answer = send(target, verb, route, body, **headers)
            if needs == NONE:
                assert answer[0] == 200, (verb, route, answer)  # nobody reads it
            else:
                refused(target, answer)
                assert answer[0] == status, (verb, route, answer)
    assert len(primehub.commands) == before


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
        (gzip.compress(b'{"token": "x"}'), {"Content-Encoding": "gzip"}), (b"{}" + b" " * 11_000_000, {}),
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
    good = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu-1", "image": "base"}
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
    must_be_discreet(target, "\n".join(primehub.commands))


def test_nothing_typed_becomes_part_of_the_jobs_program(target, primehub):
    """Job name, image and instance type stay outside the command; the parameters are one quoted word of it."""
    evil = 'x\'; touch evil; "$(touch evil)" `touch evil` \\'
    body = {"notebook_path": "phusers/x.ipynb", "display_name": evil, "instance_type": "cpu-1", "image": "base"}
    answer = target.api("POST", "jobs", json={**body, "parameters": {"a": evil}})
    assert answer.status_code == 201, answer.text
    assert answer.json()["display_name"] == evil
    assert answer.json()["parameters"] == {"a": evil}
    command = primehub.commands[-1]
    assert "'\\''; touch evil" in command
    assert "base" not in command.split("parameters=")[0].replace("a@b", "")


LIES = [None, [], {}, 5, "x", True, [[]], [None], [5], {"id": None}, {"id": 5}, {"id": []}, {"id": "\ud800"}]
LIES += [{"id": "../x"}, {"id": "\0"}, {"id": "j", "createTime": []}, {"id": "j", "userName": {}, "phase": []}]
LIES += [
    {"id": "j", "command": 5},
    [{"id": "\ud800", "command": "x"}],
    [{"id": "j", "command": ["x"], "instanceType": {"name": {}}}],
]


@pytest.mark.parametrize("lie", LIES, ids=lambda value: repr(value)[:40])
def test_a_primehub_that_answers_anything_never_breaks_the_server(target, primehub, lie):
    asked = {
        "Me": "me",
        "Resources": "me",
        "Membership": "me",
        "Job": "phJob",
        "Jobs": "phJobs",
        "CreateJob": "createPhJob",
    }
    asked |= {"RerunJob": "rerunPhJob", "CancelJob": "cancelPhJob"}
    asked |= dict.fromkeys(("NewestCommands", "GroupCommands"), "phJobs")
    primehub.lies.update({operation: {name: lie} for operation, name in asked.items()})
    body = {"notebook_path": "phusers/x.ipynb", "display_name": "x", "instance_type": "cpu-1", "image": "base"}
    for verb, route in (
        ("GET", "token"), ("PUT", "token"), ("GET", "resources?refresh=1"), ("GET", "jobs"), ("GET", "jobs/job-1"),
        ("POST", "jobs/job-1/cancel"), ("POST", "jobs/job-1/rerun"), ("POST", "jobs"),
    ):  # fmt: skip
        if route == "jobs" and verb == "POST":
            primehub.lies.pop("Resources")
        answer = target.api(verb, route, json={"token": "x", **body} if verb != "GET" else None)
        must_be_discreet(target, answer.text)
        assert answer.status_code in (200, 201, 404, 409, 422, 502, 504), (route, answer.text)
        if not answer.ok:
            assert answer.json()["hint"]
    target.api("DELETE", "token")


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"null", b"[]", b"<html>", b"[" * 500_000, b'{"data": ' + b"9" * 100_000 + b"}", b"\xff", b"NaN",
        b'{"errors": [{"message": ["x"]}]}', b'{"errors": [{"message": {}, "extensions": [1]}]}', b'{"errors": "x"}',
        b'{"errors": [null]}', b'{"errors": {}}', b'{"data": {"me": {}}, "errors": 5}', b'{"data": []}',
        b'{"errors": [{"message": "x", "extensions": {"code": ["EXCEED_QUOTA"]}}]}',
        b'{"errors": [{"message": "\\ud800\\u0000\\u202e%s%(x)s{}", "extensions": {"code": "EXCEED_QUOTA"}}]}',
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_an_answer_of_any_shape_has_a_sentence(target, primehub, answer):
    primehub.lies.update(dict.fromkeys(("Me", "Resources", "Jobs", "Job"), answer))
    for route in ("resources?refresh=1", "jobs", "jobs/job-1"):
        got = target.api("GET", route)
        assert got.status_code in (404, 422, 502), got.text
        assert got.json()["hint"]
        must_be_discreet(target, got.text)
    assert target.api("GET", "token").json()["problem"]["hint"]


def test_a_primehub_that_repeats_the_token_does_not_get_it_shown(target, primehub):
    message = json.dumps({"errors": [{"message": f"the token {target.secret} is bad"}]}).encode()
    primehub.lies.update(dict.fromkeys(("Me", "Jobs"), message))
    for route in ("jobs", "token"):
        assert target.secret not in target.api("GET", route).text
