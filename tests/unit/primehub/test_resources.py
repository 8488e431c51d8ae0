"""What the group may use: read from whatever PrimeHub says, sorted, bounded, refused by name where it does not fit."""

from __future__ import annotations

import threading

import pytest

from kit import answers
from primehub_nbext.config import PrimeHub
from primehub_nbext.errors import PrimeHubError
from primehub_nbext.primehub.errors import (
    AccessDenied,
    BadAnswer,
    GroupNotFound,
    ImageNeedsGpu,
    ImageNotReady,
    NoGroupVolume,
    NoImages,
    NoInstanceTypes,
    Trouble,
    UnknownImage,
    UnknownInstanceType,
    Unreachable,
)
from primehub_nbext.primehub.resources import ResourceCache, read_resources

CPU = {"name": "cpu-1", "displayName": "A CPU", "spec": {"limits.cpu": 0.5, "limits.memory": "1536Mi"}}
GPU = {
    "name": "gpu-1",
    "displayName": "b GPU",
    "spec": {"limits.cpu": 2, "limits.memory": "4G", "limits.nvidia.com/gpu": 1},
}


def answer(**changes) -> dict:
    """What PrimeHub says of the group `id-1`."""
    return answers.resources(
        {
            "id": "id-1",
            "name": "phusers",
            "displayName": "PrimeHub users",
            "enabledSharedVolume": True,
            "instanceTypes": [GPU, CPU],
            "images": [
                {"name": "tf", "displayName": "TensorFlow", "type": "gpu", "url": "tf:1"},
                {"name": "base", "displayName": "base", "type": "both", "url": "base:1"},
                {"name": "new", "displayName": "New", "type": None, "url": None},
                {"name": "failed", "displayName": "Of a failed build", "url": ""},
            ],
            **changes,
        }
    )


def read(**changes):
    return read_resources(answer(**changes), "id-1")


def test_sorted_and_complete():
    resources = read()
    assert [each.name for each in resources.instance_types] == ["cpu-1", "gpu-1"]
    assert [(each.name, each.kind, each.ready) for each in resources.images] == [
        ("base", "universal", True),
        ("new", "universal", False),
        ("failed", "universal", False),
        ("tf", "gpu", True),
    ]
    assert resources.group == {"id": "id-1", "name": "phusers", "display_name": "PrimeHub users"}
    assert resources.default_timeout_seconds == 86400


def test_the_shape_that_goes_to_the_browser_is_plain():
    said = read(
        projectQuotaGpu=2, projectQuotaMemory=8.5, quotaCpu=4, resourceStatus={"cpuUsage": "0.5", "memUsage": "2"}
    ).to_dict()
    assert said["quota"] == {"cpu": None, "memory_gb": 8.5, "gpu": 2}
    assert said["user_quota"] == {"cpu": 4.0, "memory_gb": None, "gpu": None}
    assert said["usage"] == {"cpu": 0.5, "memory_gb": 2.0, "gpu": None}
    first = {"name": "cpu-1", "display_name": "A CPU", "description": "", "cpu": 0.5, "memory_gb": 1.5, "gpu": 0}
    counted = {"whose": "group", "what": "memory_gb", "needs": 1536.0, "quota": 8.5, "free": None}
    assert said["instance_types"][0] == {**first, "shortage": counted}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"limits.cpu": 2, "limits.memory": "4G", "limits.nvidia.com/gpu": 1}, (2.0, 4.0, 1)),
        ({"limits.cpu": "500m", "limits.memory": "512M"}, (0.5, 0.5, 0)),
        ({"limits.cpu": 1, "limits.memory": "1Ti", "limits.gpu": 4, "gpuResourceName": "nvidia.com/gpu"}, (1, 1024, 4)),
        ({"limits.cpu": 1, "limits.memory": "1536Mi", "limits.gpu": 2, "gpuResourceName": "amd.com/gpu"}, (1, 1.5, 2)),
        ({"limits.cpu": 1, "limits.memory": "4G", "limits.gpu": 2}, (1.0, 4.0, 2)),
        ({"limits.gpu": 0, "limits.nvidia.com/gpu": 3}, (0.0, 0.0, 0)),
        ({"limits.cpu": "much", "limits.memory": None}, (0.0, 0.0, 0)),
        ({"limits.cpu": float("nan"), "limits.memory": True}, (0.0, 0.0, 0)),
        (None, (0.0, 0.0, 0)),
        ("none", (0.0, 0.0, 0)),
    ],
)
def test_sizes_are_those_of_the_spec(spec, expected):
    """What PrimeHub makes of it in `memoryLimit` and `gpuLimit` is not asked for: 512M is 512 there, 1Ti is 1."""
    thing = {"name": "x", "spec": spec, "cpuLimit": 99, "memoryLimit": 99, "gpuLimit": 99}
    [found] = read(instanceTypes=[thing]).instance_types
    assert (found.cpu, found.memory_gb, found.gpu) == expected


def with_groups(groups, **changes) -> dict:
    return {**answer(**changes), "me": {"effectiveGroups": groups}}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({}, Trouble),
        ({"me": None, "group": {"id": "id-1"}}, Trouble),
        ({"me": {"effectiveGroups": None}}, BadAnswer),
        ({"me": []}, BadAnswer),
        (with_groups([]), GroupNotFound),
        (with_groups([None, 5, {"id": "id-2"}]), GroupNotFound),
        ({**answer(), "group": None}, Trouble),
        ({**answer(), "group": []}, BadAnswer),
        ({**answer(), "group": "x"}, BadAnswer),
        (answer(enabledSharedVolume=False), NoGroupVolume),
        (answer(enabledSharedVolume=None), NoGroupVolume),
        (answer(instanceTypes=None), Trouble),
        (answer(images={}), BadAnswer),
        (answer(instanceTypes=[]), NoInstanceTypes),
        (answer(images=[]), NoImages),
        (answer(instanceTypes=[None, 5, {"name": None}, {}]), NoInstanceTypes),
    ],
)
def test_bad_answers_each_have_their_error(said, error):
    with pytest.raises(PrimeHubError) as refusal:
        read_resources(said, "id-1")
    assert type(refusal.value) is error


