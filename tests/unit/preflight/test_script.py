"""A notebook's cells as Python: with the lines that were typed, the commands in them, and what names stand for."""

from __future__ import annotations

import ast
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from kit import properties
from primehub_nbext.notebooks.cells import lines, python
from primehub_nbext.notebooks.file import NotebookFile
from primehub_nbext.preflight.script.notebook import Script
from primehub_nbext.preflight.script.texts import Texts


def script_of(*sources: str, tags: dict[int, list[str]] | None = None) -> Script:
    cells = [
        {"type": "code", "source": source, "tags": (tags or {}).get(index, []), "execution_count": None}
        for index, source in enumerate(sources)
    ]
    return Script.of(NotebookFile("python3", "python", [], has_code=True, by_papermill=False, cells=cells))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("last()", 1),
        ("\n\nlast()", 3),
        ("%matplotlib inline\nlast()", 2),
        ("!pip install x \\\n  y \\\n  z\nlast()", 4),
        ("\n!pip install x \\\n  y\n\nx = !ls \\\n  -l\nlast()", 7),
        ("x = '''\n!ls\n'''\n?x\nx.a??\nlast()", 6),
        ("%%time\n%%capture out\n!ls\nlast()", 4),
        ("\n%%time\n\nlast()", 4),
        ("await x\nlast()", 2),
        ("if x:\n    !ls \\\n    -l\n    last()", 4),
    ],
)
def test_lines_are_those_that_were_typed(source, line):
    [cell] = script_of(source).cells
    [call] = [call for call, _ in cell.names.calls if isinstance(call.func, ast.Name) and call.func.id == "last"]
    assert (call.lineno, cell.error) == (line, None)


@pytest.mark.parametrize(
    ("source", "magics", "shell"),
    [
        ("!ls -l", [], [("ls -l", 1, 1)]),
        ("x = 1\n!mkdir \\\n  a", [], [("mkdir    a", 2, 3)]),
        ("files = !ls\n%cd ..", [("cd", "..", 2)], [("ls", 1, 1)]),
        ("%%bash\nset -e\n# why\ncp a \\\n  b\n", [("bash", "", 1)], [("set -e", 2, 2), ("cp a    b", 4, 5)]),
        ("%%script bash -e\nls", [("script", "bash -e", 1)], [("ls", 2, 2)]),
        ("%%script perl\nls", [("script", "perl", 1)], []),
        ("%%writefile x.py\n!ls", [("writefile", "x.py", 1)], []),
        ("%mkdir x", [("mkdir", "x", 1)], [("mkdir x", 1, 1)]),
        ("pip install x", [("pip", "install x", 1)], []),
        ("get_ipython().system('ls')", [], [("ls", 1, 1)]),
        ("%%time\n!ls", [("time", "", 1)], [("ls", 2, 2)]),
    ],
)
def test_magics_and_shell_commands(source, magics, shell):
    [cell] = script_of(source).cells
    assert [(each.name, each.argument, each.line) for each in cell.magics] == magics
    assert [(each.text, each.line, each.end) for each in cell.shell] == shell
    assert cell.known


def test_what_is_not_python_says_where():
    script = script_of("x = 1", "\nfor\n")
    assert script.cells[1].tree is None and script.cells[1].error[0] == 2
    assert not script.complete


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        (["import numpy as np", "np.load(x)"], "numpy.load"),
        (["from PIL import Image\nImage.open(x)"], "PIL.Image.open"),
        (["open(x)"], "open"),
        (["from io import open", "open(x)"], "io.open"),
        (["def open(x): pass", "open(x)"], ""),
        (["import pandas as pd\ndf = pd.DataFrame()", "df.to_csv(x)"], ".to_csv"),
        (["import os.path", "os.path.join(x)"], "os.path.join"),
        (["def f():\n    import numpy as n\n    n.load(x)"], "numpy.load"),
        (["import a as n\nn.f(x)\nimport b as n"], "a.f"),
        (["if x:\n    import a as n\nelse:\n    import b as n", "n.f(x)"], ".f"),
    ],
)
def test_what_a_call_is(sources, name):
    assert [call.name for call in script_of(*sources).calls()][-1] == name


