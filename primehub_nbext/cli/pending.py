"""Pending submissions: what is submitted in; the id that it is sent under out, the same until its outcome is known.

A submission that is sent again under its id runs its notebook once. So the id is on the disk before anything is sent,
and goes when it is known what became of it: a command that was interrupted, or got no answer, goes on when it is run
again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.paths import jupyter_data_dir

OLDEST = 86400.0  # seconds; who comes later means another job
MOST = 20  # of the same that are sent at the same moment


@dataclass
class Pending:
    """One submission. `begun_at`: when an earlier command began it, in seconds since 1970; None for a new one."""

    submission_id: str
    begun_at: float | None = None
    known: bool = False

    def outcome_is_known(self) -> None:
        """The next command with the same values is another submission."""
        self.known = True


@contextmanager
def pending(values: dict[str, Any], folder: Path | None = None) -> Iterator[Pending]:
    """The submission of these values: one of an earlier command whose outcome nobody knows, or else a new one.

    Where nothing can be kept on the disk it is a new one each time.
    """
    folder = folder or Path(jupyter_data_dir()) / "primehub" / "submissions"
    key = hashlib.sha256(json.dumps(values, sort_keys=True, default=repr).encode()).hexdigest()[:32]
    with contextlib.ExitStack() as stack:
        opened = _open(folder, key)
        if opened is None:
            yield Pending(secrets.token_hex(16))
            return
        path, file = opened
        stack.callback(os.close, file)
        submission = _read(file)
        if submission is None:
            submission = Pending(secrets.token_hex(16))
            with contextlib.suppress(OSError):
                os.ftruncate(file, 0)
                os.pwrite(file, json.dumps({"id": submission.submission_id, "at": time.time()}).encode(), 0)
                os.fsync(file)
        yield submission
        if submission.known:
            with contextlib.suppress(OSError):
                os.ftruncate(file, 0)  # who has opened it, and waits for its lock, finds nothing to go on with
                path.unlink()


def _open(folder: Path, key: str) -> tuple[Path, int] | None:
    """A file for this submission that no other command uses now: who submits the same twice at once wants two jobs."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(MOST):
            path = folder / f"{key}-{number}.json"
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return path, file
            except BlockingIOError:
                os.close(file)
    except OSError:
        pass
    return None


def _read(file: int) -> Pending | None:
    try:
        kept = json.loads(os.pread(file, 4096, 0))
        begun_at, submission_id = float(kept["at"]), kept["id"]
        if isinstance(submission_id, str) and 0 <= time.time() - begun_at < OLDEST:
            return Pending(submission_id, begun_at)
    except (OSError, ValueError, LookupError, TypeError):
        pass
    return None
