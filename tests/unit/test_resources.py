"""What the group may use: read from whatever PrimeHub says, sorted, bounded, refused by name where it does not fit."""

from __future__ import annotations

import threading

import pytest

from primehub_nbext import errors
from primehub_nbext.config import PrimeHub
from primehub_nbext.resources import ResourceCache, read_resources


def group(**changes) -> dict:
    return {
        "group": {
            "id": "id-1",
            "name": "phusers",
            "displayName": "PrimeHub users",
            "enabledSharedVolume": True,
            "instanceTypes": [
                {"name": "gpu-1", "displayName": "b GPU", "cpuLimit": 2, "memoryLimit": 4, "gpuLimit": 1},
                {"name": "cpu-1", "displayName": "A CPU", "cpuLimit": 0.5, "memoryLimit": 1.5, "gpuLimit": 0},
            ],
            "images": [
                {"name": "tf", "displayName": "TensorFlow", "type": "gpu", "isReady": True},
                {"name": "base", "displayName": "base", "type": "both", "isReady": True},
                {"name": "new", "displayName": "New", "isReady": False},
            ],
            **changes,
        }
    }


def test_sorted_and_complete():
    resources = read_resources(group())
    assert [each.name for each in resources.instance_types] == ["cpu-1", "gpu-1"]
    assert [(each.name, each.kind, each.ready) for each in resources.images] == [
        ("base", "universal", True),
        ("new", "universal", False),
        ("tf", "gpu", True),
    ]
    assert resources.group == {"id": "id-1", "name": "phusers", "display_name": "PrimeHub users"}
    assert resources.default_timeout_seconds == 86400


def test_the_shape_that_goes_to_the_browser_is_plain():
    said = read_resources(group(projectQuotaGpu=2, resourceStatus={"cpuUsage": "0.5", "memUsage": "1G"})).to_dict()
    assert said["quota"] == {"cpu": None, "memory_gb": None, "gpu": 2}
    assert said["usage"] == {"cpu": 0.5, "memory_gb": 1.0, "gpu": None}
    first = {"name": "cpu-1", "display_name": "A CPU", "description": "", "cpu": 0.5, "memory_gb": 1.5, "gpu": 0}
    assert said["instance_types"][0] == first


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"limits.cpu": 2, "limits.memory": "4G", "limits.nvidia.com/gpu": 1}, (2.0, 4.0, 1)),
        ({"limits.cpu": "500m", "limits.memory": "512Mi"}, (0.5, 0.5, 0)),
        ({"limits.cpu": "much", "limits.memory": None}, (0.0, 0.0, 0)),
        ({"limits.cpu": float("nan"), "limits.memory": True}, (0.0, 0.0, 0)),
        ("none", (0.0, 0.0, 0)),
    ],
)
def test_sizes_in_the_words_of_kubernetes(spec, expected):
    [found] = read_resources(group(instanceTypes=[{"name": "x", "spec": spec}])).instance_types
    assert (found.cpu, found.memory_gb, found.gpu) == expected


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({}, errors.GroupNotFound),
        ({"group": None}, errors.GroupNotFound),
        ({"group": []}, errors.BadAnswer),
        ({"group": "x"}, errors.BadAnswer),
        (group(enabledSharedVolume=False), errors.NoGroupVolume),
        (group(enabledSharedVolume=None), errors.NoGroupVolume),
        (group(instanceTypes=None), errors.BadAnswer),
        (group(images={}), errors.BadAnswer),
        (group(instanceTypes=[]), errors.NoInstanceTypes),
        (group(images=[]), errors.NoImages),
        (group(instanceTypes=[None, 5, {"name": None}, {}]), errors.NoInstanceTypes),
    ],
)
def test_bad_answers_each_have_their_error(answer, error):
    with pytest.raises(errors.PrimeHubError) as refusal:
        read_resources(answer)
    assert type(refusal.value) is error


def test_long_names_are_bounded():
    [found] = read_resources(group(images=[{"name": "x", "displayName": "y" * 50_000}])).images
    assert len(found.display_name) == 10_000


@pytest.mark.parametrize(
    ("instance_type", "image", "error"),
    [
        ("huge", "base", errors.UnknownInstanceType),
        ("cpu-1", "gone", errors.UnknownImage),
        ("cpu-1", "new", errors.ImageNotReady),
        ("cpu-1", "tf", errors.ImageNeedsGpu),
    ],
)
def test_what_does_not_fit(instance_type, image, error):
    with pytest.raises(error) as refusal:
        read_resources(group()).check(instance_type, image)
    assert refusal.value.field in ("instance_type", "image")


@pytest.mark.parametrize(("instance_type", "image"), [("cpu-1", "base"), ("gpu-1", "base"), ("gpu-1", "tf")])
def test_what_fits(instance_type, image):
    read_resources(group()).check(instance_type, image)


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
    client = Counting(group())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    for _ in range(3):
        cache.get("id-1", "token")
    assert len(client.asked) == 1
    cache.get("id-1", "token", refresh=True)
    assert len(client.asked) == 2


def test_nobody_gets_what_another_token_or_group_was_told():
    client = Counting(group())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    for key in (("id-1", "mine"), ("id-1", "yours"), ("id-2", "yours")):
        cache.get(*key)
    assert client.asked == [("id-1", "mine"), ("id-1", "yours"), ("id-2", "yours")]


def test_an_error_is_not_kept():
    client = Counting(errors.Unreachable(), group())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    with pytest.raises(errors.Unreachable):
        cache.get("id-1", "token")
    assert cache.get("id-1", "token").group["name"] == "phusers"


def test_an_error_does_not_bring_back_what_was_known_before():
    client = Counting(group(), errors.GroupNotFound())
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    cache.get("id-1", "token")
    for refresh in (True, False):
        with pytest.raises(errors.GroupNotFound):
            assert cache.get("id-1", "token", refresh=refresh)


def test_a_name_that_is_not_known_yet_is_asked_for_once_more():
    images = [*group()["group"]["images"], {"name": "fresh"}]
    client = Counting(group(), group(images=images))
    cache = ResourceCache(PrimeHub(resources_max_age=1000.0), client)
    cache.get("id-1", "token")
    cache.choose("id-1", "token", "cpu-1", "fresh")
    assert len(client.asked) == 2
    with pytest.raises(errors.UnknownImage):
        cache.choose("id-1", "token", "cpu-1", "gone")
    assert len(client.asked) == 3


def test_callers_of_the_same_moment_share_one_request():
    entered, go = threading.Event(), threading.Event()

    class Slow(Counting):
        def execute(self, *args, **options):
            entered.set()
            assert go.wait(20)
            return super().execute(*args, **options)

    client = Slow(group())
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
