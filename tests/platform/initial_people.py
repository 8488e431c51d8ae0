"""The users, groups and instance types that PrimeHub's server was recorded with; people out.

Attributes and roles are Keycloak's: quotas of a user, of a group, of none, names that clients trip over.
"""

from __future__ import annotations

from primehub_nbext.sandbox.cluster.people import Group, People, User

TYPES = {
    "cpu-1": dict(
        title="CPU 1", description="1 CPU / 2G", cpu=1, memory="2G", nvidia=0, requests_cpu=0.5, requests_memory="1G"
    ),
    "cpu-half": dict(title="Half a CPU", description="", cpu=0.5, memory="512M", nvidia=0),
    "cpu-4": dict(title="CPU 4", description="4 CPU / 2G", cpu=4, memory="2G", nvidia=0),
    "cpu-16": dict(title="CPU 16", description="16 CPU / 4G", cpu=16, memory="4G", nvidia=0),
    "mem-64g": dict(title="Much memory", cpu=1, memory="64G", nvidia=0),
    "mem-1ti": dict(title="A tebibyte", cpu=1, memory="1Ti", nvidia=0),
    "mem-mi": dict(title="Mebibytes", cpu=1, memory="1536Mi", nvidia=0),
    "mem-bare": dict(title="Memory without a unit", cpu=1, memory="8", nvidia=0),
    "gpu-1": dict(title="GPU 1", description="old way to ask for a GPU", cpu=1, memory="4G", nvidia=1),
    "gpu-4": dict(title="GPU 4", description="new way", cpu=1, memory="4G", gpu=4, resource="nvidia.com/gpu"),
    "gpu-amd": dict(title="GPU AMD", cpu=1, memory="4G", gpu=2, resource="amd.com/gpu"),
    "gpu-unnamed": dict(title="GPU without a resource name", cpu=1, memory="4G", gpu=2),
    "plain": dict(cpu=1, memory="2G"),
    "group-cpu": dict(title="CPU of phusers", description="group only", cpu=1, memory="1G", nvidia=0),
    "bob-cpu": dict(title="CPU of bob", cpu=1, memory="1G", nvidia=0),
}
FIELDS = {
    "title": "displayName",
    "description": "description",
    "cpu": "limits.cpu",
    "memory": "limits.memory",
    "nvidia": "limits.nvidia.com/gpu",
    "gpu": "limits.gpu",
    "resource": "gpuResourceName",
    "requests_cpu": "requests.cpu",
    "requests_memory": "requests.memory",
}
TOLERATIONS = [
    {"operator": "Exists", "key": "dedicated", "effect": "NoSchedule"},
    {"operator": "Equal", "key": "a", "value": "b"},
]


def make_people() -> People:
    def user(name: str, made: int, groups: str, **profile) -> User:
        ids = [f"g-{each}" for each in groups.split()]
        return User(f"u-{name}", name, ids, name == "root", {"createdTimestamp": made, **profile})

    def group(name: str, title: str, roles: str = "", **attributes: str) -> Group:
        texts = {key.replace("_", "-"): [value] for key, value in attributes.items()}
        if "displayName" in attributes:
            texts["displayName"] = [attributes["displayName"]]
        return Group(f"g-{name}", title, texts, roles.split())

    alice = {"email": "alice@example.com", "firstName": "Alice", "lastName": "Liddell", "volumeCapacity": 20}
    users = [
        user("alice", 1600000000000, "everyone many one phusers quotagroup quotauser research zero", **alice),
        user("bob", 1600000001000, "everyone research bobonly"),
        user("carol", 1600000002000, ""),
        user("root", 1500000000000, "everyone"),
    ]
    everybodys = [f"it:{name}" for name in TYPES if name not in ("group-cpu", "bob-cpu")] + ["it:deleted-type"]
    everybodys += ["img:" + name for name in ("base-notebook", "tf-gpu", "sklearn-cpu", "old-image", "deleted-image")]
    quotas = {"quota_cpu": "4", "quota_gpu": "1", "quota_memory": "16G", "user_volume_capacity": "5G"}
    quotas.update(project_quota_cpu="8", project_quota_gpu="2", project_quota_memory="32G")
    volume = {"enabled_shared_volume": "true", "home_symlink": "true", "launch_group_only": "true"}
    volume.update(shared_volume_capacity="10G", job_default_active_deadline_seconds="86400")
    own = "it:group-cpu it:cpu-1 img:assigned-image img:phusers-image img:building-image img:failed-image"
    shared = {"enabled_shared_volume": "true"}
    groups = [
        group("everyone", "everyone", " ".join(everybodys)),
        group("phusers", "phusers", own, displayName="PrimeHub users", admins="alice", **quotas, **volume),
        group(
            "research",
            "Research_Team_A",
            "img:research-image",
            displayName="",
            shared_volume_capacity="100G",
            launch_group_only="true",
            **shared,
        ),
        group("bobonly", "bob_only__group", "it:bob-cpu", enabled_shared_volume="false", admins="bob"),
        group("quotauser", "Quota_User", quota_cpu="1.5", quota_gpu="1", quota_memory="4G"),
        group(
            "quotagroup",
            "Quota_Group",
            project_quota_cpu="2",
            project_quota_gpu="1",
            project_quota_memory="8.5G",
        ),
        group("zero", "zero_jobs", quota_cpu="0", quota_gpu="0", quota_memory="0G"),
        group("one", "one_job"),
        group("many", "Many__Jobs_25", shared_volume_capacity="1G", **shared),
    ]
    people = People(users, groups)
    people.tokens = {f"api-token-{each.username}": each.id for each in users}
    return people
