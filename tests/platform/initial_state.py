"""The state that PrimeHub's server was recorded with: a cluster and an empty folder in; people, objects, files there.

Everything that a recording can show is in it: quotas of a user, of a group, of none; instance types of all ages; images
that are built, broken or gone; a job in each phase.
"""

from __future__ import annotations

from initial_files import lay_out
from initial_people import FIELDS, TOLERATIONS, TYPES, make_people
from primehub_nbext.sandbox.cluster.cluster import Cluster
from primehub_nbext.sandbox.cluster.objects import Objects

ALICE, BOB = ("u-alice", "alice"), ("u-bob", "bob")
PHUSERS, RESEARCH, BOBONLY = (
    ("g-phusers", "phusers"),
    ("g-research", "Research_Team_A"),
    ("g-bobonly", "bob_only__group"),
)
ONE, MANY, GONE = ("g-one", "one_job"), ("g-many", "Many__Jobs_25"), ("g-deleted", "deleted_group")
START, FINISH, LONG_AGO = "2026-11-01T01:00:05Z", "2026-11-01T01:03:09Z", "2026-10-01T00:00:00Z"
DAY, WEEK = 86400, 604800

# name: title, type, url, more
IMAGES = {
    "base-notebook": ("Base Notebook", "both", "base-notebook:1", {"description": "base"}),
    "tf-gpu": ("TensorFlow (GPU)", "gpu", "tf:2", {"description": "", "pullSecret": "pull-me"}),
    "sklearn-cpu": ("scikit-learn", "cpu", "sk:1", {"description": "cpu only"}),
    "assigned-image": ("Assigned", "both", "assigned:1", {}),
    "phusers-image": ("Image of phusers", "cpu", "ph:1", {"groupName": "phusers"}),
    "research-image": ("Research", "both", "re:1", {"groupName": "Research_Team_A"}),
}
PHASES = ("Succeeded", "Failed", "Cancelled", "Running", "Pending")


def reset(cluster: Cluster) -> None:
    """Make the state anew, whatever was done to it."""
    objects, people = cluster.objects, cluster.people
    for kind in ("phjobs", "phschedules", "instancetypes", "images"):
        for each in objects.list(kind):
            objects.remove(kind, each["metadata"]["name"])
    _types(objects)
    _images(objects)
    _jobs(objects)
    _schedules(objects)
    fresh = make_people()
    people.users, people.groups, people.tokens = fresh.users, fresh.groups, fresh.tokens
    lay_out(cluster.folder)
    cluster.faults.clear()


def _types(objects: Objects) -> None:
    for name, given in TYPES.items():
        spec = {FIELDS[field]: value for field, value in given.items()}
        if name == "group-cpu":
            spec.update(nodeSelector={"disk": "ssd"}, tolerations=TOLERATIONS)
        objects.create("instancetypes", name, spec, at=LONG_AGO)


def _images(objects: Objects) -> None:
    for name, (title, kind, url, more) in IMAGES.items():
        more = dict(more)
        url = f"infuseai/{url}"
        gpu = f"{url}-gpu" if name == "base-notebook" else url
        described = {"description": more.pop("description")} if "description" in more else {}
        spec = {"displayName": title, **described, "type": kind, "url": url, "urlForGpu": gpu, **more}
        objects.create("images", name, spec, at=LONG_AGO)
    objects.create("images", "old-image", {"url": "infuseai/old:0"}, at=LONG_AGO)
    made = {"updateTime": "2026-11-01T00:00:00Z"}
    for name, title, phase, more, build in (
        (
            "building-image",
            "Being built",
            "Running",
            {},
            {"baseImage": "infuseai/base-notebook:1", "packages": {"pip": ["pandas"]}, "cancel": False},
        ),
        (
            "failed-image",
            "Build failed",
            "Failed",
            {"url": ""},
            {"baseImage": "infuseai/none:1", "packages": {"apt": ["nope"]}},
        ),
    ):
        spec = {"displayName": title, "type": "both", **more, "groupName": "phusers", "imageSpec": {**build, **made}}
        condition = {"jobName": f"{name}-abc", "phase": phase, "image": ""}
        objects.create("images", name, spec, at=LONG_AGO, status={"jobCondition": condition})


