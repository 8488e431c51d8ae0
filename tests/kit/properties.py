"""What hypothesis draws from: names as Linux allows them, values as people type them, and how often."""

from __future__ import annotations

import keyword
import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from primehub_nbext.jobs.command import NotebookJob

# What shells, YAML readers, papermill's paths and option parsers trip over.
TRAPS = [
    "$(touch canary)", "`touch canary`", "; touch canary;", "' ; touch canary ; '", '" ; touch canary ; "',
    "\n: >canary\n", "&& touch canary", "| touch canary", ">canary", "${IFS}", "$HOME", "$name", "\\", "\\'", "'", '"',
    "{", "}", "{0}", "{x}", "{{", "%s", "%n", "-", "--", "-d", "~", "*", "?", "[a]", "!!", "#", " ", "\t", "\r", "\n",
    "\x01", "\x1b[31m", "\x7f", "&", "=", ":", "é", "∂", "台灣", "😀", "\u202e", "\u200d", "\u2028", "\x85", "\ufeff",
    "\U0010ffff", "שלום", "-output", ".ipynb",
]  # fmt: skip


def often(examples: int) -> settings:
    """How many examples; the same ones each time where CI is set."""
    return settings(
        max_examples=examples,
        deadline=None,  # other processes share the machine
        derandomize=bool(os.environ.get("CI")),
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


def fits(text: str, size: int) -> bool:
    return 0 < len(os.fsencode(text)) <= size


def not_dots(text: str) -> bool:
    return text not in (".", "..")


characters = st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
text_pieces = st.lists(st.one_of(st.sampled_from(TRAPS), st.text(characters, max_size=8)), min_size=1, max_size=6)
# File names that are text, and such as no encoding made: any bytes but / and NUL.
plain_names = text_pieces.map("".join).filter(lambda text: fits(text, 249)).filter(not_dots)
raw_names = (
    st.lists(st.integers(1, 255).filter(lambda byte: byte != ord("/")), min_size=1, max_size=40)
    .map(lambda codes: os.fsdecode(bytes(codes)))
    .filter(not_dots)
)
notebook_names = plain_names.map(lambda text: text + ".ipynb")
folders = st.lists(st.one_of(plain_names, raw_names), max_size=3).map("/".join)
submission_ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}", fullmatch=True)

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    text_pieces.map("".join),
    st.sampled_from(
        ["007", "1_000", "yes", "no", "on", "nan", "null", "~", "true", "1e-05", ".inf", "2026-11-22", "1:30", "0x1F"]
        + ["0o17", "=", "<<", "*id", "&id", "!tag", "- a", "? a", "a: b", "# c", "---", "...", "", " ", "\n"]
    ),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**3999, -(10**4000) + 1]),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)
identifiers = st.one_of(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,10}", fullmatch=True),
    st.sampled_from(["größe", "數量", "y", "n", "on", "_"]),
).filter(lambda name: not keyword.iskeyword(name))
parameters = st.dictionaries(identifiers, values, max_size=4)


def jobs(volume: str = "/home/jovyan/phusers"):
    """Notebook jobs with names, folders, kernels and values of every kind."""
    return st.builds(
        NotebookJob,
        volume=st.just(volume),
        folder=folders,
        name=notebook_names,
        submission_id=submission_ids,
        kernel=st.one_of(st.just("python3"), plain_names),
        parameters=parameters,
    )
