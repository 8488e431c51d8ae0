"""Whether an instance type is too large for a quota, as PrimeHub was recorded to count, or only has to wait."""

from __future__ import annotations

import pytest

from kit import answers
from primehub_nbext.primehub.resources import read_resources

PHUSERS = {"quotaCpu": 4, "quotaGpu": 1, "quotaMemory": 16}
PHUSERS |= {"projectQuotaCpu": 8, "projectQuotaGpu": 2, "projectQuotaMemory": 32}
QUOTA_USER = {"quotaCpu": 1.5, "quotaGpu": 1, "quotaMemory": 4}
QUOTA_GROUP = {"projectQuotaCpu": 2, "projectQuotaGpu": 1, "projectQuotaMemory": 8.5}
ZERO = dict.fromkeys(PHUSERS, 0)


def shortage(cpu, memory, group, usage=None, **gpu) -> dict | None:
    spec = {"limits.cpu": cpu, "limits.memory": memory, **{f"limits.{name}": value for name, value in gpu.items()}}
    usage = {"resourceStatus": dict(zip(("cpuUsage", "memUsage", "gpuUsage"), usage))} if usage else {}
    lists = {"instanceTypes": [{"name": "x", "spec": spec}], "images": [{"name": "x"}]}
    answer = answers.resources({"id": "g", "name": "g", "enabledSharedVolume": True, **group, **usage, **lists})
    return read_resources(answer, "g").to_dict()["instance_types"][0]["shortage"]


@pytest.mark.parametrize(
    ("cpu", "memory", "group", "gpu", "refused"),
    [
        (4, "2G", PHUSERS, 4, ("user", "gpu", 4, 1)),
        (4, "2G", PHUSERS, 1, None),  # just enough
        (4, "2G", QUOTA_USER, 0, ("user", "cpu", 4, 1.5)),
        (1, "64G", QUOTA_USER, 0, ("user", "memory_gb", 64, 4)),
        (0.5, "512M", QUOTA_USER, 0, ("user", "memory_gb", 512, 4)),  # counts as 512
        (1, "1Ti", QUOTA_USER, 0, None),  # counts as 1
        (1, "1536Mi", PHUSERS, 0, ("user", "memory_gb", 1536, 16)),
        (1, "8", QUOTA_USER, 0, None),  # not looked at
        (4, "2G", QUOTA_GROUP, 4, ("group", "gpu", 4, 1)),
        (4, "2G", QUOTA_GROUP, 0, ("group", "cpu", 4, 2)),  # made, and failed by the controller
        (4, "2G", {"projectQuotaMemory": 3}, 0, ("group", "cpu", 4, 3)),
        (1, "64G", QUOTA_GROUP, 0, ("group", "memory_gb", 64, 8.5)),
        (4, "2G", ZERO, 4, ("user", "gpu", 4, 0)),
        (64, "1024G", {}, 8, None),
    ],
)
def test_what_primehub_refuses(cpu, memory, group, gpu, refused):
    whose, what, needs, quota = refused or ("", "", 0, 0)
    expected = refused and {"whose": whose, "what": what, "needs": needs, "quota": quota, "free": None}
    assert shortage(cpu, memory, group, gpu=gpu) == expected


def test_what_has_to_wait():
    busy = ("7.5", "30", "2")
    expected = {"whose": "group", "what": "gpu", "needs": 1, "quota": 2, "free": 0}
    assert shortage(1, "2G", PHUSERS, busy, gpu=1) == expected
    assert shortage(1, "2G", PHUSERS, busy) == {**expected, "what": "cpu", "quota": 8, "free": 0.5}
    assert shortage(0.5, "3G", PHUSERS, busy) == {**expected, "what": "memory_gb", "needs": 3, "quota": 32, "free": 2}
    assert shortage(0.5, "2G", PHUSERS, busy) is None
    assert shortage(4, "2G", PHUSERS, busy, gpu=4)["free"] is None, "what never runs does not wait"
    assert shortage(1, "2G", PHUSERS, ("9", "99", "9")) == {**expected, "what": "cpu", "quota": 8, "free": 0}