def _jobs(objects: Objects) -> None:
    def job(minute, suffix, phase, reason=None, message=None, group=PHUSERS, user=ALICE, labels=None, **more):
        """`pod`, `started`, `finished`: what the status tells beside; all else is of the spec."""
        name = f"job-20261101{minute // 60:02d}{minute % 60:02d}-{suffix}"
        pod, started, finished = (more.pop(each, False) for each in ("pod", "started", "finished"))
        spec = {
            "cancel": False,
            "command": f"echo {suffix}",
            "displayName": f"job {suffix}",
            "image": "base-notebook",
            "instanceType": "cpu-1",
            "activeDeadlineSeconds": DAY,
            "ttlSecondsAfterFinished": WEEK,
            "groupId": group[0],
            "groupName": group[1],
            "userId": user[0],
            "userName": user[1],
            **more,
        }
        status = {
            "phase": phase,
            "reason": reason,
            "message": message,
            "podName": name if pod else None,
            "startTime": START if started else None,
            "finishTime": FINISH if finished else None,
            "requeued": 1 if suffix == "back01" else 0,
        }
        at = f"2026-11-01T{minute // 60:02d}:{minute % 60:02d}:00Z"
        objects.create("phjobs", name, spec, labels, at=at, status=status if phase else None)

    waiting = ("OverQuota", "Insufficient group/user quota")
    running, done = ("PodRunning", "Job is currently running"), ("PodSucceeded", "Job completed")
    over = {"started": True, "finished": True}
    whole = {"pod": True, **over}
    job(0, "fresh1", None, activeDeadlineSeconds=None, ttlSecondsAfterFinished=None)
    job(1, "pend01", "Pending", *waiting, displayName="Pending Example")
    job(2, "back01", "Pending", "OverQuota", "Back to pending due to: insufficient group/user quota")
    job(3, "prep01", "Preparing", *waiting)
    nodes = "0/3 nodes are available: 3 Insufficient nvidia.com/gpu."
    job(4, "prep02", "Preparing", "PodPending", nodes, pod=True, instanceType="gpu-1", image="tf-gpu")
    job(5, "run001", "Running", *running, pod=True, started=True, displayName="Running Example")
    job(6, "succ01", "Succeeded", *done, displayName="train ResNet", **whole)
    job(7, "fail01", "Failed", "PodFailed", "Job failed due to Error: ", **whole)
    deadline = "Job failed due to System Error: phJob has failed because it was active longer than specified deadline"
    job(8, "fail02", "Failed", "OverActivateDeadline", deadline, activeDeadlineSeconds=60, **whole)
    missing = "Image not found: deleted-image"
    job(9, "fail03", "Failed", "PodCreationFailed", missing, image="deleted-image", finished=True)
    large = "Your instance type resource limit is bigger than your user or group quota."
    job(10, "fail04", "Failed", "OverQuota", large, instanceType="gpu-4", finished=True)
    job(11, "canc01", "Cancelled", "Cancelled", "Cancelled by user", cancel=True, finished=True)
    job(12, "canc02", "Running", *running, cancel=True, pod=True, started=True)
    lost = "[NodeLost] Node node-2 which was running pod is unresponsive"
    job(13, "unkn01", "Unknown", "PodUnknown", lost, **whole)
    job(14, "gone01", "Succeeded", *done, instanceType="deleted-type", image="deleted-image", **whole)
    label = {"phjob.primehub.io/scheduledBy": "recurrence-day001"}
    job(15, "schd01", "Succeeded", *done, labels=label, displayName="from a schedule", **whole)
    job(16, "tie--a", "Succeeded", *done, displayName="Tie", **over)
    job(16, "tie--b", "Succeeded", *done, displayName="tie", **over)
    bobs = {"user": BOB, "pod": True, "started": True}
    job(17, "bob001", "Running", *running, group=RESEARCH, displayName="bob's training", **bobs)
    secret = {"displayName": "secret", "instanceType": "bob-cpu", "finished": True}
    job(18, "bob002", "Succeeded", *done, group=BOBONLY, **bobs, **secret)
    job(20, "left01", "Succeeded", *done, group=GONE, **over)
    job(19, "one001", "Succeeded", *done, group=ONE, **over)
    for n in range(1, 26):
        phase, maker = PHASES[n % 5], ALICE if n % 4 else ("u-left", "zoe")
        title = f"{'Odd' if n % 2 else 'even'} {n:02d}"
        more = {"cancel": phase == "Cancelled", "displayName": title, "command": f"echo {n}"}
        job(100 + n, f"many{n:02d}", phase, group=MANY, user=maker, **more)


def _schedules(objects: Objects) -> None:
    def schedule(suffix, minute, recurrence, status, group=PHUSERS, user=ALICE, **more):
        name = f"recurrence-{suffix}"
        spec = {
            "userId": user[0],
            "userName": user[1],
            "groupId": group[0],
            "groupName": group[1],
            "command": f"echo {name}",
            "displayName": f"schedule {suffix}",
            "image": "base-notebook",
            "instanceType": "cpu-1",
            **more,
        }
        template = {"metadata": {"labels": {"phjob.primehub.io/scheduledBy": name}}, "spec": spec}
        whole = {"updateTime": "2026-11-01T00:00:00.000Z", "recurrence": recurrence, "jobTemplate": template}
        objects.create("phschedules", name, whole, at=f"2026-11-01T00:0{minute}:00Z", status=status)

    day = {"invalid": False, "nextRunTime": "2026-11-02T04:00:00Z"}
    schedule("day001", 1, {"type": "daily", "cron": ""}, day, activeDeadlineSeconds=3600)
    bad = {"invalid": True, "message": "phSchedule recurrence format invalid"}
    schedule("bad001", 2, {"type": "custom", "cron": "every day"}, bad)
    off = {"invalid": False, "message": "This phSchedule is inactive"}
    schedule("off001", 3, {"type": "inactive", "cron": ""}, off, instanceType="deleted-type")
    schedule("bob001", 4, {"type": "weekly"}, {"nextRunTime": "2026-11-08T04:00:00Z"}, group=BOBONLY, user=BOB)
