"""What a person typed is what the notebook gets: type, value and order."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from papermill.cli import NoDatesSafeLoader

from kit import properties
from primehub_nbext.notebooks.errors import InvalidParameters
from primehub_nbext.notebooks.parameters.flow import from_yaml, to_yaml
from primehub_nbext.notebooks.parameters.text import read_parameters, typed

HUGE = 123456789012345678901234567890123456789012345678901234567890

TYPED = [
    ("10", 10),
    ("-2", -2),
    ("+5", 5),
    ("0", 0),
    ("-2.5", -2.5),
    ("1.", 1.0),
    (".5", 0.5),
    ("1e-05", 0.00001),
    ("1E5", 100000.0),
    ("-0.0", -0.0),
    (str(HUGE), HUGE),
    ("true", True),
    ("True", True),
    ("false", False),
    ("False", False),
    ("null", None),
    ("None", None),
    # Text that other readers take for something else.
    ("007", "007"),
    ("1_000", "1_000"),
    ("yes", "yes"),
    ("NO", "NO"),
    ("on", "on"),
    ("nan", "nan"),
    ("inf", "inf"),
    ("TRUE", "TRUE"),
    ("~", "~"),
    ("2026-11-22", "2026-11-22"),
    ("2026-11-22 10:30:00", "2026-11-22 10:30:00"),
    ("1:30", "1:30"),
    ("0x1F", "0x1F"),
    ("0o17", "0o17"),
    ("1,5", "1,5"),
    ("Ann Lee", "Ann Lee"),
    ("  New York  ", "New York"),
    ("http://h/?a=1", "http://h/?a=1"),
    ("it's", "it's"),
    ('5" disk', '5" disk'),
    ("$(id) `id` $HOME", "$(id) `id` $HOME"),
    ("C:\\new\\table", "C:\\new\\table"),
    ("-x", "-x"),
    ("a == b", "a == b"),
    ("--user ann --password=x 2=3 [a=b", "--user ann --password=x 2=3 [a=b"),
    ('" b=2"', " b=2"),
    ("*.csv", "*.csv"),
    ("台灣 😀 ∂", "台灣 😀 ∂"),
    # Quoted.
    ('""', ""),
    ("''", ""),
    ('"10"', "10"),
    ("'null'", "null"),
    ('" a "', " a "),
    ('"a; b=c"', "a; b=c"),
    ('"first\nsecond\r\nthird"', "first\nsecond\r\nthird"),
    (r'"first\nsecond\ttab"', "first\nsecond\ttab"),
    (r'"say \"hi\""', 'say "hi"'),
    (r"'it\'s'", "it's"),
    (r'"\x41\u00e9\U0001f600\ud83d\ude00"', "Aé😀😀"),
    (r'"\d+"', r"\d+"),
    # Nested.
    ("[]", []),
    ("{}", {}),
    ("[1, 1.5, two, 'three; 3', null, True, 007]", [1, 1.5, "two", "three; 3", None, True, "007"]),
    ("[1, [2, [3, []]], {a: [4]}]", [1, [2, [3, []]], {"a": [4]}]),
    (
        '{"a": 1, b: two words, "c d": {"e": [-.5, 1e-05]}}',
        {"a": 1, "b": "two words", "c d": {"e": [-0.5, 1e-05]}},
    ),
    ('{"1": 1, "null": null, "yes": yes}', {"1": 1, "null": None, "yes": "yes"}),
    ("[\n  1,\n  2\n]", [1, 2]),
    ("[10:30, {url: http://h/?a=1, 'at': 10:30}]", ["10:30", {"url": "http://h/?a=1", "at": "10:30"}]),
]


@pytest.mark.parametrize(("text", "value"), TYPED, ids=[text for text, _ in TYPED])
def test_typed_value(text, value):
    # repr tells 1 from True and 1.0, "1" from 1, -0.0 from 0.0, and finds nan equal to nan.
    expected = repr({"x": value})
    given = read_parameters(f"x={text}")
    assert repr(given) == expected
    assert repr(from_yaml(to_yaml(given))) == expected
    assert repr(read_parameters(f"x={typed(given['x'])}")) == expected


def test_entries_are_separated_by_semicolons_and_new_lines():
    text = ' start = 1 ;end=10\n\nname=Ann Lee;; url=http://h/?a=1&b=2\r\n"'.rstrip('"')
    assert list(read_parameters(text).items()) == [
        ("start", 1),
        ("end", 10),
        ("name", "Ann Lee"),
        ("url", "http://h/?a=1&b=2"),
    ]


@pytest.mark.parametrize("nothing", [None, "", "  \n ; ;\t", {}])
def test_no_parameters(nothing):
    assert read_parameters(nothing) == {}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ("alpha", "`alpha`"),
        ("start=1; alpha", "`alpha`"),
        ("alpha=", "`alpha`"),
        ("alpha= ; b=1", "`alpha`"),
        ("alpha=1; alpha=2", "`alpha`"),
        ("1st=3", "`1st`"),
        ("my name=3", "`my name`"),
        ("a-b=3", "`a-b`"),
        ("class=1", "`class`"),
        ("=3", "``"),
        ("$(id)=3", "`$(id)`"),
        ("alpha='x", "`alpha`"),
        ('alpha="x\\"', "`alpha`"),
        ('alpha="x" y', "`alpha`"),
        ("alpha=[1] 2", "`alpha`"),
        ("alpha=[1, 2", "`alpha`"),
        ("alpha=[1, , 2]", "`alpha`"),
        ("alpha=[1}", "`alpha`"),
        ("alpha={b 1}", "`alpha`"),
        ("alpha={b: 1", "`alpha`"),
        ("alpha={b: 1, b: 2}", "`alpha`"),
        ("alpha=" + "[" * 40 + "]" * 40, "`alpha`"),
        ("alpha=" + "[" * 20000, "`alpha`"),
        ("alpha=" + "{a:" * 20000, "`alpha`"),
        ("alpha=1e999", "`alpha`"),
        ("alpha=1 beta=2", "`beta=2`"),
        ("a=x; alpha=one two größe = 2", "`größe = 2`"),
        ("alpha==1", "`=1`"),
        ("alpha = = 1", "`= 1`"),
        ("alpha=.inf", "`alpha`"),
        ("alpha=-.Inf", "`alpha`"),
        ("b=1; alpha=[1, {c: .nan}]", "`alpha`"),
        ({"alpha": math.inf}, "`alpha`"),
        ({"alpha": [1, {"b": math.nan}]}, "`alpha`"),
        ('alpha=["a" "b"]', "`alpha`"),
        ('alpha=[b"a"]', "`alpha`"),
        ("alpha=[a [1]]", "`alpha`"),
        ("alpha={a, b}", "`alpha`"),
        ("alpha=[a, :]", "`alpha`"),
        ("alpha={[1]: 2}", "`alpha`"),
        ("alpha=[it's]", "`alpha`"),
        (r'alpha=["C:\\New", "C:\New"]', "`alpha`"),
        ("alpha=[" + "-" * 3000 + "1", "`alpha`"),
        ("alpha=[-1e999]", "`alpha`"),
        ("alpha=" + "9" * 5000, "`alpha`"),
        (r'alpha="\ud800"', "`alpha`"),
        (r'alpha="\U00110000"', "`alpha`"),
        ("alpha=\ud800", "`alpha`"),
        ({"alpha": {1: 2}}, "`alpha`"),
        ({"alpha": object()}, "`alpha`"),
        ({"alpha": [1, {"a": b"bytes"}]}, "`alpha`"),
        ({"alpha": "\udcff"}, "`alpha`"),
        ({"alpha": 10**4000}, "`alpha`"),
        ({"my name": 1}, "`my name`"),
        ({"": 1}, "``"),
        ({1: 1}, "`1`"),
    ],
)
def test_bad_input_is_refused_by_name(given, named):
    with pytest.raises(InvalidParameters) as refusal:
        read_parameters(given)
    said = refusal.value.to_dict()
    assert (said["code"], said["field"], refusal.value.status) == ("invalid_parameters", "parameters", 400)
    assert named in said["message"]
    assert said["message"].isprintable() and said["message"].endswith(".")
    assert len(said["message"]) < 200


@pytest.mark.parametrize("given", [5, True, ["a=1"], "x=" + "y" * 70000])
def test_refuses_what_is_not_parameters_at_all(given):
    with pytest.raises(InvalidParameters):
        read_parameters(given)


@pytest.mark.parametrize("given", ["limit=.inf", "limit=[0, -.INF]", {"limit": {"a": math.nan}}])
def test_what_json_cannot_hold_is_refused_with_what_to_do_instead(given):
    with pytest.raises(InvalidParameters) as refusal:
        read_parameters(given)
    assert 'as text, for example "inf"' in refusal.value.hint and "float(…)" in refusal.value.hint


def test_a_deep_but_legal_value_passes():
    value = "[" * 21 + "]" * 21
    given = read_parameters(f"x={value}")
    assert repr(given["x"]) == value
    assert from_yaml(to_yaml(given)) == given


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (1e10, "10000000000.0"), (1e16, "1.0e+16"), (-0.0, "-0.0"), (2**60 + 1, "1152921504606846977"),
     ("true", '"true"'), ("2026-11-22", '"2026-11-22"'), ("New York", "New York"), ("1", '"1"'), ("", '""'),
     ([1.0, {"a": "1"}], '[1.0, {"a": "1"}]'), (None, "null"), (" a", '" a"')],
)  # fmt: skip
def test_a_value_as_one_types_it(value, text):
    assert typed(value) == text
    assert repr(read_parameters(f"x={text}; y=1")["x"]) == repr(value)


@properties.often(150)
@given(properties.values)
def test_a_written_value_reads_as_itself(value):
    assert repr(read_parameters(f"x={typed(value)}")["x"]) == repr(value)


@properties.often(300)
@given(properties.parameters)
def test_papermill_reads_what_is_written(given):
    text = to_yaml(given)
    assert repr(yaml.load(text, Loader=NoDatesSafeLoader)) == repr(given)
    assert repr(from_yaml(text)) == repr(given)
    assert text.startswith("{") and "\n" not in text
    assert text.encode()


@properties.often(300)
@given(properties.texts)
def test_any_text_is_read_or_refused(text):
    """Nothing that can be typed ends in an error of another kind."""
    try:
        given = read_parameters(text)
    except InvalidParameters:
        return
    assert repr(from_yaml(to_yaml(given))) == repr(given)


@pytest.mark.parametrize("text", ["", "[1]", "a: [", "!!python/object/apply:os.system [id]", "&a [*a]", "{" * 50000])
def test_other_yaml_is_refused(text):
    with pytest.raises(ValueError):
        from_yaml(text)


def test_dates_stay_text_as_in_papermill():
    assert from_yaml("{day: 2026-11-22}") == {"day": "2026-11-22"}
