"""What was so before an exchange: the words of a recording in; a stage in that condition out."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable

import initial_state
from agreement_of import Names
from stage import Stage

from primehub_nbext.sandbox.cluster.faults import Fault

NEW_TOKEN = "<a new token>"
RUN001 = "job-202611010005-run001"
WORKED = {"phase": "Succeeded", "reason": "PodSucceeded", "message": "Job completed"}
AT, LATER = "2026-11-01T02:00:00Z", "2026-11-01T02:01:00Z"


def fault(service: str, on: str, status: int = 500, times: int | None = 1) -> Callable:
    return lambda stage, exchange, names: stage.cluster.faults.add(
        Fault(service, on, status, times, "the fake cluster was asked to fail")
    )


def passed(seconds: float) -> Callable:
    def change(stage, exchange, names):
        stage.clock.now += seconds

    return change


def token(user: str | None) -> Callable:
    def change(stage, exchange, names):
        stage.cluster.people.tokens.pop(NEW_TOKEN, None)
        if user:
            stage.cluster.people.tokens[NEW_TOKEN] = user

    return change


def status(job: str | None, **changes) -> Callable:
    """`job`: None for the one that the request asks for."""

    def change(stage, exchange, names):
        name = job or names.bound[exchange["request"]["json"]["variables"]["id"]]
        stage.cluster.objects.merge("phjobs", name, {"status": changes})

    return change


def attributes(group: str, replaces: bool = False, **values: str) -> Callable:
    def change(stage, exchange, names):
        found = stage.cluster.people.groups[group]
        texts = {key.replace("__", ".").replace("_", "-"): [value] for key, value in values.items()}
        found.attributes = texts if replaces else {**found.attributes, **texts}

    return change


def created(stage: Stage, exchange: dict, names: Names) -> None:
    """A job that the recorder made on its way, under the id that the request names."""
    placeholder = re.search(r"<job \d+>", str(exchange["request"]) + str(exchange["response"]))[0]
    title = "once more" if "once more" in str(exchange["response"]) else exchange.get("title", "t")
    make(stage, names, placeholder, title, "g-phusers", activeDeadlineSeconds=60)


def make(stage: Stage, names: Names, placeholder: str, title: str, group: str, **more) -> None:
    data = {"displayName": title, "groupId": group, "instanceType": "cpu-1", "image": "base-notebook", **more}
    document = "mutation($data: PhJobCreateInput!) { createPhJob(data: $data) { id } }"
    headers = {"Authorization": "Bearer <token of alice>", "Content-Type": "application/json"}
    sent = {"query": document, "variables": {"data": {**data, "command": "echo hi"}}}
    _, _, body = stage.request({"method": "POST", "path": "/api/graphql", "headers": headers, "json": sent})
    names.bound[placeholder] = re.search(rb'"id":"([^"]+)"', body)[1].decode()


def removed(stage: Stage, exchange: dict, names: Names) -> None:
    stage.cluster.objects.remove("phjobs", names.bound[exchange["request"]["json"]["variables"]["id"]])


def one_second(stage: Stage, exchange: dict, names: Names) -> None:
    spec = stage.cluster.objects.get("phjobs", RUN001)["spec"]
    for letter, suffix in zip("abc", ("zzz", "mmm", "aaa")):
        name, title = f"job-202611020000-{suffix}", f"same second {letter}"
        stage.cluster.objects.create("phjobs", name, {**spec, "displayName": title}, at="2026-11-02T00:00:00Z")


def many(stage: Stage, exchange: dict, names: Names) -> None:
    spec = stage.cluster.objects.get("phjobs", RUN001)["spec"]
    spec = {key: value for key, value in spec.items() if key != "ttlSecondsAfterFinished"}
    done = {**WORKED, "startTime": "2026-10-31T00:00:00Z", "finishTime": "2026-10-31T00:01:00Z"}
    for n in range(4000):
        name = f"job-20261031{n:04d}-bulk00"
        minute = 31 * 24 * 60 - 4000 + n - 24 * 60  # counted from the first of October to its last day
        day, rest = divmod(minute, 24 * 60)
        at = f"2026-10-{day + 1:02d}T{rest // 60:02d}:{rest % 60:02d}:00Z"
        changed = {"command": "x" * 2400, "displayName": f"bulk {n}"}
        stage.cluster.objects.create("phjobs", name, {**spec, **changed}, at=at, status=done)


def kept_logs(stage: Stage, exchange: dict, names: Names) -> None:
    folder = stage.cluster.folder / "phfs" / "logs" / "phjob" / "job-202611010006-succ01" / "20261101"
    initial_state.write(folder / "log-0.txt", b"kept 1\nkept 2\n", 1.0)
    initial_state.write(folder / "log-1.gz", gzip.compress(b"kept 3 (gz)\nkept 4\n"), 2.0)


def no_store(stage: Stage, exchange: dict, names: Names) -> None:
    stage.cluster.bucket = None


def watch_broken(stage: Stage, exchange: dict, names: Names) -> None:
    """… and a second later a job is made, or run001 succeeds."""
    stage.clock.now += 1
    stage.cluster.job_list.break_watch()
    if "run001 has succeeded" in exchange["before"]:
        stage.cluster.objects.merge("phjobs", RUN001, {"status": {**WORKED, "finishTime": LATER}})
        return
    turn = re.search(r"turn (\d)", exchange["name"])[1]
    placeholder = exchange["request"]["json"]["variables"]["id"]
    make(stage, names, placeholder, f"made while the watch is broken {turn}", "g-phusers")
    # The recorder waited for minutes between the turns.
    at = {"metadata": {"creationTimestamp": f"2026-11-02T00:0{turn}:00Z"}}
    stage.cluster.objects.merge("phjobs", names.bound[placeholder], at)


def just_created(stage: Stage, exchange: dict, names: Names) -> None:
    make(stage, names, "<job 1>", "watched", "g-research")


def difference_found(stage: Stage, exchange: dict, names: Names) -> None:
    """A job more, then the comparison, and Kubernetes takes 4 s for its list."""
    make(stage, names, "<job 4>", "more", "g-phusers")
    stage.cluster.job_list.reading_seconds = 4.0
    stage.clock.now += 300 - (stage.clock.now - stage.cluster.job_list._compared) % 300


def read_anew(stage: Stage, exchange: dict, names: Names) -> None:
    stage.clock.now += 4
    stage.cluster.job_list.reading_seconds = 0.0


def watch_ended(stage: Stage, exchange: dict, names: Names) -> None:
    """Only a watch that was reset, refused or failed is not opened again; on Node 20 one that was cut, too."""
    way = re.match(r"ways to end a watch, (\w+), Node (\d+)", exchange["name"])
    if way[1] in ("reset", "down", "503") or way.groups() == ("cut", "20"):
        stage.cluster.job_list.break_watch()
    make(stage, names, "<job 1>", "made afterwards", "g-phusers")


def following(stage: Stage, exchange: dict, names: Names) -> None:
    """While a log is followed its pod writes three lines more and ends; afterwards all is as it was."""
    log = stage.cluster.folder / "jobs" / RUN001 / "log"
    before = log.read_bytes()

    def pod():
        with log.open("ab") as file:
            for n in range(1, 4):
                file.write(f"more {n}\n".encode())
                file.flush()
        stage.cluster.objects.merge("phjobs", RUN001, {"status": {"phase": "Succeeded"}})

    writer = threading.Timer(0.05, pod)
    writer.start()

    def restore():
        writer.join()
        log.write_bytes(before)
        stage.cluster.objects.merge("phjobs", RUN001, {"status": {"phase": "Running"}})

    exchange["after"] = restore


SUCC01 = "job-202611010006-succ01"
NOTHING = re.compile(
    r"initial state|.*just cancelled.*|already cancelled|deleted before|.*made before|as before|"
    r"a console started with .*|after the two requests before|the store has, .*|uploaded before|"
    r"created before, .*|made by runPhSchedule before|refused a moment ago|withdrawn"
)
CONDITIONS: list[tuple[str, Callable]] = [
    ("refused a moment ago", token("u-alice")),
    ("refused a few seconds ago", passed(5.2)),
    ("accepted a moment ago, withdrawn since", token(None)),
    ("withdrawn", passed(30.3)),
    ("Keycloak answers the refresh with 503", fault("keycloak", "token", 503)),
    ("the controller has set phase", status(RUN001, phase="Cancelled", reason="Cancelled", message="Cancelled by user", finishTime=AT)),
    ("createPhJob has just returned", created),
    ("the controller's first step", status(None, phase="Pending", reason="OverQuota", message="Insufficient group/user quota")),
    ("the scheduler's step", status(None, phase="Preparing")),
    ("status.podName set", status(None, reason="PodPending", message="", podName="pod")),
    ("the pod runs", status(None, phase="Running", reason="PodRunning", message="Job is currently running", startTime=AT)),
    ("the pod has succeeded", status(None, **WORKED, finishTime=LATER)),
    ("the controller has cleaned the job away", removed),
    ("Kubernetes answers the creation with 500", fault("kubernetes", "create phjobs")),
    ("Kubernetes answers the creation with 403", fault("kubernetes", "create phjobs", 403)),
    ("Kubernetes cuts the connection at the creation", fault("kubernetes", "create phjobs", 0)),
    ("Kubernetes answers for the instance type with 500", fault("kubernetes", "get instancetypes")),
    ("Kubernetes answers the change with 500", fault("kubernetes", "change phjobs")),
    ("Kubernetes answers for the job with 500", fault("kubernetes", "get phjobs")),
    ("Kubernetes cuts the connection at the image", fault("kubernetes", "get images", 0)),
    ("Kubernetes cuts the connection at the log", fault("kubernetes", "log ", 0)),
    ("Kubernetes answers for the log with 500", fault("kubernetes", "log ")),
    ("Kubernetes cuts the connection", fault("kubernetes", "get phjobs", 0)),
    ("Kubernetes answers the list of applications with 500", fault("kubernetes", "list phapplications")),
    ("Kubernetes answers the list of pods with 403", fault("kubernetes", "list pods", 403)),
    ("Kubernetes answers the list of deployments with 500", fault("kubernetes", "list phdeployments")),
    ("Kubernetes answers the list with 500", fault("kubernetes", "list phschedules")),
    ("Kubernetes answers for cpu-1 with 500", fault("kubernetes", "get instancetypes/cpu-1")),
    ("Keycloak answers for the group with 500", fault("keycloak", "get groups")),
    ("Keycloak answers for the members", fault("keycloak", "members")),
    ("Keycloak cuts the connection at the group", fault("keycloak", "get groups", 0)),
    ("Keycloak answers the list of alice's groups with 500", fault("keycloak", "list users/u-alice/groups")),
    ("Keycloak answers with 500", fault("keycloak", "get users")),
    ("4000 finished jobs of alice", many),
    ("three jobs created within one second", one_second),
    ("two objects under logs/phjob", kept_logs),
    ("a console without a store", no_store),
    ("attributes timezone.name and timezone.offset", attributes("g-everyone", True, timezone__name="Asia/Tokyo", timezone__offset="9")),
    ("attributes of Quota_User", attributes("g-quotauser", True, **{"quota_cpu": "lots", "quota_gpu": "1.9", "quota_memory": "16", "project_quota_memory": "1.5Ti", "shared_volume_capacity": "1.9G", "enabled_shared_volume": "TRUE", "job_default_active_deadline_seconds": "1d"})),
    ("<job 1> just created", just_created),
    ("the connection of the watch has been reset", watch_broken),
    ("waited until the list had it", passed(300)),
    ("as before, ten minutes later", passed(623)),
    ("the comparison has found a difference", difference_found),
    ("the API server", watch_ended),
    ("the connection of the watch is", watch_ended),
]  # fmt: skip


def prepare(stage: Stage, exchange: dict, names: Names, before: str) -> str:
    """Bring the stage into the condition of an exchange; `before`: of the one before. Answers what it was."""
    wanted = exchange["before"]
    if exchange.get("reset"):
        stage.reset()
    stage.edition(exchange["edition"])
    stage.cluster.introspection = "GRAPHQL_PLAYGROUND" in exchange["name"]
    if "follow=true" in exchange["request"]["path"] and "run001" in exchange["request"]["path"]:
        following(stage, exchange, names)
    if exchange["name"].startswith("when the cache has been read anew"):
        read_anew(stage, exchange, names)
    zone = re.match(r"attribute timezone of the group everyone is (\S+)", wanted)
    if zone:
        attributes("g-everyone", timezone=zone[1])(stage, exchange, names)
        return wanted
    if wanted == before and not wanted.startswith(("Kubernetes", "Keycloak", "the API server")):
        return wanted
    for words, change in CONDITIONS:
        if wanted.startswith(words):
            change(stage, exchange, names)
            return wanted
    assert NOTHING.fullmatch(wanted), f"nobody knows the condition {wanted!r}"
    return wanted
