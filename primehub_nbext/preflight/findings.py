"""All findings of a notebook: what is known of it in; what a person should know before a job is submitted out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from .answers import find_answers
from .artifacts import find_artifacts
from .contents import find_contents
from .earlier import find_earlier
from .endless import find_endless
from .environment import find_environment
from .home import find_home
from .imports import find_imports
from .instance import find_instance
from .machine import find_machine
from .missing import find_missing
from .overwritten import find_overwritten
from .parameters import find_parameters
from .script.collector import rarer
from .secrets import find_secrets
from .subject import Subject
from .syntax import find_syntax
from .tags import find_tags
from .undefined import find_undefined
from .waiting import find_waiting
from .written import find_written

# One function for each family of findings; each answers `[{"severity", "code", "message", "hint", "cell", "line",
# "fix", "values"}]`: `severity` is error, warning or note; `cell` is an index in the notebook from 0 and `line` one in
# the cell from 1, or None; `values` are what the message was filled with; `find` adds `number`, that of the cell among
# the code cells, from 1, as jobs and dialogs count them. `fix` is None, or what would mend it in the
# notebook: `{"label", "edits"}` with the words of a button and one or more of
#   {"cell", "line", "old", "new"}  the lines `old` of a cell, the first of which is `line`, become `new`
#   {"cell", "insert", "tag"}       a new code cell with this source before that cell (the end, where there is none);
#                                   `tag`, which may be missing, is one that it has
#   {"cell", "tag"}                 the cell gets a tag
# An edit is for the notebook as it was looked at: where `old` is no longer there, nothing is changed.
FAMILIES = (
    find_contents,
    find_environment,
    find_imports,
    find_syntax,
    find_undefined,
    find_overwritten,
    find_artifacts,
    find_home,
    find_missing,
    find_waiting,
    find_answers,
    find_endless,
    find_machine,
    find_tags,
    find_instance,
    find_earlier,
    find_parameters,
    find_secrets,
    find_written,
)
MOST = 100  # of one code in one notebook, of whatever size
SEVERITIES = ("error", "warning", "note")


def find(subject: Subject) -> list[dict[str, Any]]:
    """Findings about a notebook, where it is, and what is in the form."""
    cells = subject.notebook.cells if subject.notebook else []
    code = [index for index, cell in enumerate(cells) if cell["type"] == "code"]
    numbers = {index: number for number, index in enumerate(code, 1)}
    with rarer():
        found = _limited([finding for family in FAMILIES for finding in family(subject)])
    return [{**finding, "number": numbers.get(finding["cell"])} for finding in found]


def _limited(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """At most MOST of each code, the worst of them; the last of those says how many more there are."""
    for code, count in Counter(each["code"] for each in found).items():
        if count > MOST:
            those = [each for each in found if each["code"] == code]
            kept = sorted(those, key=lambda each: SEVERITIES.index(each["severity"]))[:MOST]
            kept[-1] = {**kept[-1], "message": f"{kept[-1]['message']} (And {count - MOST} more like this.)"}
            found = [each for each in found if each["code"] != code] + kept
    return found
