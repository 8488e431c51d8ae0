"""Transcripts of a command line (text files) in; what the same commands print today, in the same form, out.

A transcript is a list of scenarios, each on a PrimeHub of its own in its initial state, with a home folder of its own:

    == what it is about
    edition ce                    of which PrimeHub (ee, where nothing is said)
    as bob in research            who, and the group that is configured (alice in phusers, where nothing is said)
    file job.json                 a file in the folder where the commands run
    | its content
    $ primehub jobs get x         a command of /bin/sh
    > a line of its standard output
    ! a line of its standard error
    [1]                           its exit code, where that is not 0
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

SECONDS = 60
"""How long one command may take before the scenario is given up."""


@dataclass
class Step:
    """One command, and what it printed."""

    command: str
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    code: int = 0

    def lines(self) -> list[str]:
        code = [f"[{self.code}]"] if self.code else []
        return [f"$ {self.command}", *(f"> {line}" for line in self.out), *(f"! {line}" for line in self.err), *code]


@dataclass
class Scenario:
    """Commands that share a PrimeHub and a home folder, in their order."""

    name: str
    user: str = "alice"
    group: str = "phusers"
    edition: str = "ee"
    files: dict[str, list[str]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def text(self) -> str:
        lines = [f"== {self.name}"]
        if self.edition != "ee":
            lines.append(f"edition {self.edition}")
        if (self.user, self.group) != ("alice", "phusers"):
            lines.append(f"as {self.user} in {self.group}")
        for name, content in self.files.items():
            lines += [f"file {name}", *(f"| {line}" for line in content)]
        for step in self.steps:
            lines += step.lines()
        return "\n".join(line.rstrip() for line in lines) + "\n"


def parse(text: str) -> list[Scenario]:
    """The scenarios of a transcript; raises ValueError, naming the line that is none."""
    scenarios: list[Scenario] = []
    content: list[str] = []
    for line in text.splitlines():
        mark, _, rest = line.partition(" ")
        if not line or mark == "#":
            continue
        if mark == "==":
            scenarios.append(Scenario(rest))
            continue
        now = scenarios[-1]
        if mark == "edition":
            now.edition = rest
        elif mark == "as":
            now.user, _, now.group = rest.partition(" in ")
        elif mark == "file":
            content = now.files[rest] = []
        elif mark == "|":
            content.append(rest)
        elif mark == "$":
            now.steps.append(Step(rest))
        elif mark == ">":
            now.steps[-1].out.append(rest)
        elif mark == "!":
            now.steps[-1].err.append(rest)
        elif re.fullmatch(r"\[\d+\]", line):
            now.steps[-1].code = int(line[1:-1])
        else:
            raise ValueError(f"neither of the forms of a transcript: {line!r}")
    return scenarios


class Names:
    """What differs from run to run (ids, times, folders, addresses), told by stable names."""

    def __init__(self, endpoint: str, home: Path, since: datetime) -> None:
        self.since = since
        self.places = [(endpoint.split("/api/")[0], "<primehub>"), (str(home), "<home>")]
        self.places.append((self.places[0][0].split("//")[1], "<primehub's host>"))
        self.known: dict[str, str] = {}

    def _number(self, kind: str, match: re.Match) -> str:
        made = sum(1 for known in self.known.values() if known.startswith(f"<{kind}"))
        return self.known.setdefault(match.group(), f"<{kind} {made + 1}>")

    def _job(self, match: re.Match) -> str:
        """A job's id begins with the minute in which it was made: those of the initial state keep theirs."""
        return self._number("job", match) if match[1] >= f"{self.since:%Y%m%d%H%M}" else match.group()

    def _time(self, match: re.Match) -> str:
        return "<time>" if re.sub(r"\D", "", match.group())[:14] >= f"{self.since:%Y%m%d%H%M%S}" else match.group()

    def stable(self, text: str) -> list[str]:
        """The lines of an output, without what no two runs share."""
        for place, name in self.places:
            text = text.replace(place, name)
        # A traceback tells the last line, which says what happened, and no paths of whoever installed the SDK.
        text = re.sub(r'^  File ".*\n(    .*\n)*', "", text, flags=re.MULTILINE)
        # Help is argparse's, whose words change with Python; its first line says which help it is.
        text = re.sub(r"Usage: *\n *(\S.*?) *\n(?s:.*)", r"<help: \1>\n", text)
        # Which types are named like an unknown one depends on all those that nobody asks the sandbox for.
        text = re.sub(r'(Unknown type \\?"\w+\\?"\.) Did you mean [^?]*\?', r"\1 <did you mean>", text)
        text = re.sub(r"job-(\d{12})-\w{1,6}", self._job, text)
        text = re.sub(r"recurrence-(?!...001)[0-9a-z]{1,6}\b", lambda match: self._number("schedule", match), text)
        text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?", self._time, text)
        text = re.sub(r"\b0x[0-9a-f]+", "<address>", text)
        # Columns are as wide as their widest cell, and ids are not of one length.
        text = re.sub(r"(?<=\S) {2,}", "  ", re.sub(r"-{3,}", "---", text))
        return [line.rstrip() for line in text.rstrip("\n").split("\n")] if text.strip() else []


def replay(scenario: Scenario, primehub: PrimeHub, home: Path, programs: Path) -> Scenario:
    """The same commands against a PrimeHub in its initial state, and what they print now.

    home is an empty folder; programs the folder of the commands, searched first. Raises subprocess.TimeoutExpired.
    """
    endpoint, token = primehub.endpoint, primehub.tokens[scenario.user]
    group_id = primehub.group_ids.get(scenario.group)
    config = {"endpoint": endpoint, "api-token": token, "group": {"id": group_id, "name": scenario.group}}
    (home / ".primehub").mkdir()
    (home / ".primehub" / "config.json").write_text(json.dumps(config))
    for name, content in scenario.files.items():
        (home / name).write_text("\n".join(content) + "\n")
    env = {"HOME": str(home), "PATH": f"{programs}:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "NO_PROXY": "*"}
    env |= {"ENDPOINT": endpoint, "TOKEN": token}
    names = Names(endpoint, home, primehub.since)
    now = replace(scenario, steps=[])
    for step in scenario.steps:
        out, err, code = run(recalled(step.command, names), env, home)
        now.steps.append(Step(step.command, names.stable(out), names.stable(err), code))
    return now


@dataclass
class PrimeHub:
    """Where a PrimeHub is, whom it knows, and since when (UTC) it is in its initial state."""

    endpoint: str
    tokens: dict[str, str]
    group_ids: dict[str, str]
    since: datetime


def recalled(command: str, names: Names) -> str:
    """The command with the real ids of what earlier ones made: `<job 1>` in it means the first new job."""
    for real, name in names.known.items():
        command = command.replace(name, real)
    return command


def run(command: str, env: dict, folder: Path) -> tuple[str, str, int]:
    """One command as at a terminal where nobody types: its standard input stays open and empty."""
    keyboard, typed = os.pipe()
    try:
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=env, cwd=folder, stdin=keyboard, capture_output=True, timeout=SECONDS
        )
    finally:
        with contextlib.suppress(OSError):
            os.close(keyboard)
        os.close(typed)
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), done.returncode
