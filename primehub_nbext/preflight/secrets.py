"""Secrets: parameters in; findings about those that look like a secret, by a rule that is here, out."""

from __future__ import annotations

import re
from typing import Any

from .subject import Subject, finding

END = r"\Z"
# The advice is to pass the place of a secret; and much of what machine learning calls a token is none.
HARMLESS_NAME = (
    r"(file|path|dir|directory|folder|name|env|var|url|uri|type|len|length|size|count|column|field|key[_-]?id"
    r"|algo|algorithm|policy|regex|pattern|label|prompt|hint|message|msg|title|strength|rules?|manager|required"
    r"|(pad|eos|bos|unk|cls|sep|mask|stop|start|end|special|blank|image|prefix|suffix|extra|first|last|next|new|max|min"
    r"|num|n|total|per|by|input|output|class|register|separator|delimiter|trigger|placeholder|text|word)[_-]?token)"
)
SECRET_NAME = (
    r"(secret|password|passwd|passphrase|credential|authorization|bearer"
    r"|(api|access|private|account|storage|master|subscription|auth|encryption|signing|wandb|openai|anthropic|kaggle)"
    r"[_.-]?keys?(?![a-z])"
    rf"|(api|auth|access|refresh)[_.-]?tokens{END}|token{END}"
    rf"|(^|[_.-])(pwd|pw){END}|(^|(db|database|user|root|admin|login|smtp|ftp|mysql|pg|redis|my)[_.-]?)pass{END})"
)
# Keys that their form gives away, and words that come before a secret within a longer text.
SECRET_FORM = (
    r"(\b(AKIA|ASIA)[0-9A-Z]{12}|\bgh[pousr]_\w{16}|\bgithub_pat_\w{8}|\bglpat-[\w-]{8}|\bhf_[0-9A-Z]{30}"
    r"|\bsk-[0-9A-Z]{20}|\bsk-(proj|ant|or|svcacct|admin)-[\w-]{10}|\b[sr]k_(live|test)_\w{10}|\bxox[a-z]-[\w-]{8}"
    r"|\bAIza[\w-]{30}|\bnpm_[0-9A-Z]{30}|\bpypi-[\w-]{50}|\bdckr_pat_[\w-]{16}|hooks\.slack\.com/services/\w"
    r"|discord(app)?\.com/api/webhooks/\d+/\w|\bSG\.[\w-]{16}|\bgsk_[0-9A-Z]{30}|\bhvs\.[\w-]{20}|\br8_[0-9A-Z]{30}"
    r"|\bdapi[0-9a-f]{32}"
    r"|\beyJ[\w-]{8,2000}\.[\w-]{8}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY)"
)
SECRET_VALUE = (
    rf"({SECRET_FORM}"
    r"|://[^ \t\r\n/?#@:]*:[^ \t\r\n/?#@]+@|\bbearer [\w.~+/-]{3}|\bbasic (?=[A-Z+/]*[0-9=])[\w+/]{8}"
    r"|(^|[?&;, \t\r\n-])(sig|x-amz-signature|(access_)?token|api_?key|accountkey|sharedaccesskey|password|passwd|pwd)"
    r"=[^&;, \t\r\n])"
)
NAMES, VALUES = (
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (rf"^(?![\w\W]*{HARMLESS_NAME}{END})[\w\W]*?{SECRET_NAME}", SECRET_VALUE)
)
SHORTEST_NUMBER = 1000  # a number of fewer than four digits is no password


def find_secrets(subject: Subject) -> list[dict[str, Any]]:
    """Findings about parameters, the notebook's own and those that are typed: secrets that the group could read."""
    return [
        finding(
            "warning",
            "secret_parameter",
            "The parameter `{name}` looks like a secret.",
            "The job's command and the output notebook can be read by the whole group. "
            "Read secrets from a file that only you can read, or ask your administrator for a better way.",
            cell=each.get("cell"),
            line=each.get("line"),
            name=each["name"],
        )
        for each in subject.parameters
        if is_secret(each["name"], each["value"])
    ]


def is_secret(name: str, value: object, named: bool = False) -> bool:
    """Whether a value, or one within it, looks like a secret, by its form or by the name or key that it has.

    named : it is part of a value that has such a name
    """
    named = named or NAMES.search(name) is not None
    if isinstance(value, dict):
        return any(is_secret(key, item, named) for key, item in value.items())
    if isinstance(value, list):
        return any(is_secret("", item, named) for item in value)
    if isinstance(value, str):
        return value != "" and (named or VALUES.search(value) is not None)
    return named and type(value) is int and abs(value) >= SHORTEST_NUMBER
