"""What a new sandbox starts with: nothing in; users, groups with quotas, instance types and images out.

As in a real installation, what is for everybody belongs to the group `everyone`; one instance type and one image are a
group's own.
"""

from __future__ import annotations

from pathlib import Path

from .objects import Objects
from .people import EVERYONE, Group, People, User

# Nobody changes the catalogue, so all of it is as old as PrimeHub's own first images.
MADE_AT = "2020-01-01T00:00:00Z"
EVERYONES_TYPES = ("cpu-1", "cpu-2", "gpu-1", "gpu-4")
EVERYONES_IMAGES = ("base-notebook", "pytorch-notebook", "tf-notebook", "nightly-notebook")


def _id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


PHUSERS, RESEARCH, NO_VOLUME, EVERYBODY = _id(1), _id(2), _id(3), _id(9)


def _user(username: str, first: str, last: str, groups: list[str]) -> User:
    profile = {
        "email": f"{username}@example.com",
        "firstName": first,
        "lastName": last,
        "enabled": True,
        "totp": False,
        "createdTimestamp": 1577836800000,
    }
    return User(f"user-{username}", username, [EVERYBODY, *groups], profile=profile)


def _group(id: str, name: str, title: str, user_quota: tuple, group_quota: tuple, **attributes: str) -> Group:
    quotas = {}
    for prefix, (cpu, gpu, memory) in (("", user_quota), ("project-", group_quota)):
        quotas.update({f"{prefix}quota-cpu": cpu, f"{prefix}quota-gpu": gpu, f"{prefix}quota-memory": f"{memory}G"})
    texts = {
        "displayName": title,
        **quotas,
        "enabled-shared-volume": "true",
        "shared-volume-capacity": "10G",
        "home-symlink": "true",
        "launch-group-only": "true",
        "job-default-active-deadline-seconds": "86400",
        **{key.replace("_", "-"): value for key, value in attributes.items()},
    }
    return Group(id, name, {key: [str(value)] for key, value in texts.items()})


def people(folder: Path | None) -> People:
    """Users and groups; a quota is (CPU, GPU, memory in GB) of one user, then of the whole group."""
    groups = [
        _group(PHUSERS, "phusers", "PrimeHub users", (4, 1, 16), (8, 2, 32)),
        _group(RESEARCH, "research_team_a", "Research team A", (2, 0, 4), (4, 0, 8)),
        # A group whose notebooks cannot become jobs: it shares no volume.
        _group(NO_VOLUME, "no-volume", "Without a volume", (2, 0, 4), (4, 0, 8), enabled_shared_volume="false"),
        Group(EVERYBODY, EVERYONE, {}),
    ]
    groups[1].roles = ["it:research-cpu", "img:research-notebook"]
    groups[3].roles = [f"it:{name}" for name in EVERYONES_TYPES] + [f"img:{name}" for name in EVERYONES_IMAGES]
    users = [
        _user("alice", "Alice", "Example", [PHUSERS, NO_VOLUME]),
        _user("bob", "Bob", "Example", [PHUSERS, RESEARCH]),
    ]
    return People(users, groups, folder)


def stock(objects: Objects) -> None:
    """Put the instance types and images there."""
    for name, title, description, cpu, memory, gpu in (
        ("cpu-1", "CPU 1", "1 CPU, 2 GB", 1, 2, 0),
        ("cpu-2", "CPU 2", "2 CPU, 4 GB", 2, 4, 0),
        ("gpu-1", "GPU 1", "1 GPU, 2 CPU, 8 GB", 2, 8, 1),
        ("gpu-4", "GPU 4", "4 GPU, 4 CPU, 16 GB: more than this group may use", 4, 16, 4),
        ("research-cpu", "CPU of research", "1 CPU, 1 GB, for one group only", 1, 1, 0),
    ):
        limits = {"limits.cpu": cpu, "limits.memory": f"{memory}G", "limits.nvidia.com/gpu": gpu}
        objects.create("instancetypes", name, {"displayName": title, "description": description, **limits}, at=MADE_AT)
    for name, title, description, kind in (
        ("base-notebook", "Base notebook", "Python on CPU or GPU", "both"),
        ("pytorch-notebook", "PyTorch notebook", "PyTorch for GPU", "gpu"),
        ("tf-notebook", "TensorFlow notebook", "TensorFlow for CPU", "cpu"),
        ("nightly-notebook", "Nightly notebook", "Still being built", "both"),
        ("research-notebook", "Research notebook", "For one group only", "both"),
    ):
        # Nothing is ever pulled: every image is this Python environment.
        url = "" if name == "nightly-notebook" else f"sandbox.invalid/{name}:latest"
        spec = {"displayName": title, "description": description, "type": kind, "url": url, "urlForGpu": url}
        if name == "research-notebook":
            spec["groupName"] = "research_team_a"
        objects.create("images", name, spec, at=MADE_AT)
