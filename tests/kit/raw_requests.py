"""A server in; requests whose every byte is told, and what a refusal must be like, out."""

from __future__ import annotations

import http.client
import json

# The verbs of the route table, and which of them take a body: needed, or checked where there is one.
NEEDED, OPTIONAL, NONE = "needed", "optional", "none"
TABLE = {
    "session": {"GET": NONE},
    "token": {"GET": NONE, "PUT": NEEDED, "DELETE": OPTIONAL},
    "resources": {"GET": NONE},
    "notebooks/phusers/x.ipynb": {"GET": NONE},
    "notebooks/phusers/x.ipynb/check": {"POST": OPTIONAL},
    "jobs": {"GET": NONE, "POST": NEEDED},
    "jobs/job-1": {"GET": NONE},
    "jobs/job-1/cancel": {"POST": OPTIONAL},
    "jobs/job-1/rerun": {"POST": OPTIONAL},
    "jobs/job-1/output": {"GET": NONE},
    "jobs/job-1/comparison?with=job-2": {"GET": NONE},
    "feed": {"GET": NONE},
    "jobs/job-1/log": {"GET": NONE},
    "jobs/job-1/log/download": {"GET": NONE},
    "jobs/job-1/artifacts": {"GET": NONE},
    "jobs/job-1/artifacts/plots/a.png": {"GET": NONE},
    "jobs/job-1/monitoring": {"GET": NONE},
}
VERBS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"]


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
