"""What a parameters cell in R or in Julia declares, and that no other language is guessed at."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.parameters.declared import declared_parameters


def found(source: str, language: str) -> list[tuple]:
    return [(row["name"], row["type"], row["default"]) for row in declared_parameters(source, language)]


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("x <- 5", [("x", "float", "5")]),
        ("x = 5L; y <<- -0.5", [("x", "int", "5"), ("y", "float", "-0.5")]),
        ("b <- TRUE\nn <- NULL", [("b", "bool", "true"), ("n", "null", "null")]),
        ("s <- 'a\"b' # c", [("s", "str", '"a\\"b"')]),
        ("v <- c(1,\n  2, # two\n 3)", [("v", "list", "[1, 2, 3]")]),
        ("l <- list(a = 1, b = 'x', c = c(TRUE))", [("l", "dict", '{"a": 1, "b": "x", "c": [true]}')]),
        ("m <- mean(v) + 1", [("m", None, "mean(v) + 1")]),
        ("q <- list(1, b = 2)", [("q", None, "list(1, b = 2)")]),
        ("x <- 1\nx <- 2", [("x", "float", "2")]),
        ("f <- function(x) {\n  y <- 1\n}\ng <- \\(x) x", []),
        ("if (a) { x <- 1 }\nx[1] <- 2\nx == 3\nlearning.rate <- 1\nprint(z = 1)", []),
        ("x <- c(1, 2", [("x", None, "c(1, 2")]),
        ("#= x <- 1", []),
    ],
)
def test_r(source, rows):
    assert found(source, "R") == rows


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("x = 5\nconst y::Int = 1_000", [("x", "int", "5"), ("y", "int", "1000")]),
        ("x = 1e-5; b = true", [("x", "float", "1.0e-05"), ("b", "bool", "true")]),
        ("v = [1.0, 2]\nt = (1, 2)", [("v", "list", "[1.0, 2]"), ("t", "list", "[1, 2]")]),
        ('d = Dict("a" => 1)', [("d", "dict", '{"a": 1}')]),
        ("n = nothing", [("n", "null", "null")]),
        ("a::Float64 = 1\nb::Union{Int, Nothing} = nothing", [("a", "float", "1"), ("b", "null", "null")]),
        ("global a = 1\nb::Vector{Int} = f(x)", [("a", "int", "1"), ("b", "list", "f(x)")]),
        ('d = Dict()\np = ["a" => 1]', [("d", "dict", "{}"), ("p", None, '["a" => 1]')]),
        ('t = """\n  a\n  """', [("t", None, '""" a """')]),
        ('s = "a$x"\nr = 1:10\nh = 2x', [("s", None, '"a$x"'), ("r", None, "1:10"), ("h", None, "2x")]),
        ("for i in 1:3\n  x = 1\nend\nfunction f(x)\n  if x == 1 y = 2 end\n  z = 1\nend", []),
        ("f(x) = 2\n(a, b) = (1, 2)\nx == 4\nx += 1\n#= x = 1\n=#\n# y = 2", []),
        ("#= never closed\nx = 1", []),
    ],
)
def test_julia(source, rows):
    assert found(source, "julia") == rows


def test_what_is_said_beside_and_where_it_is():
    [one, two] = declared_parameters("x <- 1 # first\n\nmode <- 'a' # one of: a, b", "R")
    assert (one["help"], one["line"], two["line"], two["choices"]) == ("first", 1, 3, ["a", "b"])


@pytest.mark.parametrize("language", ["R", "julia"])
def test_what_is_said_above(language):
    """As in Python: what is above several lines is the heading of them all."""
    source = "# Settings\n\n# How\n# often\nx = 1\n\n# all\ny = 1\nz = 2\n# w = 3\nv = 1\n\nu = 1 # beside"
    said = {row["name"]: row["help"] for row in declared_parameters(source, language)}
    assert said == {"x": "How often", "y": None, "z": None, "v": None, "u": "beside"}
    [row] = declared_parameters("x = 'a' # choices=c('a', 'b')", "R")
    assert row["choices"] == ["a", "b"]


@pytest.mark.parametrize("language", ["R", "julia"])
@pytest.mark.parametrize("piece", ["x = c(", "#=\n", "[", "x = -", "'", '"""', "x = [1, ", "begin ", "end\n", "x=1L"])
def test_no_cell_takes_long(language, piece):
    """Ends, which it would not within the test's patience if it took the square of the time."""
    declared_parameters(piece * (65536 // len(piece)), language)


@pytest.mark.parametrize("language", ["scala", "bash", "matlab", "", "octave"])
def test_other_languages_declare_nothing(language):
    assert declared_parameters("x = 1", language) == []
