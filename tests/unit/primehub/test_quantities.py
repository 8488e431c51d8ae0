"""Quantities of Kubernetes: memory as PrimeHub's controller turns it, anything else as Kubernetes reads it."""

from __future__ import annotations

import pytest

from primehub_nbext.primehub.quantities import read_gigabytes, read_number

GI = 2**30


@pytest.mark.parametrize(
    ("text", "gigabytes"),
    [
        ("2G", 2), ("512M", 0.5), ("1048576K", 1), ("2Gi", 2), ("1536Mi", 1.5), ("1048576Ki", 1), ("1Ti", 1024),
        ("8.5G", 8.5), (".5Gi", 0.5), (" 4G ", 4), ("1T", 10**12 / GI), ("1000000k", 10**9 / GI), ("8", 8 / GI),
        (GI, 1), ("1e9", 10**9 / GI), ("4294967296000m", 4), ("0", 0), ("1Pi", 1024**2),
    ],
)  # fmt: skip
def test_memory(text, gigabytes):
    assert read_gigabytes(text) == pytest.approx(gigabytes)


@pytest.mark.parametrize(("text", "number"), [("500m", 0.5), (0.5, 0.5), ("1.5", 1.5), (2, 2), ("4", 4), ("1k", 1000)])
def test_numbers(text, number):
    assert read_number(text) == pytest.approx(number)


@pytest.mark.parametrize(
    "value", [None, True, "", "much", "G", "1 G", "-1G", -1, "1GB", "1e999", 10**400, float("nan"), [1], {}, "١G"]
)
def test_what_is_none(value):
    assert read_gigabytes(value) is None
    assert read_number(value) is None
