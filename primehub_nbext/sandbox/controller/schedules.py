"""Schedules as objects in; their status, and a job each time one is due, out.

What is planned is in memory, as in PrimeHub's controller: what was due while nothing ran is not made up for, and a
schedule that an edit made invalid goes on as it was before.
"""

from __future__ import annotations

import contextlib
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timezone

from ..cluster.objects import NoSuchObject, Objects
from ..runner.pods import PodRefused
from .chart import Clock, text_of
from .informer import Informer
from .pod_template import PodTemplate
from .recurrence import NotACron, ZoneInField, fields_of, next_time

SCHEDULED_BY = "phjob.primehub.io/scheduledBy"
ACTIVE = ("Pending", "Preparing", "Running")


@dataclass
class Plan:
    """What is to happen when; `at`: Unix time, None for never."""

    fields: str
    at: float | None


class ScheduleController:
    """Reconciles schedules and fires them."""

    def __init__(self, objects: Objects, jobs: Informer, template: PodTemplate, clock: Clock):
        self.objects, self.jobs, self.template, self.clock = objects, jobs, template, clock
        self.plans: dict[str, Plan] = {}

    def reconcile(self, name: str) -> None:
        """Check a schedule and plan its next run; forget it when it is gone."""
        try:
            schedule = self.objects.get("phschedules", name)
        except NoSuchObject:
            self.plans.pop(name, None)
            return
        recurrence = schedule["spec"]["recurrence"]
        if recurrence.get("type") == "inactive":
            self.plans.pop(name, None)
            self._write(name, invalid=None, nextRunTime=None, message="This phSchedule is inactive")
            return
        fields = fields_of(recurrence)
        try:
            at = self._next(fields)
            self.template.check(schedule["spec"]["jobTemplate"]["spec"])
        except ZoneInField as error:
            self._refuse(name, f"controller cannot create cron job. {error}")
        except NotACron:
            self._refuse(name, "phSchedule recurrence format invalid")
        except PodRefused as refused:
            self._refuse(name, str(refused))
        else:
            known = self.plans.get(name)
            if known and known.fields == fields and known.at and known.at <= self.clock.unix():
                return  # due since a moment ago, and about to be fired
            self.plans[name] = Plan(fields, at)
            self._write(name, invalid=None, nextRunTime=at and text_of(at))

    def fire(self) -> None:
        """Make a job of each schedule whose time has come."""
        for name, plan in list(self.plans.items()):
            if plan.at is not None and plan.at <= self.clock.unix():
                try:
                    self._run(name)
                except NoSuchObject:  # removed since
                    del self.plans[name]
                    continue
                plan.at = self._next(plan.fields)
                self._write(name, nextRunTime=plan.at and text_of(plan.at))

    def _run(self, name: str) -> None:
        """Make the job, unless the one before is still on its way: nothing is queued."""
        for job in self.jobs.all():
            by = (job["metadata"].get("labels") or {}).get(SCHEDULED_BY)
            # One that the job controller has not seen has no phase, and does not count yet.
            if by == name and (job.get("status") or {}).get("phase") in ACTIVE:
                return
        spec = self.objects.get("phschedules", name)["spec"]["jobTemplate"]["spec"]
        try:
            self.template.check(spec)
        except PodRefused as refused:
            self._refuse(name, str(refused))
            return
        labels = {
            SCHEDULED_BY: name,
            "primehub.io/group": label(spec["groupName"]),
            "primehub.io/user": label(spec.get("userName", "")),
        }
        stamp = datetime.fromtimestamp(self.clock.unix(), timezone.utc).strftime("%Y%m%d%H%M")
        suffix = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(6))
        self.objects.create("phjobs", f"job-{stamp}-{suffix}", spec, labels, at=self.clock.text())

    def _next(self, fields: str) -> float | None:
        after = datetime.fromtimestamp(self.clock.unix(), timezone.utc)
        moment = next_time(fields, after, self.template.zone)
        return moment.timestamp() if moment else None

    def _refuse(self, name: str, message: str) -> None:
        self._write(name, invalid=True, nextRunTime=None, message=message)

    def _write(self, name: str, **status) -> None:
        """Merge into the status; None removes."""
        with contextlib.suppress(NoSuchObject):  # removed since, which the next turn will see
            self.objects.merge("phschedules", name, {"status": status})


def label(text: str) -> str:
    """A name as PrimeHub writes it into labels: all but lower-case letters and digits as -xx."""
    kept = (string.ascii_lowercase + string.digits).encode()
    return "escaped-" + "".join(chr(byte) if byte in kept else f"-{byte:02x}" for byte in text.encode())
