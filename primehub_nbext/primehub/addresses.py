"""Addresses of logs and files: the configured ones, and what PrimeHub's answers say, in; where the token may go, out.

`logEndpoint` is an absolute address in an answer. Only its path is believed, and only if it looks like a log's: host,
port and scheme are those of the configured endpoint, or of `log_url`.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from .errors import BadAnswer

LOG_PATH = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*logs/namespaces/[a-z0-9-]+/phjobs/([A-Za-z0-9.-]+)")
GRAPHQL = "/graphql"


def log_address(endpoint: str, log_url: str, said: object, job_id: str) -> str:
    """Where the log of a job is.

    endpoint : address of the GraphQL API
    log_url : what stands before /api/logs elsewhere, or ""
    said : the job's `logEndpoint`

    Raises BadAnswer for one that is none, or another job's.
    """
    try:
        path = urlsplit(said).path if isinstance(said, str) else ""
    except ValueError:
        path = ""
    match = LOG_PATH.fullmatch(path)
    if not match or match[1] != job_id:
        raise BadAnswer()
    return _base(log_url or endpoint, keep_path=bool(log_url)) + path


def file_address(endpoint: str, log_url: str, key: str) -> str:
    """Where an object of PrimeHub's store is, such as `groups/phusers/jobArtifacts/<id>/plots/a.png`.

    Beside the GraphQL API: `/api/files/` and the key, each of its characters quoted that could mean something.
    """
    path = "/api" + GRAPHQL if log_url else urlsplit(endpoint).path
    folder = path[: -len(GRAPHQL)] if path.endswith(GRAPHQL) else "/api"
    return f"{_base(log_url or endpoint, keep_path=bool(log_url))}{folder}/files/{quote(key, safe='/')}"


def _base(address: str, keep_path: bool) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/') if keep_path else ''}"
