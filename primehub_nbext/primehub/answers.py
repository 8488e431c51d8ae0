"""What PrimeHub answers: status, body and the field that was asked for in; the `data` out, or the error it tells of.

The texts and codes are those of PrimeHub's own server, 3.1 to 4.1. Many say nothing of themselves: `HTTP request
failed` is Kubernetes' no to whatever was asked for last, and a JavaScript TypeError may be a group that is gone.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ..errors import BodyTooLarge, PrimeHubError
from .errors import (
    AccessDenied,
    ApiError,
    BadAnswer,
    ClusterRefused,
    GroupNotFound,
    Incompatible,
    JobNotFound,
    JobsUnavailable,
    LicenseError,
    QuotaExceeded,
    Timeout,
    TokenRejected,
    Trouble,
    Unavailable,
)

MESSAGE_LENGTH = 300

NO_JOBS = re.compile(
    r'cannot query field "(createPhJob|rerunPhJob|cancelPhJob|phJobs?|phJobsConnection|phSchedules?)" on type'
    r'|unknown type "ph(job|schedule)',
    re.I,
)
TOKEN = re.compile(r"^(context creation failed: )?(invalid api token|request not authorized)", re.I)
QUOTA = re.compile(r"^(User|Group) (Gpu|Cpu|Memory)( Quota)? exceeded$", re.I)
QUOTA_SENTENCES = {
    "user": "The instance type has more {what} than your quota in this group allows (PrimeHub says: {said}).",
    "group": "The instance type has more {what} than the quota of the group allows (PrimeHub says: {said}).",
}
QUOTA_WHAT = {"gpu": "GPUs", "cpu": "CPUs", "memory": "memory"}
LICENSE_SENTENCES = {
    "License expired": "PrimeHub's licence has expired, so no new jobs can be submitted.",
    "License invalid": "PrimeHub's licence is not valid, so no new jobs can be submitted.",
}
# Kubernetes or Keycloak failing, as the libraries of PrimeHub's server put it; some of these name hosts inside it.
TROUBLE = re.compile(
    r"^(API_UNAVAILABLE|An internal server error occurred|Context creation failed|Request failed with status code"
    r"|socket hang up|Client network socket disconnected|Network Error|timeout of \d)"
    r"|\bE(CONN\w+|TIMEDOUT|AI_AGAIN|NOTFOUND|PIPE|HOSTUNREACH|NETUNREACH)\b|self signed certificate|certificate has",
    re.I,
)
CUT_OFF = re.compile(r"^socket hang up|^timeout of|\bE(CONNRESET|CONNABORTED|TIMEDOUT|PIPE)\b", re.I)
NO = re.compile(r"^HTTP request failed$|primehub\.io .* not found")
NULL = r"Cannot read (?:property '{0}' of null|properties of null \(reading '{0}'\))"
GROUP_GONE, JOBS_GROUP_GONE = (re.compile(NULL.format(name)) for name in ("attributes", "map"))
# Errors of PrimeHub's own code: they help nobody who has not written it.
INTERNAL = re.compile(
    r"Cannot (read|set|access|destructure|convert|delete|define|assign|mix|return null)\b"
    r"|is not (a function|a constructor|defined|iterable|an object|valid JSON)|\bundefined\b|TypeError|ReferenceError"
    r"|Unexpected (token|end)|in JSON at position|Maximum call stack|Invalid (array|string|time|count)|Assignment to"
)
ABOUT_ONE_JOB = ("phJob", "cancelPhJob", "rerunPhJob")


def read_answer(
    status: int, body: bytes, token: str = "", field: str = "", *, partial: bool = True, nulls: bool = False
) -> dict[str, Any]:
    """The `data` of an answer.

    partial : data with errors beside it is good enough, if everything that was asked for at the top is there
    nulls : or even if it is not
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise _not_json(status) from None
    if not isinstance(answer, dict):
        raise BadAnswer()
    data, faults = answer.get("data"), answer.get("errors")
    if isinstance(data, dict) and data:
        whole = all(value is not None for value in data.values())
        if not faults or nulls or (partial and whole):
            return data
    if isinstance(faults, list) and any(isinstance(fault, dict) for fault in faults):
        # Of several the first tells; but a PrimeHub without jobs may miss other things, too.
        found = [error_of(fault, token, field, status) for fault in faults if isinstance(fault, dict)]
        raise next((error for error in found if isinstance(error, JobsUnavailable)), found[0])
    if status >= 400 and isinstance(answer.get("message"), str):  # {"code", "message"}: not from GraphQL itself
        raise _refused_body(status) or error_of({**answer, "extensions": answer}, token, field)
    raise Unavailable() if status >= 500 else BadAnswer()


