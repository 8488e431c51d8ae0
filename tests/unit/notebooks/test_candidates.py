"""Which cell of a notebook without a parameters cell could be one, and what makes it one."""

from __future__ import annotations

import pytest

from primehub_nbext.notebooks.parameters.candidates import find_candidates, tagged
from primehub_nbext.notebooks.parameters.declared import declared_parameters


def cells(*sources: str, tags: tuple[str, ...] = ()) -> list[dict]:
    return [{"type": "code", "source": source, "tags": list(tags), "execution_count": None} for source in sources]


def offered(*sources: str, given=(), language: str = "python") -> list[tuple[int, list[str]]]:
    return [(each["cell"], each["names"]) for each in find_candidates(cells(*sources), language, given)]


def mended(*sources: str, given=(), language: str = "python") -> list[tuple[str, bool]]:
    """The notebook after the click: the source of each cell, and whether it is tagged."""
    notebook = [(source, False) for source in sources]
    [offer] = find_candidates(cells(*sources), language, given)
    for edit in sorted(offer["fix"]["edits"], key=lambda edit: "insert" in edit):
        at = edit["cell"]
        if "insert" in edit:
            notebook.insert(at, (edit["insert"], edit["tag"] == "parameters"))
        elif "tag" in edit:
            notebook[at] = (notebook[at][0], edit["tag"] == "parameters")
        else:
            assert (edit["line"], edit["old"]) == (1, notebook[at][0])
            notebook[at] = (edit["new"], notebook[at][1])
    return notebook


def test_primehubs_tutorial():
    """Its parameters are used and nowhere defined, for the lines that define them are comments."""
    loop = "for i in range(start, end):\n    print(i)"
    for given in ((), ("start", "end"), ("start",), ("other",)):
        assert mended("!pip install camelcase", "#start = 1\n#end = 10\n" + loop, given=given) == [
            ("!pip install camelcase", False),
            ("start = 1\nend = 10", True),
            (loop, False),
        ]
    assert mended("# start = 1\n#end = 10", loop) == [("start = 1\nend = 10", True), (loop, False)]


def test_the_cell_that_assigns_what_was_typed():
    assert mended("import os", "lr = 0.1  # rate\nsteps = 5", "train(lr)", given=("lr",))[1] == (
        "lr = 0.1  # rate\nsteps = 5",
        True,
    )
    # What uses it in the same cell has to come after the values.
    assert mended("lr = 0.1\nsizes = [\n    1,\n]\ntrain(lr, sizes)", given=("sizes", "lr")) == [
        ("lr = 0.1\nsizes = [\n    1,\n]", True),
        ("train(lr, sizes)", False),
    ]
    assert mended("a, b = 1, 2\ntrain(a, b)", given=("a", "b")) == [("a, b = 1, 2", True), ("train(a, b)", False)]
    assert offered("a, b = 1, f()\ntrain(a, b)", given=("a", "b")) == []
    assert mended("lr = 0.1\nhalf = lr / 2", given=("lr",)) == [("lr = 0.1", True), ("half = lr / 2", False)]


@pytest.mark.parametrize(
    "source",
    [
        "lr = f()",
        "lr = 0.1\nlr = 0.2",
        "lr = 0.1; x = 2",
        "if a:\n    lr = 0.1",
        "lr = (",
        "train(lr)",
        "# lr = see it",
    ],
)
def test_what_assigns_it_otherwise_is_not_offered(source):
    assert offered(source, given=("lr",)) == []


def test_without_anything_typed_the_first_cell_of_settings():
    assert offered("import os", "lr = 0.1\nsteps = 5", "print(lr, steps)") == [(1, ["lr", "steps"])]
    assert offered("lr = 0.1\nprint(lr)", "print(lr)") == [], "more than settings"
    assert offered("lr = 0.1", "lr = 0.2", "print(lr)") == [], "assigned again"
    assert offered("lr = 0.1", "print(1)") == [], "used by nothing"
    assert offered("#lr = 0.1", "lr = 0.2\nprint(lr)") == [], "defined, and not in a cell of settings"
    assert offered("%matplotlib inline", "#lr = 0.1", "print(lr)") == [(1, ["lr"])]


@pytest.mark.parametrize("command", ["%matplotlib inline", "!pip install x", "%%time", "x = !ls"])
def test_a_command_beside_the_settings_does_not_hide_them(command):
    source = f"{command}\nlr = 0.1"
    assert mended(source, "print(lr)") == [(source, True), ("print(lr)", False)]
    assert mended(source, "print(lr)", given=("lr",)) == [(source, True), ("print(lr)", False)]
    assert mended(f"{command}\n#lr = 0.1\nprint(lr)") == [("lr = 0.1", True), (f"{command}\nprint(lr)", False)]


