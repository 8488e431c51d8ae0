"""Everything this PrimeHub knows: a user and an input in, records out, kept in `state.json`.

Safe to use from several threads: every method takes the lock, and whoever waits for work waits on `changed`. Tokens
stand in `state.json` as they are, readable by the owner only: the sandbox shows its token again after a restart.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import string
import tempfile
import threading
from datetime import datetime, timezone
from pathlib import Path

from . import catalogue, cron
from .errors import NotAuthorized, NotFound, Refused, SandboxError

PHASES = ("Pending", "Preparing", "Running", "Succeeded", "Failed", "Cancelled", "Unknown")
OCCUPYING = ("Preparing", "Running")
FINISHED = ("Succeeded", "Failed", "Cancelled", "Unknown")
RESOURCES = (("Cpu", "cpuLimit"), ("Gpu", "gpuLimit"), ("Memory", "memoryLimit"))
INPUTS = ("displayName", "groupId", "instanceType", "image", "command", "activeDeadlineSeconds")
OVER_QUOTA = {"reason": "OverQuota", "message": "Insufficient group/user quota"}


def now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """The state of one PrimeHub.

    folder : where `state.json`, logs and artifacts are; None keeps everything in memory
    edition : "ee", or "ce" for one without jobs
    public_url : absolute address under which clients reach the API
    licence : None while it is fine, else what is wrong with it: "invalid" or "expired"
    """

    def __init__(self, folder: Path | str | None = None, edition: str = "ee"):
        self.folder = Path(folder) if folder is not None else None
        self.edition = edition
        self.public_url = "http://127.0.0.1"
        self.licence: str | None = None
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.users = {user["username"]: user for user in catalogue.users()}
        self.groups = {group["id"]: group for group in catalogue.groups()}
        self.instance_types = {kind["name"]: kind for kind in catalogue.instance_types()}
        self.images = {image["name"]: image for image in catalogue.images()}
        self.tokens: dict[str, str] = {}
        self.jobs: dict[str, dict] = {}
        self.schedules: dict[str, dict] = {}
        self._load()
        if "alice" not in self.tokens.values():
            self.issue_token("alice")

    # Tokens

    def issue_token(self, username: str) -> str:
        """Make a token for a user; as in PrimeHub it revokes the one before."""
        with self.lock:
            token = secrets.token_urlsafe(32)
            self.tokens = {old: owner for old, owner in self.tokens.items() if owner != username}
            self.tokens[token] = username
            self._save()
            return token

    def revoke_tokens(self, username: str) -> None:
        with self.lock:
            self.tokens = {token: owner for token, owner in self.tokens.items() if owner != username}
            self._save()

    def token_of(self, username: str) -> str:
        with self.lock:
            return next((token for token, owner in self.tokens.items() if owner == username), "") or self.issue_token(
                username
            )

    def user_of_token(self, token: str) -> dict | None:
        with self.lock:
            return self.users.get(self.tokens.get(token, ""))

    # Users and groups

    def groups_of(self, user: dict) -> list[dict]:
        return [group for group in self.groups.values() if user["username"] in group["members"]]

    def group_named(self, name: str) -> dict | None:
        return next((group for group in self.groups.values() if group["name"] == name), None)

    def group_for(self, user: dict, group_id: str | None) -> dict:
        group = self.groups.get(group_id or "")
        if group is None or user["username"] not in group["members"]:
            raise NotAuthorized()
        return group

    # Jobs

    def create_job(self, user: dict, data: dict) -> dict:
        """Queue a job; refused when its instance type alone is more than a quota."""
        with self.changed:
            job = self._checked(user, data)
            group, kind = self.groups[job["groupId"]], self.instance_types[job["instanceType"]]
            self._refuse_over_quota(group, kind)
            job = {
                "id": self._job_id(),
                "cancel": False,
                **job,
                "phase": "Pending",
                "reason": None,
                "message": None,
                "schedule": data.get("schedule"),
                "createTime": now(),
                "startTime": None,
                "finishTime": None,
            }
            self.jobs[job["id"]] = job
            self._save()
            self.changed.notify_all()
            return dict(job)

    def rerun_job(self, user: dict, job_id: str) -> dict:
        with self.changed:
            return self.create_job(user, {**self.job_for(user, job_id), "schedule": None})

    def cancel_job(self, user: dict, job_id: str) -> dict:
        """Ask for the end of a job; one that waits ends at once, one that runs is ended by the runner."""
        with self.changed:
            self.job_for(user, job_id)
            job = self.jobs[job_id]
            if job["phase"] not in FINISHED:
                self.update_job(job_id, cancel=True)
                if job["phase"] == "Pending":
                    self.finish_job(job_id, "Cancelled", "Cancelled", "Cancelled by user")
            return dict(job)

    def job_for(self, user: dict, job_id: str) -> dict:
        with self.lock:
            job = self.jobs.get(job_id)
            if job is None:
                raise NotFound("phjobs", job_id)
            self.group_for(user, job["groupId"])
            return dict(job)

    def jobs_for(self, user: dict, arguments: dict | None = None) -> list[dict]:
        """The jobs of the user's groups that match `where`, in the order of `orderBy`, newest first by default."""
        with self.lock:
            return self._select(list(self.jobs.values()), user, arguments or {})

    def update_job(self, job_id: str, **changes) -> dict:
        with self.changed:
            job = self.jobs[job_id]
            if any(job.get(name) != value for name, value in changes.items()):
                job.update(changes)
                self._save()
                self.changed.notify_all()
            return dict(job)

    def finish_job(self, job_id: str, phase: str, reason: str, message: str) -> dict:
        return self.update_job(job_id, phase=phase, reason=reason, message=message, finishTime=now())

    def next_job(self) -> dict | None:
        """Take the next job that the quotas allow out of the queue; mark those that have to wait.

        First in, first out in each group. Who is blocked by a quota of their own does not hold up the others.
        """
        with self.changed:
            full_groups, full_users = set(), set()
            for job in list(self.jobs.values()):
                if job["phase"] != "Pending":
                    continue
                group, owner = job["groupId"], (job["groupId"], job["userId"])
                blocked = group in full_groups or owner in full_users
                if not blocked:
                    blocked = not self._fits(job, "projectQuota")
                    if blocked:
                        full_groups.add(group)
                    elif not self._fits(job, "quota"):
                        blocked = True
                        full_users.add(owner)
                if not blocked:
                    return self.update_job(job["id"], phase="Preparing", reason=None, message=None, startTime=now())
                self.update_job(job["id"], **OVER_QUOTA)
            return None

    # Schedules

    def create_schedule(self, user: dict, data: dict) -> dict:
        with self.changed:
            record = self._checked(user, data)
            record = {
                "id": f"schedule-{_suffix()}",
                **record,
                "recurrence": data.get("recurrence") or {"type": "inactive", "cron": ""},
                "createTime": now(),
                "updateTime": now(),
            }
            self.schedules[record["id"]] = self._planned(record)
            self._save()
            self.changed.notify_all()
            return dict(record)

    def update_schedule(self, user: dict, schedule_id: str, data: dict) -> dict:
        with self.changed:
            record = self.schedule_for(user, schedule_id)
            checked = self._checked(user, {**record, **data})
            # Whoever changes a schedule does not become its owner.
            record = {**record, **checked, "userId": record["userId"], "userName": record["userName"]}
            record["recurrence"] = data.get("recurrence") or record["recurrence"]
            record["updateTime"] = now()
            self.schedules[schedule_id] = self._planned(record)
            self._save()
            self.changed.notify_all()
            return dict(record)

    def delete_schedule(self, user: dict, schedule_id: str) -> dict:
        with self.changed:
            record = self.schedule_for(user, schedule_id)
            del self.schedules[schedule_id]
            self._save()
            return record

    def run_schedule(self, user: dict, schedule_id: str) -> dict:
        with self.changed:
            record = self.schedule_for(user, schedule_id)
            return self.create_job(user, {**record, "schedule": schedule_id})

    def schedule_for(self, user: dict, schedule_id: str) -> dict:
        with self.lock:
            record = self.schedules.get(schedule_id)
            if record is None:
                raise NotFound("phschedules", schedule_id)
            self.group_for(user, record["groupId"])
            return dict(record)

    def schedules_for(self, user: dict, arguments: dict | None = None) -> list[dict]:
        with self.lock:
            return self._select(list(self.schedules.values()), user, arguments or {})

    def run_due_schedules(self) -> str | None:
        """Queue a job for every schedule whose time has come; return the next moment at which one is due."""
        with self.changed:
            for record in list(self.schedules.values()):
                if record["nextRunTime"] and record["nextRunTime"] <= now():
                    with contextlib.suppress(Refused):  # over quota today; the next turn may fit
                        self.run_schedule(self.users[record["userName"]], record["id"])
                    self._planned(record)
                    self._save()
            return min(filter(None, (record["nextRunTime"] for record in self.schedules.values())), default=None)

    # Views: records as the GraphQL types show them

    def view_user(self, user: dict) -> dict:
        mine = [self.view_group(group) for group in self.groups_of(user)]
        return {**user, "groups": mine, "effectiveGroups": mine}

    def view_group(self, group: dict) -> dict:
        with self.lock:
            used = self._usage(group["id"])
        return {
            **group,
            "users": [self.users[name] for name in group["members"]],
            "instanceTypes": list(self.instance_types.values()),
            "images": list(self.images.values()),
            "resourceStatus": {
                "groupId": group["id"],
                "cpuUsage": f"{used['Cpu']:g}",
                "memUsage": f"{used['Memory']:g}",
                "gpuUsage": f"{used['Gpu']:g}",
            },
        }

    def view_job(self, job: dict) -> dict:
        return {
            **job,
            "instanceType": self.instance_types.get(job["instanceType"]),
            "logEndpoint": f"{self.public_url}/api/logs/namespaces/hub/phjobs/{job['id']}",
            "artifact": lambda info: self.artifact(job),
            "monitoring": None,
        }

    def view_schedule(self, record: dict) -> dict:
        return {**record, "instanceType": self.instance_types.get(record["instanceType"])}

    def artifact(self, job: dict) -> dict:
        """List what a job left in its artifacts folder."""
        root, items = self.artifact_folder(job["id"]), []
        for path in sorted(root.rglob("*")) if root is not None and root.is_dir() else ():
            if path.is_file():
                facts = path.stat()
                moment = datetime.fromtimestamp(facts.st_mtime, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
                items.append({"name": path.relative_to(root).as_posix(), "size": facts.st_size, "lastModified": moment})
        return {"prefix": f"groups/{catalogue.volume_name(job['groupName'])}/jobArtifacts/{job['id']}", "items": items}

    def files_for(self, user: dict, group_name: str, prefix: str, recursive: bool) -> list[dict]:
        """List the artifacts under a path of the group's file store; a file lists itself, under the name ""."""
        group = self.group_named(group_name)
        jobs = self.jobs_for(user, {"where": {"groupId_in": [self.group_for(user, group and group["id"])["id"]]}})
        folder, found = prefix.strip("/"), {}
        for job in jobs:
            for item in self.artifact(job)["items"]:
                path = f"jobArtifacts/{job['id']}/{item['name']}"
                inside = path[len(folder) + 1 :] if folder else path
                if path == folder and recursive:
                    found[""] = {**item, "name": ""}
                elif not folder or path.startswith(folder + "/"):
                    name, slash, _ = inside.partition("/")
                    whole = recursive or not slash
                    found[inside if whole else name + slash] = (
                        {**item, "name": inside} if whole else {"name": name + slash, "size": 0, "lastModified": None}
                    )
        return list(found.values())

    def artifact_folder(self, job_id: str) -> Path | None:
        return self.folder / "phfs" / "jobArtifacts" / job_id if self.folder else None

    def log_file(self, job_id: str) -> Path | None:
        return self.folder / "jobs" / job_id / "log" if self.folder else None

    # Inside

    def _checked(self, user: dict, data: dict) -> dict:
        """Take the fields of an input after looking at each; the rest of a record is the caller's."""
        if self.licence:
            raise Refused(f"License {self.licence}", "LICENSE_ERROR")
        group = self.group_for(user, data.get("groupId"))
        if data.get("instanceType") not in self.instance_types:
            raise NotFound("instancetypes", str(data.get("instanceType")))
        if data.get("image") not in self.images:
            raise NotFound("images", str(data.get("image")))
        if self.images[data["image"]]["type"] == "gpu" and not self.instance_types[data["instanceType"]]["gpuLimit"]:
            raise Refused(f'Image "{data["image"]}" needs an instance type with a GPU', "BAD_USER_INPUT")
        if (data.get("activeDeadlineSeconds") or 0) < 0:
            raise Refused("activeDeadlineSeconds must not be negative", "BAD_USER_INPUT")
        return {
            **{name: data.get(name) for name in INPUTS},
            "groupName": group["name"],
            "userId": user["id"],
            "userName": user["username"],
        }

    def _refuse_over_quota(self, group: dict, kind: dict) -> None:
        for owner, prefix in (("User", "quota"), ("Group", "projectQuota")):
            for name, limit in RESOURCES:
                allowed = group[prefix + name]
                if allowed is not None and (kind[limit] or 0) > allowed:
                    what = "exceeded" if name == "Memory" else "Quota exceeded"
                    raise Refused(f"{owner} {name} {what}", "EXCEED_QUOTA")

    def _usage(self, group_id: str, user_id: str | None = None) -> dict[str, float]:
        used = {name: 0.0 for name, _ in RESOURCES}
        for job in self.jobs.values():
            if job["phase"] in OCCUPYING and job["groupId"] == group_id and user_id in (None, job["userId"]):
                for name, limit in RESOURCES:
                    used[name] += self.instance_types[job["instanceType"]][limit] or 0
        return used

    def _fits(self, job: dict, prefix: str) -> bool:
        group, kind = self.groups[job["groupId"]], self.instance_types[job["instanceType"]]
        used = self._usage(job["groupId"], job["userId"] if prefix == "quota" else None)
        return all(
            group[prefix + name] is None or used[name] + (kind[limit] or 0) <= group[prefix + name]
            for name, limit in RESOURCES
        )

    def _select(self, records: list[dict], user: dict, arguments: dict) -> list[dict]:
        where, order = arguments.get("where") or {}, arguments.get("orderBy") or {}
        allowed = {group["id"] for group in self.groups_of(user)}
        if where.get("groupId_in") is not None:
            allowed &= set(where["groupId_in"])
        contains, search = where.get("displayName_contains") or "", where.get("search") or ""
        chosen = [
            dict(record)
            for record in reversed(records)  # newest first, also within one second
            if record["groupId"] in allowed
            and (where.get("id") is None or record["id"] == where["id"])
            and (not where.get("mine") or record["userId"] == user["id"])
            and contains in (record["displayName"] or "")
            and (search in record["id"] or search in (record["displayName"] or ""))
        ]
        for name, direction in reversed(list(order.items()) or [("createTime", "desc")]):
            if direction and direction.lower() == "asc":
                chosen.reverse()  # so that equal ones come oldest first
            chosen.sort(key=lambda record: record.get(name) or "", reverse=(direction or "").lower() == "desc")
        return chosen

    def _planned(self, record: dict) -> dict:
        """Set when a schedule runs next, or why it never will."""
        record.update(nextRunTime=None, invalid=False, message=None)
        try:
            text = cron.expression(record["recurrence"])
            moment = cron.next_run(text, datetime.now(timezone.utc)) if text is not None else None
        except ValueError as error:
            record.update(invalid=True, message=f"Invalid recurrence: {error}")
        else:
            record["nextRunTime"] = moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        return record

    def _job_id(self) -> str:
        while True:
            job_id = f"job-{datetime.now(timezone.utc):%Y%m%d%H%M}-{_suffix()}"
            if job_id not in self.jobs:
                return job_id

    def _load(self) -> None:
        if self.folder is None:
            return
        path = self.folder / "state.json"
        try:
            state = json.loads(path.read_text("utf-8"))
            self.tokens, self.jobs, self.schedules = state["tokens"], state["jobs"], state["schedules"]
        except FileNotFoundError:
            return
        except (ValueError, KeyError, TypeError) as error:
            hint = "Move it away, or choose another folder with --dir."
            raise SandboxError("state_damaged", f"{path} cannot be read ({error}).", hint) from None

    def _save(self) -> None:
        """Write the state to a new file and put it in place of the old one, so that a crash leaves one or the other."""
        if self.folder is None:
            return
        state = {"tokens": self.tokens, "jobs": self.jobs, "schedules": self.schedules}
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".state-")  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=1)
        os.replace(name, self.folder / "state.json")


def _suffix() -> str:
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
