"""Names that a job does not know when it comes to them, and those that it may know."""

from __future__ import annotations

import pytest

CODES = {"undefined_name", "defined_later"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["x = y"], [("error", "undefined_name", 0, 1)]),
        (["import os", "print(1)\nos.path\nnp.zeros(3)\nnp.ones(3)"], [("error", "undefined_name", 1, 3)]),
        (["print(df)", "df = 1"], [("error", "defined_later", 0, 1)]),
        (["print(df)\ndf = 1"], [("error", "defined_later", 0, 1)]),
        (["def f():\n    return z\nf()", "z = 1"], [("error", "defined_later", 0, 2)]),
        (["def f():\n    return g()\ndef g():\n    return z\nf()"], [("error", "undefined_name", 0, 4)]),
        (["z", "def f():\n    global z\n    z = 1\nf()"], [("error", "defined_later", 0, 1)]),
        (["z", "def f():\n    global z\n    z = 1\nmap(f, [])"], [("warning", "undefined_name", 0, 1)]),
        (["for i in range(3):\n    print(z)"], [("warning", "undefined_name", 0, 2)]),
        (
            ["if x:\n    pass", "y = [x for a in b]"],
            [("error", "undefined_name", 0, 1), ("error", "undefined_name", 1, 1)],
        ),
        (["import scipy.io as io\nif io:\n    scipy.signal"], [("warning", "undefined_name", 0, 3)]),
        (["x += 1"], [("error", "undefined_name", 0, 1)]),
        (["class A:\n    b = c"], [("error", "undefined_name", 0, 2)]),
        (["f'{name}'"], [("error", "undefined_name", 0, 1)]),
        (["try:\n    name\nexcept ValueError:\n    pass"], [("error", "undefined_name", 0, 2)]),
        (["def f():\n    def g():\n        q = 1\nq"], [("warning", "undefined_name", 0, 4)]),
        (["__file__"], [("error", "undefined_name", 0, 1)]),
        (["unicode('x')"], [("error", "undefined_name", 0, 1)]),
        (["dir(x)"], [("error", "undefined_name", 0, 1)]),
        (["%ls", "ls = 1", "ls -l"], [("error", "undefined_name", 2, 1)]),
        (["pwd\nls"], [("error", "undefined_name", 0, 1), ("error", "undefined_name", 0, 2)]),
        (["with open('x') as f:\n    json.load(f)"], [("error", "undefined_name", 0, 2)]),
    ],
)
def test_a_name_without_a_definition(told, cells, expected):
    assert told(*cells, codes=CODES) == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["x = 1", "x"],
        ["from os.path import *", "join(a)"],
        ["%pylab inline", "plot(x)"],
        ["%run other.ipynb", "x"],
        ["%load_ext whatever", "x"],
        ["%store -r x", "y"],
        ["%%capture out\nx = 1", "out, x"],
        ["%%bash --out listing\nls", "listing"],
        ["files = !ls", "files"],
        ["exec('x = 1')", "x"],
        ["globals()['x'] = 1", "x"],
        ["get_ipython().user_ns['x'] = 1", "x"],
        ["def f():\n    return z", "z = 1", "f()"],
        ["def f():\n    global z\n    z = 1\nf()", "z"],
        ["def f():\n    global z\n    z = 1\nmap(f, [])", "z", "z = 2"],
        ["class A:\n    def f(self):\n        return later", "later = 1"],
        ["try:\n    name\nexcept NameError:\n    name = 1"],
        ["try:\n    name\nexcept Exception:\n    name = 1"],
        ["import pytest\nwith pytest.raises(NameError):\n    name"],
        ["if False:\n    name"],
        ["from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    name"],
        ["once = 0\nif once:\n    late", "late = 1"],
        ["f = lambda: later", "later = 1"],
        ["f = lambda a, *b, c=1, **d: (a, b, c, d)", "[i for i in range(3) if i]"],
        ["def f(a: Later) -> Later: ...", "x: Later"],
        ["class A:\n    size = 3\n    both = size * 2\n    def area(self): return __class__"],
        ["import a.b.c\na"],
        ["for i, (j, *k) in []: pass\ni, j, k"],
        ["with open('x') as f: pass\nf"],
        ["try:\n    pass\nexcept OSError as error:\n    print(error)"],
        ["(n := 3), n", "{k: v for k, v in {}.items()}"],
        ["display(1), get_ipython(), In, Out, _, _1, _i2, exit, quit, __name__, __doc__"],
        ["spark.range(3)"],
        ["y = 1\nx = 1 if y is None else y"],
        ["def f(:", "x"],  # what it would define, nobody knows
        ["async def main(): pass\nawait main()"],
        ["print(1)\nwhile True:\n    n = 1\n    break\nn"],
        ["%%writefile a.py\nundefined", "%%html\n<b>x</b>"],
        ["x = 1\ndel x"],
        ["import os as a\na.b = 1\na[0] = a"],
        ["pwd"],  # a magic without its %, as are these
        ["ls -l"],
        ["time x = 1", "x"],
        ["%watermark", "watermark -iv"],
        ["%load_ext watermark", "watermark -iv"],
        ["import sympy\nsympy.var('x y')", "x + y"],
        ["from sympy import var\nvar('x y')", "x + y"],
        ["if 'model' in dir():\n    print(model)"],
        ["import sys\nif sys.version_info[0] == 2:\n    text = unicode\nelse:\n    text = str"],
        ["__IPYTHON__"],
        ["%reload_ext whatever", "x"],
    ],
)
def test_a_name_that_is_there_or_may_be(told, cells):
    assert told(*cells, codes=CODES) == []


def test_counts_tell_that_a_cell_further_down_ran_first(findings):
    cells = ["flag = 1", "if flag:\n    print(df)", "df = 1"]
    [found] = findings(*cells, counts=[1, 3, 2])
    assert (found["code"], found["severity"], found["cell"], found["line"]) == ("defined_later", "warning", 1, 2)
    assert found["hint"].startswith("In the editor that cell ran first")
    assert findings(*cells, counts=[1, 2, 3]) == findings(*cells) == []


def test_an_import_that_everybody_writes_alike_is_offered(findings):
    [found] = findings("x = 1", "np.zeros(x)")
    assert found["fix"]["edits"] == [{"cell": 1, "insert": "import numpy as np"}]
    assert findings("unheard_of")[0]["fix"] is None


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("datetime.date(2020, 1, 1)", True),
        ("datetime.now()", False),
        ("random.random()", True),
        ("random()", False),
        ("glob('*')", False),
        ("show(json)", True),
    ],
)
def test_no_module_is_offered_where_something_in_it_is_meant(findings, source, module):
    found = [each["fix"] is not None for each in findings(f"show = print\n{source}")]
    assert found == [module]


def test_what_is_given_is_there_and_each_name_is_told_once(told):
    assert told("print(start)\nprint(end)\nprint(end)", given={"start": 1}, codes=CODES) == [
        ("error", "undefined_name", 0, 2)
    ]


@pytest.mark.parametrize(
    "notebook", [{"language": "R"}, {"kernel": "pysparkkernel"}, {"tags": {0: ["raises-exception"]}}]
)
def test_nothing_is_said_where_nobody_can_know(told, notebook):
    assert told("x", codes=CODES, **notebook) == []
