"""Pruning: the commands of all jobs and schedules in; the old snapshots that none of them needs, removed, out."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress

from ..errors import PrimeHubError
from ..notebooks.folders import DIRECTORY, open_folder
from ..notebooks.volume import GroupVolume
from .head import SNAPSHOTS, SUBMISSION_ID
from .snapshot import MAX_RECORD_BYTES, RECORD


def prune(volume: GroupVolume, group: str, commands: list[str], max_age: float, now: float | None = None) -> list[str]:
    """Remove the snapshots older than `max_age` seconds that none of `commands` needs; answers their submission ids.

    Only those of the group with the id `group`: the volumes of two groups can have one name (`team_a`, `team-a`).

    `commands` are those of all jobs and schedules that PrimeHub lists for the group; nothing is removed when none of
    them needs any snapshot. Never raises.
    """
    # In the text, not by reading it: a command that was edited by hand may still read the snapshot that it names.
    texts = "\n".join(command for command in commands if isinstance(command, str))
    removed = []
    with suppress(OSError, PrimeHubError):
        root = volume.open_root()
        try:
            folder = open_folder(root, SNAPSHOTS)
        finally:
            os.close(root)
        try:
            names = [name for name in os.listdir(folder) if SUBMISSION_ID.match(name)]
            unneeded = [name for name in names if name not in texts]
            if len(unneeded) == len(names):
                return []  # a list that knows nothing of what was submitted may not be the whole list
            for name in unneeded:
                old = _youngest(folder, name) < (now or time.time()) - max_age
                if old and _group(folder, name) == group:
                    with suppress(OSError):
                        _remove_flat(folder, name)
                        removed.append(name)
        finally:
            os.close(folder)
    return removed


def _remove_flat(folder: int, name: str) -> None:
    inner = os.open(name, DIRECTORY, dir_fd=folder)
    try:
        for each in os.listdir(inner):
            os.unlink(each, dir_fd=inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=folder)


def _group(folder: int, name: str) -> str | None:
    """The id of the group that a submission was sent to; None where its record does not say."""
    try:
        file = os.open(f"{name}/{RECORD}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        with os.fdopen(file, "rb") as stream:
            group = json.loads(stream.read(MAX_RECORD_BYTES))["group"]
            return group if isinstance(group, str) else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _youngest(folder: int, name: str) -> float:
    """When the youngest thing in a submission's folder was changed; now, if that cannot be told."""
    try:
        inner = os.open(name, DIRECTORY, dir_fd=folder)
        try:
            each = [os.stat(name, dir_fd=inner, follow_symlinks=False) for name in os.listdir(inner)]
            return max(state.st_mtime for state in [os.fstat(inner), *each])
        finally:
            os.close(inner)
    except OSError:
        return time.time()