def test_long_names_are_bounded():
    [found] = read(images=[{"name": "x", "displayName": "y" * 50_000}]).images
    assert len(found.display_name) == 10_000


@pytest.mark.parametrize(
    ("instance_type", "image", "error"),
    [
        ("huge", "base", UnknownInstanceType),
        ("cpu-1", "gone", UnknownImage),
        ("cpu-1", "new", ImageNotReady),
        ("cpu-1", "failed", ImageNotReady),
        ("cpu-1", "tf", ImageNeedsGpu),
    ],
)
def test_what_does_not_fit(instance_type, image, error):
    with pytest.raises(error) as refusal:
        read().check(instance_type, image)
    assert refusal.value.field in ("instance_type", "image")


@pytest.mark.parametrize(("instance_type", "image"), [("cpu-1", "base"), ("gpu-1", "base"), ("gpu-1", "tf")])
def test_what_fits(instance_type, image):
    read().check(instance_type, image)


# --- the cache ------------------------------------------------------------------------------------


class Counting:
    """A client that answers from a list and counts how often it is asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def execute(self, _document, variables, token, **_options):
        self.asked.append((variables["group"], token))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_asked_once_and_again_on_request():
    client = Counting(answer())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    for _ in range(3):
        cache.get("id-1", "token")
    assert len(client.asked) == 1
    cache.get("id-1", "token", refresh=True)
    assert len(client.asked) == 2


def test_nobody_gets_what_another_token_or_group_was_told():
    client = Counting(answer(), answer(), answer(id="id-2"))
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    for key in (("id-1", "mine"), ("id-1", "yours"), ("id-2", "yours")):
        cache.get(*key)
    assert client.asked == [("id-1", "mine"), ("id-1", "yours"), ("id-2", "yours")]


def test_an_error_is_not_kept():
    client = Counting(Unreachable(), answer())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    with pytest.raises(Unreachable):
        cache.get("id-1", "token")
    assert cache.get("id-1", "token").group["name"] == "phusers"


def test_an_error_does_not_bring_back_what_was_known_before():
    client = Counting(answer(), AccessDenied())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    cache.get("id-1", "token")
    for refresh in (True, False):
        with pytest.raises(AccessDenied):
            assert cache.get("id-1", "token", refresh=refresh)


def test_a_name_that_is_not_known_yet_is_asked_for_once_more():
    images = [{"name": "base", "url": "base:1"}, {"name": "fresh", "url": "fresh:1"}]
    client = Counting(answer(), answer(images=images))
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    cache.get("id-1", "token")
    cache.choose("id-1", "token", "cpu-1", "fresh")
    assert len(client.asked) == 2
    with pytest.raises(UnknownImage):
        cache.choose("id-1", "token", "cpu-1", "gone")
    assert len(client.asked) == 3


def test_callers_of_the_same_moment_share_one_request():
    entered, go = threading.Event(), threading.Event()

    class Slow(Counting):
        def execute(self, *args, **options):
            entered.set()
            assert go.wait(20)
            return super().execute(*args, **options)

    client = Slow(answer())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    asking = threading.Barrier(9)

    def ask():
        asking.wait(20)
        cache.get("id-1", "token")

    first = threading.Thread(target=cache.get, args=("id-1", "token"))
    first.start()
    assert entered.wait(20)
    others = [threading.Thread(target=ask) for _ in range(8)]
    for thread in others:
        thread.start()
    asking.wait(20)
    go.set()
    for thread in (first, *others):
        thread.join(20)
    assert len(client.asked) == 1


# --- the second look --------------------------------------------------------------------------------


NOT_THERE = with_groups([{"id": "id-2"}], id="id-1") | {"group": None}
NO_GROUPS = with_groups([])


@pytest.mark.parametrize(
    ("first", "again", "error"),
    [
        (NOT_THERE, answers.membership("everyone", "id-2"), GroupNotFound),
        (NO_GROUPS, answers.membership("everyone", group={"id": "id-1"}), GroupNotFound),  # of an administrator
        ({**NO_GROUPS, "group": None}, answers.membership(), GroupNotFound),  # of somebody without any group
        (NO_GROUPS, answers.membership("everyone", "id-1", group={"id": "id-1"}), Trouble),  # over by now
        (NO_GROUPS, answers.membership(group={"id": "id-1"}), Trouble),  # the deployments cannot be listed
        (NO_GROUPS, {**answers.membership(), "me": None}, Trouble),
        (NO_GROUPS, Trouble(), Trouble),  # no answer: Keycloak fails
        (answer(images=[]), answers.membership("id-1", group={"id": "id-1"}), NoImages),
        (answer(images=[]), Trouble(), Trouble),  # no answer: Kubernetes fails
        (answer(instanceTypes=[]), {"me": 5}, Trouble),
    ],
)
def test_trouble_is_not_told_as_a_group_or_a_list_that_is_not_there(first, again, error):
    client = Counting(first, again)
    with pytest.raises(PrimeHubError) as refusal:
        ResourceCache(PrimeHub(), client).get("id-1", "token")
    assert (type(refusal.value), len(client.asked)) == (error, 2)
