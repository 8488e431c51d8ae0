"""Written: a notebook in; findings about secrets that somebody wrote into its cells, and never those secrets, out.

Of parameters secrets.py tells, by the same rules; but what is written in a cell is often no secret: an example, or what
is to be filled in.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from ..notebooks.cells.nodes import walk
from .script.cell import CodeCell
from .script.shell import Command, commands
from .secrets import NAMES, SECRET_FORM
from .subject import Subject, finding

MAX_VALUE = 1000  # characters; a longer text is no secret but a text
FORM = re.compile(SECRET_FORM + r"[\w./+=~-]*", re.IGNORECASE | re.ASCII)
# A password within an address, what follows the scheme of an Authorization header, and an option of a command.
WITHIN = re.compile(
    r"[a-z][a-z0-9+]*://[^\s/?#@:{}<>]*:(?P<login>[^\s/?#@]+)@|\bbearer (?P<bearer>[\w.~+/=-]+)"
    r"|[?&;](api_?key|access_token|token|accountkey|sharedaccesskey)=(?P<query>[\w+/=-]+)"
    r"|[?&]s[ev]=[^\s'\"]{0,300}&sig=(?P<signature>[\w+/=-]+)"  # of Azure's: other addresses have a sig, too
    r"|\b(host|server|dbname|user|uid)=[^'\",()]{0,200}?\b(password|pwd)=(?P<connection>[^\s;'\"&,()]+)"
    r"|\"username\".{0,200}\"key\"\s*:\s*\"(?P<kaggle>[0-9a-f]{32})\"|'username'.{0,200}'key'\s*:\s*'(?P<kaggles>[0-9a-f]{32})'",
    re.IGNORECASE,
)
PASSWORDS, KEYS = ("login", "connection"), ("bearer", "query", "signature", "kaggle", "kaggles")
KEY_BELOW = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\\n[\w+/=]{3}")  # in one text with what follows
SCHEME = re.compile(r"(token|basic|bearer|apikey) +", re.IGNORECASE)
SETTING = re.compile(
    r"\s*(?:export )?[\"']?([\w.-]{0,99}(?:password|passwd|pwd|pass|secret|token|key))[\"']?\s*[:=]\s*[\"']?([^\"',]*)",
    re.IGNORECASE,
)
SETTINGS = (".env", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".json", ".toml", ".properties")
OPTION = re.compile(r"--?(\w*[_-])?(token|password|passwd|api[_-]?key|secret)\Z", re.IGNORECASE)
# Without any of these there is nothing to find; to look for them costs less.
FORMS = (
    *(
        "akia",
        "asia",
        "ghp_",
        "gho_",
        "ghu_",
        "ghs_",
        "ghr_",
        "github_pat_",
        "glpat-",
        "hf_",
        "sk-",
        "k_live_",
        "k_test_",
    ),
    *("sg.", "gsk_", "hvs.", "r8_", "dapi", "api/webhooks/", "key=", "token=", "sig=", "password=", "pwd=", "username"),
    *("xox", "aiza", "npm_", "pypi-", "dckr_pat_", "hooks.slack.com", "eyj", "-----begin", "://", "bearer "),
)
HINTS = ("secret", "pass", "pwd", "pw", "token", "key", "credential", "auth", "bearer", "login", "curl", "mysql")
PASSWORD = re.compile(r"pass|pwd|pw\Z", re.IGNORECASE)
# What shells call the folder that they are in; and what is a folder, or may be one, rather than a password.
FOLDER_NAME, FOLDER = re.compile(r"pwd\Z", re.IGNORECASE), re.compile(r"[A-Za-z_-]*\Z|[~.]|.*/")
PLACEHOLDER = re.compile(
    r"your|my[-_]|xxx|\.\.\.|…|\*\*|[<>{}$%\s]|example|change|placeholder|insert|todo|replace|enter|paste|dummy|fake|sample"
    r"|demo|redacted|secret|passw|token|api[-_]?key|[-_]key|key[-_]|test|here\b|none|null|12345|abcde|foobar",
    re.IGNORECASE,
)
DEFAULTS = {
    *(
        "postgres",
        "admin",
        "root",
        "guest",
        "user",
        "mysql",
        "minio",
        "minioadmin",
        "airflow",
        "jovyan",
        "neo4j",
        "pass",
    ),
    *("string", "text", "varchar", "char", "bytes", "integer", "required", "optional", "missing", "default", "unknown"),
    *("true", "false"),
}
ENVIRONMENT = {"setdefault", "putenv", "setenv", "getenv", "get"}


def find_written(subject: Subject) -> list[dict[str, Any]]:
    """Findings about lines of the cells that hold a secret, by its form or by its name."""
    if subject.notebook is None:
        return []
    said = {(each.get("cell"), each.get("line")) for each in subject.parameters}
    lines = {
        (index, number)
        for index, cell in enumerate(subject.notebook.cells)
        if _has(cell["source"], FORMS)
        for number, line in enumerate(cell["source"].splitlines(), 1)
        if _shows_secret(line)
    }
    for script_cell in subject.script.cells:
        for line, name, value in _named(script_cell) if _has(script_cell.text, HINTS) else ():
            if FOLDER_NAME.search(name) and FOLDER.match(value):
                continue
            if NAMES.search(name) and is_real(SCHEME.sub("", value, 1), PASSWORD.search(name) is not None):
                lines.add((script_cell.index, line))
    return [
        finding(
            "warning",
            "secret_in_cell",
            "A secret seems to be written in this cell.",
            "The job's copy of the notebook and the output notebook can be read by the whole group. Read secrets from "
            "a file that only you can read, or from an environment variable.",
            cell=cell,
            line=line,
        )
        for cell, line in sorted(lines)
        if (cell, line) not in said
    ]


def is_real(value: str, password: bool = False) -> bool:
    """Whether a text may be a secret, rather than an example of one, or any other text.

    password : it is one that people think up; all others are made by a machine, long and mixed
    """
    if PLACEHOLDER.search(value) or value.lower() in DEFAULTS or len(value) > MAX_VALUE:
        return False
    if password:
        return len(value) >= 4 and len(set(value)) > 2 and not re.match(r"[.~]{0,2}/\w", value)
    mixed = any(map(str.isdigit, value)) and any(map(str.isalpha, value))
    return len(value) >= 16 and mixed and len(set(value)) >= 8 and not re.search(r"[/\\]\w+[/\\]|\.\w{1,5}\Z", value)


def _has(text: str, words: tuple[str, ...]) -> bool:
    lower = text.lower()
    return any(word in lower for word in words)


def _shows_secret(line: str) -> bool:
    """Whether a line of any language has something that looks like a secret by itself."""
    if len(line) > 20 * MAX_VALUE:  # data, such as an image
        return False
    for form in FORM.finditer(line):
        if form[0].startswith("-----BEGIN"):  # a key is below, unless the line is about keys
            if (
                KEY_BELOW.search(line)
                or line.strip(" \t\"'=(rbfu").startswith("-----BEGIN")
                or re.search(r"[\"']{3}-----BEGIN", line)
            ):
                return True
        elif (
            not PLACEHOLDER.search(re.sub(r"^(sk-|[a-z]+_(test|live)_|eyJ|discord.*/)", "", form[0]))
            and len(set(form[0])) >= 10
        ):
            return True
    for found in WITHIN.finditer(line):
        if any(found[each] and is_real(found[each]) for each in KEYS):
            return True
        if any(found[each] and is_real(found[each], password=True) for each in PASSWORDS):
            return True
    return False


def _named(cell: CodeCell) -> Iterator[tuple[int, str, str]]:
    """The texts of a cell that have a name, and the lines that they are on."""
    for node in walk(cell.tree) if cell.tree else ():
        for name, expression in _pairs(node):
            for each in _texts(name, expression):
                value = each.value.decode("latin-1") if isinstance(each.value, bytes) else each.value
                if isinstance(value, str):
                    yield each.lineno, name, value
    for magic in cell.magics:
        if magic.name in ("env", "set_env"):
            name, _, text = magic.argument.replace("=", " ").strip().partition(" ")
            yield magic.line, name, text.strip(" \"'")
        elif magic.name in ("writefile", "file") and magic.argument.strip("\"'").endswith(SETTINGS):
            for number, line in enumerate((magic.body or "").splitlines(), magic.line + 1):
                setting = SETTING.match(line)
                if setting:
                    yield number, setting[1], setting[2].strip()
    for shell in cell.shell:
        for command in commands(shell.text):
            words = [*command.before, *command.words]
            yield from ((shell.line, name, value) for name, value in _of_program(command))
            if command.words[:2] == ("wandb", "login"):
                yield from ((shell.line, "api_key", word) for word in command.words[2:])
            for word, following in zip(words, [*words[1:], ""]):
                name, equals, value = word.partition("=")
                if equals and (name.isidentifier() or OPTION.match(name)):
                    yield shell.line, name.strip("-"), value
                elif OPTION.match(word):
                    yield shell.line, word.strip("-"), following


def _of_program(command: Command) -> Iterator[tuple[str, str]]:
    """What an option means as a secret to the one program that it is of."""
    for word, following in zip(command.words, command.words[1:]):
        if command.name == "curl" and word in ("-u", "--user"):
            yield "password", following.partition(":")[2]
        elif command.name in ("curl", "wget") and word in ("-H", "--header"):
            name, _, value = following.partition(":")
            yield name, value.strip()
        elif word == "-p" and (command.name == "sshpass" or command.words[:2] == ("docker", "login")):
            yield "password", following
    if command.words[:3] == ("aws", "configure", "set") and len(command.words) > 4:
        yield command.words[3], command.words[4]
    if command.name.startswith("mysql"):
        yield from (("password", word[2:]) for word in command.words if word.startswith("-p") and len(word) > 2)


def _texts(name: str, expression: ast.expr | None) -> list[ast.Constant]:
    """The texts that a name gets; of several only those of a name for what a machine makes."""
    if isinstance(expression, ast.Constant):
        return [expression]
    if PASSWORD.search(name) or not isinstance(expression, (ast.List, ast.Tuple, ast.Dict)):
        return []
    parts = expression.values if isinstance(expression, ast.Dict) else expression.elts
    return [each for each in parts if isinstance(each, ast.Constant)]


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """What is named in a node: what is assigned, passed, or kept under a key."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                yield from ((getattr(one, "id", ""), value) for one, value in zip(target.elts, node.value.elts))
            elif isinstance(target, ast.Subscript):
                yield _text(target.slice), node.value
            else:
                yield getattr(target, "id", getattr(target, "attr", "")), node.value
    elif isinstance(node, ast.Call):
        yield from ((each.arg or "", each.value) for each in node.keywords)
        called = getattr(node.func, "attr", "")
        if called == "login":
            yield from (("api_key", each.value) for each in node.keywords if each.arg == "key")
            yield from [("password", node.args[1])] if len(node.args) == 2 else []
        for each in node.keywords:
            if each.arg == "auth" and isinstance(each.value, ast.Tuple) and len(each.value.elts) == 2:
                yield "password", each.value.elts[1]
        if len(node.args) == 2 and getattr(node.func, "attr", "") in ENVIRONMENT:
            yield _text(node.args[0]), node.args[1]
    elif isinstance(node, ast.Dict):
        yield from ((_text(key), value) for key, value in zip(node.keys, node.values))
    elif isinstance(node, ast.arguments):
        yield from zip((each.arg for each in node.args[-len(node.defaults) or len(node.args) :]), node.defaults)


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
