"""Every finding has a section in docs/preflight.md, by its code and with its very message; and every section one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import primehub_nbext.preflight

PAGE = Path(__file__).parents[3] / "docs/preflight.md"
SECTION = re.compile(r"^### `(\w+)`\n((?:> .*\n)+)", re.MULTILINE)


def findings_in_the_code() -> dict[str, set[str]]:
    """The messages of each code, as they are given to `finding()`."""
    found: dict[str, set[str]] = {}
    for file in Path(primehub_nbext.preflight.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding":
                code, message = (ast.literal_eval(each) for each in node.args[1:3])
                found.setdefault(code, set()).add(message)
    return found


def test_the_page_has_each_code_with_its_message():
    sections = SECTION.findall(PAGE.read_text(encoding="utf-8"))
    page = {code: {line.removeprefix("> ") for line in quoted.splitlines()} for code, quoted in sections}
    assert len(page) == len(sections)
    assert page == findings_in_the_code()
