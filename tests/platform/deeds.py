"""What happens to a PrimeHub behind its API: a stage, an exchange and its names in; the stage changed out."""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable

import initial_files
from comparison import Names
from primehub_nbext.sandbox.cluster.faults import Fault
from stage import SECONDS, Stage

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
    initial_files.write(folder / "log-0.txt", b"kept 1\nkept 2\n", 1.0)
    initial_files.write(folder / "log-1.gz", gzip.compress(b"kept 3 (gz)\nkept 4\n"), 2.0)


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
    running, looks, followed = stage.cluster.pods.running, [], threading.Event()

    def look(name: str) -> bool:
        """Whoever follows looks before each reading: at the second look all that there was has been read."""
        looks.append(name)
        if len(looks) == 2:
            followed.set()
        return running(name)

    def pod():
        followed.wait(SECONDS)
        with log.open("ab") as file:
            for n in range(1, 4):
                file.write(f"more {n}\n".encode())
                file.flush()
        stage.cluster.objects.merge("phjobs", RUN001, {"status": {"phase": "Succeeded"}})

    stage.cluster.pods.running = look
    writer = threading.Thread(target=pod)
    writer.start()

    def restore():
        followed.set()  # also where nobody followed, because the request was refused
        writer.join()
        stage.cluster.pods.running = running
        log.write_bytes(before)
        stage.cluster.objects.merge("phjobs", RUN001, {"status": {"phase": "Running"}})

    exchange["after"] = restore
