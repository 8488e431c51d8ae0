"""What this PrimeHub offers: users, groups with their quotas, instance types, images; the same in every sandbox."""

from __future__ import annotations


def volume_name(group_name: str) -> str:
    """PrimeHub's name of a group's volume: lower case, every `_` a `-`."""
    return group_name.lower().replace("_", "-")


def _user(username: str, first: str, last: str) -> dict:
    return {
        "id": f"user-{username}",
        "username": username,
        "email": f"{username}@example.com",
        "firstName": first,
        "lastName": last,
        "isAdmin": False,
        "predefinedEnvs": None,
        "apiTokenCount": 1,
    }


def _instance_type(name: str, title: str, description: str, cpu: float, memory: float, gpu: int = 0) -> dict:
    return {
        "id": name,
        "name": name,
        "displayName": title,
        "description": description,
        "cpuLimit": cpu,
        "memoryLimit": memory,
        "gpuLimit": gpu,
        "gpuResourceName": "nvidia.com/gpu" if gpu else "",
        "cpuRequest": None,
        "memoryRequest": None,
        "tolerations": [],
        "nodeSelector": {},
        "global": True,
        "spec": {
            "displayName": title,
            "description": description,
            "limits.cpu": cpu,
            "limits.memory": f"{memory:g}G",
            "limits.nvidia.com/gpu": gpu,
        },
    }


def _image(name: str, title: str, description: str, kind: str, ready: bool = True) -> dict:
    url = f"sandbox.invalid/{name}:latest"  # nothing is ever pulled: every image is this Python environment
    return {
        "id": name,
        "name": name,
        "displayName": title,
        "description": description,
        "type": kind,
        "url": url,
        "urlForGpu": url,
        "groupName": None,
        "global": True,
        "spec": {"displayName": title, "description": description, "type": kind, "url": url},
        "useImagePullSecret": None,
        "isReady": ready,
    }


def _group(number: int, name: str, title: str, members: list[str], user_quota: tuple, group_quota: tuple) -> dict:
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": name,
        "displayName": title,
        "members": members,
        "admins": "",
        "quotaCpu": user_quota[0],
        "quotaGpu": user_quota[1],
        "quotaMemory": user_quota[2],
        "projectQuotaCpu": group_quota[0],
        "projectQuotaGpu": group_quota[1],
        "projectQuotaMemory": group_quota[2],
        "enabledSharedVolume": True,
        "sharedVolumeCapacity": 10,
        "homeSymlink": True,
        "launchGroupOnly": True,
        "jobDefaultActiveDeadlineSeconds": 86400,
        "datasets": [],
    }


def users() -> list[dict]:
    return [_user("alice", "Alice", "Example"), _user("bob", "Bob", "Example")]


def groups() -> list[dict]:
    # (CPU, GPU, memory in GB) of one user, then of the whole group
    return [
        _group(1, "phusers", "PrimeHub users", ["alice", "bob"], (4.0, 1, 16.0), (8.0, 2, 32.0)),
        _group(2, "research_team_a", "Research team A", ["bob"], (2.0, 0, 4.0), (4.0, 0, 8.0)),
        # A group whose notebooks cannot become jobs: it shares no volume.
        {
            **_group(3, "no-volume", "Without a volume", ["alice"], (2.0, 0, 4.0), (4.0, 0, 8.0)),
            "enabledSharedVolume": False,
        },
    ]


def instance_types() -> list[dict]:
    return [
        _instance_type("cpu-1", "CPU 1", "1 CPU, 2 GB", 1.0, 2.0),
        _instance_type("cpu-2", "CPU 2", "2 CPU, 4 GB", 2.0, 4.0),
        _instance_type("gpu-1", "GPU 1", "1 GPU, 2 CPU, 8 GB", 2.0, 8.0, 1),
        _instance_type("gpu-4", "GPU 4", "4 GPU, 4 CPU, 16 GB: more than this group may use", 4.0, 16.0, 4),
    ]


def images() -> list[dict]:
    return [
        _image("base-notebook", "Base notebook", "Python on CPU or GPU", "both"),
        _image("pytorch-notebook", "PyTorch notebook", "PyTorch for GPU", "gpu"),
        _image("tf-notebook", "TensorFlow notebook", "TensorFlow for CPU", "cpu"),
        _image("nightly-notebook", "Nightly notebook", "Still being built", "both", ready=False),
    ]