def _not_json(status: int) -> PrimeHubError:
    if status == 504:
        return Timeout()
    if status in (502, 503):
        return Unavailable()
    if status in (401, 403):
        return BadAnswer(
            "PrimeHub, or something in front of it, refused the request without saying why (HTTP {status}).",
            "Ask your administrator whether this notebook server may reach PrimeHub's API.",
            values={"status": status},
        )
    return _refused_body(status) or BadAnswer()


def _refused_body(status: int) -> PrimeHubError | None:
    return BodyTooLarge("The job is larger than PrimeHub takes (1 MB).") if status == 413 else None


def error_of(fault: dict[str, Any], token: str = "", field: str = "", status: int = 200) -> PrimeHubError:
    """The error behind an entry of a GraphQL answer's `errors`.

    field : the (first) root field of the document, because one text means different things
    """
    extensions = fault.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    # Recognised by what PrimeHub wrote: a token that was mistyped, say as "token", may be a word of it.
    said, message = displayable(fault.get("message")), displayable(fault.get("message"), token)
    if TOKEN.search(said) or code == "UNAUTHENTICATED":
        return TokenRejected(field="token")
    if NO_JOBS.search(said):
        return JobsUnavailable()
    if code == "EXCEED_QUOTA" or QUOTA.search(said):
        return _quota_exceeded(message)
    if code == "LICENSE_ERROR":
        return _license_error(message)
    if code in ("NOT_AUTH", "FORBIDDEN") or said == "Not Authorised!":
        of_a_job = "The job belongs to a group that you are not a member of." if field in ABOUT_ONE_JOB else None
        return AccessDenied(of_a_job)
    if status == 400 or code in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT"):
        return Incompatible()
    if code == "RESOURCE_NOT_FOUND" or NO.search(said):
        return _kubernetes_says_no(field)
    if field == "createPhJob" and GROUP_GONE.search(said):
        return GroupNotFound()
    if field in ABOUT_ONE_JOB and JOBS_GROUP_GONE.search(said):
        return JobNotFound(
            "The group of this job has been deleted, and PrimeHub can neither show nor change its jobs any more.",
            "Ask your administrator, if you need what the job left.",
        )
    if code == "API_UNAVAILABLE" or TROUBLE.search(said):
        trouble = Trouble()
        trouble.cut_off = CUT_OFF.search(said) is not None
        return trouble
    if not message or INTERNAL.search(said):
        return ApiError()
    return ApiError("PrimeHub says: {said}", values={"said": message})


def _kubernetes_says_no(field: str) -> PrimeHubError:
    if field == "phJob":
        return JobNotFound()  # any other trouble on reading it is API_UNAVAILABLE
    if field == "createPhJob":
        return ClusterRefused()
    if field in ABOUT_ONE_JOB:  # the job has been looked at a moment ago
        return ClusterRefused(
            "PrimeHub's Kubernetes did not take this: the job may just have been removed, or Kubernetes is in trouble.",
            "Try again in a minute. If it stays, tell your administrator.",
        )
    return Trouble()


def _quota_exceeded(message: str) -> QuotaExceeded:
    match = QUOTA.search(message)
    if match:
        values = {"what": QUOTA_WHAT[match[2].lower()], "said": message}
        return QuotaExceeded(QUOTA_SENTENCES[match[1].lower()], values=values)
    return QuotaExceeded("PrimeHub says: {said}.", values={"said": message}) if message else QuotaExceeded()


def _license_error(message: str) -> LicenseError:
    if message in LICENSE_SENTENCES:
        return LicenseError(LICENSE_SENTENCES[message])
    return LicenseError("PrimeHub says: {said}.", values={"said": message}) if message else LicenseError()


def displayable(text: object, token: str = "") -> str:
    """Text of PrimeHub as one short line, without control characters and without the token."""
    if not isinstance(text, str):
        return ""
    if token:
        text = text.replace(token, "…")
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 10 * MESSAGE_LENGTH]).split())
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 1] + "…"
