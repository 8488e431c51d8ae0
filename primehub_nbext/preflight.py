"""What a person should know before a job is submitted: a notebook's place and file in; findings out."""

from __future__ import annotations

import re

SECRET_NAME = re.compile(r"(password|passwd|secret|token|api_?key|access_?key|private_?key|credential)", re.IGNORECASE)
SECRET_VALUE = re.compile(
    r"(AKIA[0-9A-Z]{16}|gh[pousr]_\w{20,}|hf_\w{20,}|sk-[\w-]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.|-----BEGIN)"
)


def find(parameters: list) -> list[dict]:
    """Findings about the notebook's own parameters (`[{"name", "value"}]`): secrets that everybody in the group could
    read.
    """
    return [
        {
            "severity": "warning",
            "code": "secret_parameter",
            "message": f"The parameter `{each['name']}` looks like a secret.",
            "hint": "The job's command and the output notebook can be read by the whole group. "
            "Read secrets from a file that only you can read, or ask your administrator for a better way.",
        }
        for each in parameters
        if each["value"] not in ('""', "null", "[]", "{}")
        and (SECRET_NAME.search(each["name"]) or SECRET_VALUE.search(each["value"]))
    ]
