"""What a Python notebook's parameters cell declares."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given

from kit import properties
from primehub_nbext.notebooks.cells import python
from primehub_nbext.notebooks.parameters.declared import declared_parameters, read_declared
from primehub_nbext.notebooks.parameters.text import read_parameters


def rows(source: str) -> dict[str, dict]:
    return {row["name"]: row for row in declared_parameters(source)}


def test_a_row_for_each_assignment():
    found = declared_parameters(
        "# the data\nstart = 1  # first year\nsizes = (1, 2)\n\nwhere = Path(\n  'x'\n)  # out\n"
    )
    assert found == [
        {"name": "start", "type": "int", "default": "1", "value": 1, "literal": True, "types": ["int"],
         "choices": None, "help": "first year", "line": 2},
        {"name": "sizes", "type": "list", "default": "[1, 2]", "value": [1, 2], "literal": True, "types": ["list"],
         "choices": None, "help": None, "line": 3},
        {"name": "where", "type": None, "default": "Path( 'x' )", "value": None, "literal": False, "types": [],
         "choices": None, "help": "out", "line": 5},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "type_", "types"),
    [
        ("x: float = 1", "float", ["float"]),
        ("x: int = 1.5", "float", ["float"]),  # what the annotation says is not so
        ("x: 'float' = 1", "float", ["float"]),
        ("x: Optional[int] = None", "int", ["int", "null"]),
        ("x: typing.Optional[int] = 3", "int", ["int", "null"]),
        ("x: int | None = None", "int", ["int", "null"]),
        ("x: int | str = 'a'", "str", ["int", "str"]),
        ("x: Union[int, float] = 2", "int", ["int", "float"]),
        ("x: List[str] = []", "list", ["list"]),
        ("x: Final[dict[str, int]] = {}", "dict", ["dict"]),
        ("x: pathlib.Path = 'a/b'", "str", ["str"]),
        ("x: Whatever = 1", "int", ["int"]),
        ("x: int | Whatever = 1", "int", ["int"]),
        ("x: int = os.cpu_count()", "int", ["int"]),
        ("x: date = date(2026, 1, 1)", None, []),
        ("x = None", "null", []),
        ("x: '(' = 1", "int", ["int"]),
        ("x = None  # type: Optional[int]", "int", ["int", "null"]),
        ("x = {}  # type: Dict[str, int] by name", "dict", ["dict"]),
        ("x = 1  # type: ignore", "int", ["int"]),
        ("x: float = 1  # type: int", "float", ["float"]),
    ],
)
def test_types_by_annotation_and_default(line, type_, types):
    row = rows(line)["x"]
    assert (row["type"], row["types"]) == (type_, types)


@pytest.mark.parametrize(
    ("source", "choices"),
    [
        ("x: Literal['adam', 'sgd'] = 'adam'", ["adam", "sgd"]),
        ("x: Literal['a', None] = None", ["a"]),
        ("x: Optional[Literal[1, 2]] = 2", [1, 2]),
        ("x: Literal['a'] | int = 'a'", None),
        ("x: Literal[-1, 0, 1] = -1", [-1, 0, 1]),
        ("x: Literal[A, 'b'] = 'b'", None),  # who knows what A is
        ("class Mode(Enum):\n    A = 'a'\n    B = auto()\nx: Mode = 'a'", None),
        ("class Mode(str, Enum):\n    A = 'a'\n    B = 'b'\nx: Mode = 'b'", ["a", "b"]),
        ("x = 'adam'  # one of: adam, sgd or lion.", ["adam", "sgd", "lion"]),
        ("x = 'a'  # the way; choices are 'a', 'b'", ["a", "b"]),
        ("x = 'train'  # train or eval", ["train", "eval"]),
        ("x = 'a'  # a | b", ["a", "b"]),
        ("x = 'Paris'  # Paris, France", None),
        ("x = 'a'  # one of: b, c", None),  # not the default
        ("x = 32  # choices=[16, 32, 64]", [16, 32, 64]),
        ("x = 0.1  # one of 0.1, 0.01 or 1", [0.1, 0.01, 1]),
        ("x = 'a'  # choices=['a', 'b'], see below", ["a", "b"]),
        ("x = 'a'  # possible values: a, b", ["a", "b"]),
        ("x = 'a'  # {a, b}", ["a", "b"]),
        ("x = 'a'  # ['a', 'b c']", ["a", "b c"]),
        ('"""\nx : {"a", "b"}, optional\n    The way.\n"""\n\nx = "a"\ny = 1', ["a", "b"]),
        ("x = 'New York'  # New York or Paris", ["New York", "Paris"]),
        ("x = 'a'  # a or b, depending on y", None),
        ("x = 'a'  # one of a, b, etc.", None),
        ("x = 'a'  # one of a, b, ...", None),
        ("x = 'auto'  # auto or number", None),
        ("x = 'int'  # int or float", ["int", "float"]),
        ("x = True  # one of: True, False", None),
        ("x = [1]  # one of: [1], [2]", None),
        ("x = 1  # one of: 1, all", None),
        ("x = 'a'  # one of [", None),
        ("x = 'a'  # one of: a", None),
        ("x = 'a'  # a", None),
        ("x = 'a' #@param ['a', 'b']", ["a", "b"]),
        ('x = 2 #@param [1, 2] {type:"raw"}', [1, 2]),
        ("x = 'a' #@param ['a', 'b'] {allow-input: true}", None),
        ('x = "a" #@param {type:"string"}', None),
        ("x = 'a' #@param [", None),
        ("x = [] #@param [[]]", None),
    ],
)
def test_choices(source, choices):
    row = rows(source)["x"]
    assert row["choices"] == choices
    assert "@param" not in (row["help"] or "")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1  # beside", "beside"),
        ("# above\nx = 1", "above"),
        ("# two\n# lines\nx = 1\n\ny = 2", "two lines"),
        ("# of all\nx = 1\ny = 2", None),
        ("# y = 3\nx = 1", None),  # code that was put aside
        ("x = 1  # beside,\n       # and below\ny = 2", "beside, and below"),
        ("x = 1  # beside\n# above\ny = 2", "beside"),
        ("x = [  # at the first line\n    1,\n]", "at the first line"),
        ("x = 1  # noqa: E501", None),
        ("x = 1  # type: int how often", "how often"),
        ("x = 1  # type: ignore  # why", "why"),
        ("x = 1  # type: of the thing", "type: of the thing"),
        ('%matplotlib inline\nimport os\n"""\nx: how often\n"""\nx = 1\ny = 2', "how often"),
        ("#@markdown How often\nx = 1", "How often"),
        ('"""\nArgs:\n    x (int): how\n        often\n    y: other\n"""\nx = 1\ny = 2', "how often"),
        ('"""\nParameters\n----------\nx : int, optional\n    How\n    often.\n"""\nx = 1\ny = 2', "How often."),
        ('x = 1\n"""below"""', "below"),
        ('"""Title.\n\nx: in the docstring\n"""\nx = 1', "in the docstring"),
        ('"""\n    :param x: its form\n"""\nx = 1\ny = 2', "its form"),
        ('"""\nx (int): another\n"""\nx = 1\ny = 2', "another"),
        ("x = [\n    1,  # within\n]  # at the end", "at the end"),
        ("x = 1  # " + "long " * 100, "long " * 60),
        ("x = 1", None),
    ],
)
def test_what_is_said_of_it(source, said):
    assert rows(source)["x"]["help"] == said


@pytest.mark.parametrize(
    ("source", "type_"),
    [
        ("x = {1}", None), ("x = b'y'", None), ("x = {1: 2}", "dict"), ("x = 1e999", "float"), ("x = '\\ud800'", "str"),
        ("x = ...", None), ("x = 1j", None), ("x = {'a': b'y'}", "dict"), ("x = [float('nan')]", "list"),
        ("x = 10 ** 5", "int"), ("x = 10 ** -5", "float"), ("x = 60 * 60", "int"), ("x = 1 / 3", "float"),
        ("x = float('nan')", "float"), ("x = -(2 * 0.5)", "float"), ("x = f'{y}.csv'", "str"), ("x = 'a' + 'b'", "str"),
        ("x = 'a' * 2", None), ("x = n * 2", None), ("x = os.getenv('X')", None), ("x = os.getenv('X') == 'y'", None),
        ("x = not True", "bool"), ("x = 1 < 2", "bool"), ("x = list(range(3))", "list"), ("x = datetime.now()", None),
        ("x = f('ü', y)[1] if 'ü' else 2", None), ("x = 'a' if y else 'b'", None), ("x = lambda: 1", None),
    ],
)  # fmt: skip
def test_what_cannot_be_typed_is_an_expression(source, type_):
    [row] = declared_parameters(source)
    assert (row["type"], row["value"], row["literal"]) == (type_, None, False)
    assert row["default"] == source[4:]


def test_several_names_at_once():
    found = rows("a = b = 1  # both\nc, d = 'x', [y]\n(e, f) = g\nh, *i = 1, 2\nj.k = l = 1\nm += 1")
    assert {name: (row["default"], row["help"]) for name, row in found.items()} == {
        "a": ("1", "both"), "b": ("1", "both"), "c": ('"x"', None), "d": ("[y]", None)
    }  # fmt: skip


@pytest.mark.parametrize("source", ["x = = 1", "%%bash\nx=1", "pip install x", "\0", "x", "(" * 5000, "if x:\n y = 1"])
def test_what_declares_nothing(source):
    assert declared_parameters(source) == []


@pytest.mark.parametrize(
    "before",
    [
        "%matplotlib inline",
        "!pip install x",
        "%%time",
        "\n%%capture out\n%%time",
        "!pip install x \\\n  y",
        "x?",
        "!echo don't",
    ],
)
@pytest.mark.parametrize("has_ipython", [True, False])
def test_commands_for_ipython_hide_nothing(monkeypatch, before, has_ipython):
    monkeypatch.setattr(python, "_manager", python._manager if has_ipython else lambda: None)
    read_declared.cache_clear()
    found = rows(f"{before}\n# rate\nlr = 0.1\n\nn: int = f(\n 2)  # how often\nfiles = !ls -l")
    read_declared.cache_clear()
    assert [(name, row["default"], row["help"]) for name, row in found.items()] == [
        ("lr", "0.1", "rate"), ("n", "f( 2)", "how often"), ("files", "!ls -l", None)
    ]  # fmt: skip
    assert found["lr"]["line"] == before.count("\n") + 3


@pytest.mark.parametrize("expression", ["1+" * 10**6 + "1", "a." * 10**6 + "b", "1+" * 32000 + "1"], ids=len)
def test_no_cell_ends_the_server(expression):
    """Python 3.9 and 3.10 die of the first two."""
    program = "import sys; from primehub_nbext.notebooks.parameters.declared import declared_parameters as read; "
    command = [sys.executable, "-c", program + "print(len(read(sys.stdin.read())))"]
    done = subprocess.run(command, input=f"x = {expression}", capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("0", "1")


@properties.often(200)
@given(properties.parameters)
def test_a_default_is_what_one_would_type(parameters):
    source = "".join(f"{name} = {value!r}\n" for name, value in parameters.items())
    found = declared_parameters(source)
    assert [row["name"] for row in found] == list(parameters)
    for row in found:
        assert repr(row["value"]) == repr(parameters[row["name"]])
        assert repr(read_parameters(f"x={row['default']}")["x"]) == repr(row["value"])
    json.dumps(found, allow_nan=False)
