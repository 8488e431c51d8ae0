"""Answers: a notebook in; findings about commands that ask for one, which nobody gives in a job, out.

A command of `!` has a terminal of its own in which nobody types (ipykernel starts it by pexpect), so that one that asks
waits for ever. One of `%%bash`, or of `x = !`, has an empty input, and does not wait.
"""

from __future__ import annotations

from typing import Any

from ..notebooks.cells.magics import holds_python
from .script.cell import CodeCell
from .script.shell import Command, commands
from .subject import Subject, finding

CONDAS = {"conda", "mamba", "micromamba"}
CHANGING = {"install", "create", "remove", "uninstall", "update", "upgrade"}
ASKING_OF_ENVIRONMENTS = {"remove"}  # of `conda env`, which makes and updates one without a word
# Commands that ask who one is, and the words with which they do not.
LOGINS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("huggingface-cli", "login"): ("--token",),
    ("hf", "auth", "login"): ("--token",),
    ("gcloud", "auth", "login"): ("--cred-file", "--brief"),
    ("az", "login"): ("--service-principal", "--identity", "-i", "-u", "--username"),
    ("gh", "auth", "login"): ("--with-token",),
    ("gcloud", "auth", "application-default", "login"): ("--cred-file",),
    ("aws", "sso", "login"): (),
    ("comet", "login"): ("--api-key",),
}
BARE = {("wandb", "login"), ("aws", "configure"), ("gcloud", "init"), ("earthengine", "authenticate")}
# What answers such a command from elsewhere in the notebook.
VARIABLES = {"wandb": "WANDB_API_KEY", "huggingface-cli": "HF_TOKEN", "hf": "HF_TOKEN", "gh": "GH_TOKEN"}


def find_answers(subject: Subject) -> list[dict[str, Any]]:
    """Findings about commands that wait for an answer."""
    found = list[dict[str, Any]]()
    for cell in subject.script.cells:
        typed = [(shell.text, shell.line) for shell in cell.sure_shell if has_terminal(cell, shell.line)]
        typed += [
            (f"pip {each.argument}", each.line)
            for each in cell.magics
            if each.name == "pip" and not each.body and each.line not in cell.names.unsure_lines
        ]
        for text, line in typed:
            for command in commands(text):
                if not command.fed and not command.background:
                    found += _waits(subject, cell, line, command)
    return found


def has_terminal(cell: CodeCell, line: int) -> bool:
    """Whether the command of a line has a terminal: one of `!`, but for `!!` and `x = !`."""
    text = cell.lines[line - 1].lstrip() if line <= len(cell.lines) else ""
    of_python = all(each.body is None or holds_python(each) for each in cell.magics)
    return of_python and text.startswith("!") and not text.startswith("!!")


def _waits(subject: Subject, cell: CodeCell, line: int, command: Command) -> list[dict[str, Any]]:
    """A finding where a command asks something."""
    words = command.words
    if words[:2] in (("python", "-m"), ("python3", "-m"), ("{sys.executable}", "-m")) and words[2:3] == ("pip",):
        words = words[2:]
    said = [word for word in words if word in ("--help", "-h", "--dry-run") or _is_yes(word)]
    verbs = ASKING_OF_ENVIRONMENTS & {*words[2:3]} if words[1:2] == ("env",) else CHANGING & {*words[1:2]}
    asks = (words[0] in ("pip", "pip3") and words[1:2] == ("uninstall",)) or (words[0] in CONDAS and bool(verbs))
    if (
        asks
        and not said
        and words[0] in CONDAS
        and any("always_yes" in each.text.lower() for each in subject.script.cells)
    ):
        return []
    if asks and not said:
        verb = next(word for word in words if word in CHANGING)
        return [
            finding(
                "warning",
                "command_waits",
                "`{command}` waits for an answer, which nobody gives in a job: it would wait until its time limit.",
                "Give the answer with the command: `-y`.",
                cell=cell.index,
                line=line,
                fix=_with_yes(cell, line, verb),
                command=" ".join(words[: words.index(verb) + 1]),
            )
        ]
    variable = VARIABLES.get(words[0])
    if variable and any(variable in each.text for each in subject.script.cells):
        return []
    for login, answers in LOGINS.items():
        if words[: len(login)] == login and not any(word.partition("=")[0] in answers for word in words):
            return [_login(cell, line, login)]
    if words in BARE:
        return [_login(cell, line, words)]
    return []


def _is_yes(word: str) -> bool:
    """Whether a word is `-y`, alone or among others, or `--yes`, which may be shortened."""
    return "--yes".startswith(word) and len(word) > 2 or word[:1] == "-" and word[1:2] != "-" and "y" in word


def _login(cell: CodeCell, line: int, words: tuple[str, ...]) -> dict[str, Any]:
    return finding(
        "warning",
        "command_waits",
        "`{command}` asks somebody to log in, and in a job there is nobody to do it.",
        "Most such commands would wait until the job's time limit. Give a token instead, from a file that only you can "
        "read, or from an environment variable.",
        cell=cell.index,
        line=line,
        command=" ".join(words),
    )


def _with_yes(cell: CodeCell, line: int, verb: str) -> dict[str, Any] | None:
    """The fix that says yes beforehand."""
    old = cell.lines[line - 1]
    if old.split().count(verb) != 1:
        return None
    new = old.replace(f" {verb}", f" {verb} -y", 1)
    return {"label": "Add -y", "edits": [{"cell": cell.index, "line": line, "old": old, "new": new}]}
