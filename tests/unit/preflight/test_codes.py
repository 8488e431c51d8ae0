"""Every finding has a section in docs/preflight.md, by its code and with its very message; and every section one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import primehub_nbext.preflight
from kit.gallery import sentences

CODE, SENTENCE = re.compile(r"[a-z_]+\Z"), re.compile(r"\S+ .*[.?]\Z")


def findings_in_the_code() -> dict[str, set[str]]:
    """The messages of each code, as they are given to `finding()`, or stand beside it in a table."""
    found: dict[str, set[str]] = {}
    for file in Path(primehub_nbext.preflight.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding"
            parts = node.args if called else node.elts if isinstance(node, ast.Tuple) else []
            for codes, messages in zip(map(texts_of, parts), map(texts_of, parts[1:])):
                for code in filter(CODE.match, codes):
                    found.setdefault(code, set()).update(filter(SENTENCE.match, messages))
    return {code: messages for code, messages in found.items() if messages}


def texts_of(node: ast.expr) -> set[str]:
    """What an argument may be, as far as it is written there: a text, or one of two."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) | texts_of(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_the_page_has_each_code_with_its_message():
    page = {code: set(messages) for code, messages in sentences().items()}
    code = findings_in_the_code()
    assert page.keys() == code.keys()
    assert all(messages <= code[each] for each, messages in page.items())
    assert set().union(*page.values()) == set().union(*code.values())
