"""Jobs that are already there: what they run and whose they are in; objects in a PrimeHub's cluster out."""

from __future__ import annotations

from kit.misbehaving import MisbehavingPrimeHub
from primehub_nbext.jobs.command import NotebookJob


def add_job(
    primehub: MisbehavingPrimeHub,
    number: int,
    command: str,
    user: str = "alice",
    phase: str = "Succeeded",
    name: str = "",
) -> str:
    """A job of the group, the newer the higher its number, a minute each; answers its id, which ends in the number."""
    job_id, owner = f"job-20261101{number:04d}-{number:06d}", primehub.store.users[user]
    spec = {
        "displayName": name or f"run {number}", "command": command, "groupId": primehub.group["id"],
        "groupName": primehub.group["name"], "userId": owner.id, "userName": user, "image": "base-notebook",
        "instanceType": "cpu-1", "cancel": False,
    }  # fmt: skip
    at = f"2026-11-{1 + number // 1440:02d}T{number // 60 % 24:02d}:{number % 60:02d}:00Z"
    primehub.store.cluster.objects.create("phjobs", job_id, spec, at=at, status={"phase": phase})
    return job_id


def command_of(
    volume: str, name: str = "train.ipynb", submission_id: str = "submission-0", size: int = 0, **parameters
) -> str:
    """A command, with a comment behind it that makes it so many characters long."""
    text = NotebookJob(volume, "a", name, submission_id, "python3", parameters=parameters).to_command()
    return text + "#" * max(0, size - len(text))
