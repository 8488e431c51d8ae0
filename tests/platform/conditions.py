"""What was so before an exchange: the words of a recording in; a stage in that condition out."""

from __future__ import annotations

import re
from collections.abc import Callable

import deeds
from comparison import Names
from deeds import attributes, fault, passed, status, token
from stage import Stage

NOTHING = re.compile(
    r"initial state|.*just cancelled.*|already cancelled|deleted before|.*made before|as before|"
    r"a console started with .*|after the two requests before|the store has, .*|uploaded before|"
    r"created before, .*|made by runPhSchedule before"
)
KUBERNETES, KEYCLOAK, CUT = "kubernetes", "keycloak", 0
CANCELLED = {"phase": "Cancelled", "reason": "Cancelled", "message": "Cancelled by user", "finishTime": deeds.AT}
WAITS = {"phase": "Pending", "reason": "OverQuota", "message": "Insufficient group/user quota"}
RUNS = {"phase": "Running", "reason": "PodRunning", "message": "Job is currently running", "startTime": deeds.AT}
ODD = {
    "quota_cpu": "lots",
    "quota_gpu": "1.9",
    "quota_memory": "16",
    "project_quota_memory": "1.5Ti",
    "shared_volume_capacity": "1.9G",
    "enabled_shared_volume": "TRUE",
    "job_default_active_deadline_seconds": "1d",
}
OLD_ZONE = {"timezone__name": "Asia/Tokyo", "timezone__offset": "9"}
# The first whose words a condition begins with.
CONDITIONS: list[tuple[str, Callable]] = [
    ("refused a moment ago", token("u-alice")),
    ("refused a few seconds ago", passed(5.2)),
    ("accepted a moment ago, withdrawn since", token(None)),
    ("withdrawn", passed(30.3)),
    ("Keycloak answers the refresh with 503", fault(KEYCLOAK, "token", 503)),
    ("the controller has set phase", status(deeds.RUN001, **CANCELLED)),
    ("createPhJob has just returned", deeds.created),
    ("the controller's first step", status(None, **WAITS)),
    ("the scheduler's step", status(None, phase="Preparing")),
    ("status.podName set", status(None, reason="PodPending", message="", podName="pod")),
    ("the pod runs", status(None, **RUNS)),
    ("the pod has succeeded", status(None, **deeds.WORKED, finishTime=deeds.LATER)),
    ("the controller has cleaned the job away", deeds.removed),
    ("Kubernetes answers the creation with 500", fault(KUBERNETES, "create phjobs")),
    ("Kubernetes answers the creation with 403", fault(KUBERNETES, "create phjobs", 403)),
    ("Kubernetes cuts the connection at the creation", fault(KUBERNETES, "create phjobs", CUT)),
    ("Kubernetes answers for the instance type with 500", fault(KUBERNETES, "get instancetypes")),
    ("Kubernetes answers the change with 500", fault(KUBERNETES, "change phjobs")),
    ("Kubernetes answers for the job with 500", fault(KUBERNETES, "get phjobs")),
    ("Kubernetes cuts the connection at the image", fault(KUBERNETES, "get images", CUT)),
    ("Kubernetes cuts the connection at the log", fault(KUBERNETES, "log ", CUT)),
    ("Kubernetes answers for the log with 500", fault(KUBERNETES, "log ")),
    ("Kubernetes cuts the connection", fault(KUBERNETES, "get phjobs", CUT)),
    ("Kubernetes answers the list of applications with 500", fault(KUBERNETES, "list phapplications")),
    ("Kubernetes answers the list of pods with 403", fault(KUBERNETES, "list pods", 403)),
    ("Kubernetes answers the list of deployments with 500", fault(KUBERNETES, "list phdeployments")),
    ("Kubernetes answers the list with 500", fault(KUBERNETES, "list phschedules")),
    ("Kubernetes answers for cpu-1 with 500", fault(KUBERNETES, "get instancetypes/cpu-1")),
    ("Keycloak answers for the group with 500", fault(KEYCLOAK, "get groups")),
    ("Keycloak answers for the members", fault(KEYCLOAK, "members")),
    ("Keycloak cuts the connection at the group", fault(KEYCLOAK, "get groups", CUT)),
    ("Keycloak answers the list of alice's groups with 500", fault(KEYCLOAK, "list users/u-alice/groups")),
    ("Keycloak answers with 500", fault(KEYCLOAK, "get users")),
    ("4000 finished jobs of alice", deeds.many),
    ("three jobs created within one second", deeds.one_second),
    ("two objects under logs/phjob", deeds.kept_logs),
    ("a console without a store", deeds.no_store),
    ("attributes timezone.name and timezone.offset", attributes("g-everyone", True, **OLD_ZONE)),
    ("attributes of Quota_User", attributes("g-quotauser", True, **ODD)),
    ("<job 1> just created", deeds.just_created),
    ("the connection of the watch has been reset", deeds.watch_broken),
    ("waited until the list had it", passed(300)),
    ("as before, ten minutes later", passed(623)),
    ("the comparison has found a difference", deeds.difference_found),
    ("the API server", deeds.watch_ended),
    ("the connection of the watch is", deeds.watch_ended),
]


def prepare(stage: Stage, exchange: dict, names: Names, before: str) -> str:
    """Bring the stage into the condition of an exchange; `before`: of the one before. Answers what it was."""
    wanted = exchange["before"]
    if exchange.get("reset"):
        stage.reset()
    stage.edition(exchange["edition"])
    stage.cluster.introspection = "GRAPHQL_PLAYGROUND" in exchange["name"]
    if "follow=true" in exchange["request"]["path"] and "run001" in exchange["request"]["path"]:
        deeds.following(stage, exchange, names)
    if exchange["name"].startswith("when the cache has been read anew"):
        deeds.read_anew(stage, exchange, names)
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