@pytest.mark.parametrize(
    ("sources", "head", "whole"),
    [
        (["f('a/b')"], "a/b", True),
        (["d = 'a'", "f(d + '/b')"], "a/b", True),
        (["import os\nd = 'a'", "f(os.path.join(d, 'b', x))"], "a/b/", False),
        (["from pathlib import Path\nd = Path('a')", "f(d / 'b' / f'{x}.png')"], "a/b/", False),
        (["d = 'a'", "f(f'{d}/x{i}')"], "a/x", False),
        (["f('a/%s' % x)"], "a/", False),
        (["f('a/{}'.format(x))"], "a/", False),
        (["d = 'a'\nd = 'b'", "f(d)"], "b", True),
        (["d = 'a'", "f(d)", "d = 'b'"], "a", True),
        (["d = 'a'\nd = d + '/b'\nd = d + '/c'", "f(d)"], "a/b/c", True),
        (["d = 'a'\nd += '/b'", "f(d)"], "", False),
        (["d, e = 'a', 'b'", "f(e + d)"], "ba", True),
        (["d = d", "f(d)"], "", False),
        (["if x:\n    d = 'a'\nelse:\n    d = 'b'", "f(d)"], "", False),
        (["d = 'a'\nfor d in y:\n    f(d)"], "", False),
        (["def g(d='a'):\n    f(d)"], "", False),
        (["d = 'a'", "def g():\n    f(d)"], "a", True),
        (["import os", "f(os.path.expanduser('~/x'))"], "/home/jovyan/x", True),
        (["import os", "f(os.environ['HOME'] + '/x')"], "/home/jovyan/x", True),
        (["from pathlib import Path", "f(Path.home() / 'x')"], "/home/jovyan/x", True),
        (["import os", "f(os.path.join('a', '/b'))"], "/b", True),
    ],
)
def test_what_an_expression_stands_for(sources, head, whole):
    script = script_of(*sources)
    [call] = [call for call in script.calls() if isinstance(call.node.func, ast.Name) and call.node.func.id == "f"]
    text = Texts(script).of(call.node.args[0], call.cell, call.scope)
    assert (text.head, text.whole) == (head, whole)


def test_a_parameter_has_the_value_that_was_typed_for_it():
    script = script_of("out = 'a'", "f(out)", tags={0: ["parameters"]})
    call = list(script.calls())[-1]
    assert Texts(script, {"out": "b"}).of(call.node.args[0], call.cell, call.scope).head == "b"


# Lines of cells as people write them, and some that are wrong to Python or to IPython.
LINES = [
    "x = 1", "if x:\n    !ls {x}\n    y = %pwd", "!echo \"it's\" \\\n  -n", "%cd ..", "files = !ls *.py  # all", "?len",
    "x??",
    "s = '''\n!no\n'''", "f(\n  '%s' % x,\n)", "print('a = %d' % x)", "# don't!", "a = x % 3", "x != 1", "!!ls",
    's = """\n%no\n?no\n"""; t = 1', "total = x + \\\n    1", "%timeit x = 5", "def f(a=1): return '''#'''", "", "x.y?",
    "f'{x}!'", "d = {\n  'k': '!ls',\n}", "a, b = %who_ls", "s = '\\'!ls'", "%%not", "x = [!ls]", "for",
    "# why?", "y = x?", "s = 'a?'", "x = y = !ls",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=6).map(lambda lines: "\n".join(["0", *lines])))
@properties.often(150)
def test_commands_are_read_as_ipython_reads_them(source):
    with_ipython, _ = python.parse(source)
    assert _dumped(with_ipython) == _dumped(_parsed(TransformerManager().transform_cell(source)))
    without = _parsed("".join(lines.transform([f"{line}\n" for line in source.split("\n")], lines.as_call)))
    assert _dumped(with_ipython, places=True) == _dumped(without, places=True)


def _parsed(source: str) -> ast.Module | None:
    with contextlib.suppress(SyntaxError):
        return ast.parse(source)
    return None


def _dumped(tree: ast.Module | None, places: bool = False) -> str | None:
    return tree and ast.dump(tree, include_attributes=places)
