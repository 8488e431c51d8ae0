"""A stranger, a page elsewhere and a path out of the volume, against real servers: nothing shown, nothing changed."""

from __future__ import annotations

import json
import os

import pytest

from kit.raw_requests import NEEDED, NONE, TABLE, VERBS, must_be_discreet, send

DETOURS = ["session/", "/session", "%73ession", "session%2f", "session;x", "session%00", "./session", "x/../session"]
ROUTES = [*TABLE, "no-such-route", ""]


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_gets_nothing_by_any_verb_on_any_route(target, primehub, verb):
    for route in ROUTES + DETOURS:
        status, text, headers = send(target, verb, route, login=False)
        preflight = verb == "OPTIONS" and status in (200, 204) and not text  # Jupyter's own, and empty
        assert status in (302, 400, 403, 404, 405) or preflight, (route, status, text)
        assert "phusers" not in text, route
        assert primehub.group["id"] not in text, route
        assert "alice" not in text, route
        must_be_discreet(target, text)
        assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_page_elsewhere_changes_nothing_with_a_persons_cookies(target, primehub, verb):
    before = primehub.count("CreateJob")
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
    assert primehub.count("CreateJob") == before


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