def test_what_a_command_is_filled_with_comes_after_the_values():
    assert mended("lr = 0.1\n!train --rate {lr}", given=("lr",)) == [("lr = 0.1", True), ("!train --rate {lr}", False)]
    assert offered("lr = 0.1", "!train --rate $lr") == [(0, ["lr"])]
    assert offered("%%bash\n#lr = 0.1", "print(lr)") == []


@pytest.mark.parametrize("language", ["R", "julia"])
def test_r_and_julia(language):
    assert offered("# a\nlr = 0.1\n\nn = 5", "f(lr)", given=("lr",), language=language) == [(0, ["lr"])]
    assert offered("lr = 0.1\nf(lr)", given=("lr",), language=language) == []
    assert offered("lr = 0.1", "f(lr)", language=language) == [(0, ["lr"])]
    assert offered("lr = 0.1", "lr = 2", "f(lr)", language=language) == []
    assert offered("lr = 0.1", "f(2)", language=language) == []


@pytest.mark.parametrize(
    ("language", "sign", "loop", "loading"),
    [
        ("R", "<-", "for (i in start:stop) {\n  print(i)\n}", "library(dplyr)"),
        ("R", "=", "print(start + stop)", "library(dplyr)"),
        ("julia", "=", "for i in start:stop\n  println(i)\nend", "using Dates, Statistics"),
    ],
)
def test_settings_in_comments_in_r_and_julia(language, sign, loop, loading):
    """As in PrimeHub's tutorial, in the notebook's own language."""
    own = f"start {sign} 1\nstop {sign} 10"
    for given in ((), ("start", "stop"), ("start",), ("other",)):
        assert mended(f"{loading}", f"#start {sign} 1\n# stop {sign} 10\n{loop}", given=given, language=language) == [
            (loading, False),
            (own, True),
            (loop, False),
        ]
    assert mended(f"#start {sign} 1\n#stop {sign} 10", loop, language=language) == [(own, True), (loop, False)]
    mixed = f"{loading}\nstop {sign} 10\n#start {sign} 1"
    assert mended(mixed, loop, given=("start",), language=language)[0] == (mixed.replace("#", ""), True)


@pytest.mark.parametrize(
    ("language", "sources"),
    [
        ("R", ["#start <- 1", "start <- 2\nprint(start)"]),
        ("R", ["#start <- 1", "5 -> start\nprint(start)"]),
        ("R", ["#start <- 1", "f <- function(start) start"]),
        ("R", ["#start <- 1", "print(other)  # start"]),
        ("R", ["x <- '\n#start <- 1\n'", "print(start)"]),
        ("R", ["#start <- see below", "print(start)"]),
        ("julia", ["#stop = 1", "for stop in 1:3 println(stop) end\nprintln(stop)"]),
        ("julia", ["#=\n#stop = 1\n=#", "println(stop)"]),
        ("julia", ["#stop = 1", "a, stop = f()\nprintln(stop)"]),
        ("julia", ["#stop = 1", "g(stop) = stop + 1"]),
        ("julia", ["#end = 1", "println(x[end])"]),
        ("scala", ["#start = 1", "print(start)"]),
    ],
)
def test_comments_that_nothing_waits_for_are_not_offered(language, sources):
    assert offered(*sources, language=language) == []


def test_a_notebook_that_has_one_needs_no_other():
    notebook = cells("lr = 0.1", "print(lr)", tags=("parameters",))
    assert (tagged(notebook), find_candidates(notebook, "python", ())) == (0, [])
    assert tagged(cells("lr = 0.1")) is None
    assert offered("lr = 0.1", "print(lr)", language="scala") == []
    # papermill puts the values below it: another tag further down would change nothing.
    heading = {"type": "markdown", "source": "# Settings", "tags": ["parameters"], "execution_count": None}
    notebook = [heading, *cells("lr = 0.1", "print(lr)")]
    assert (tagged(notebook), find_candidates(notebook, "python", ("lr",))) == (0, [])


def test_what_is_made_a_parameters_cell_is_one():
    [(source, is_tagged), _] = mended("#  a = 1\n# why\nb = [1,\n 2]\nprint(a, b)", given=("a", "b"))
    assert is_tagged
    assert [row["name"] for row in declared_parameters(source)] == ["a", "b"]
