"""Claims: the folder of a submission on the group volume in; which of its jobs runs the notebook out.

No list of PrimeHub's proves that a job does not exist: it may be stale for minutes, or without bound. So a submission
may be sent more than once, and the proof is where all of its jobs come by, in the snapshot's folder:

- `attempt-<attempt>` (the attempt's *mark*) holds the id of the first job of that `createPhJob`;
- `claim-<round>` (the round's *claim*) holds the id of the job that runs the notebook, or why none does: CANCELLED by a
  person, or WITHDRAWN because it was said that no job was created. Only then a new round begins, with the next retry.

Both come into being by exclusive creation (O_EXCL, or a hard link), of which exactly one succeeds, also on NFS; they
are never changed, but for a mark that was left empty. Jobs do the same in bash (body.py). CONTRIBUTING.md has the
whole argument.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator

from ..errors import PrimeHubError
from ..notebooks.folders import open_folder, open_inside
from ..notebooks.volume import GroupVolume
from .command import is_job_id
from .head import SNAPSHOTS, JobHead

CANCELLED, WITHDRAWN = "cancelled", "withdrawn"
MADE_HERE = re.compile(r"claim-[1-9][0-9]{0,3}\Z|attempt-[1-9][0-9]{0,3}-[0-9a-f-]+\Z")  # the names of marks and claims
MAX_BYTES = 300


class Claims:
    """The marks and claims in an open folder, given as a descriptor.

    An `attempt` is that of a NotebookJob, `<round>-<number>-<random>`. Reading never raises; writing raises OSError.
    """

    def __init__(self, folder: int):
        self._folder = folder

    def holder(self, number: int) -> str | None:
        """Who holds the claim of this round: a job's id, CANCELLED or WITHDRAWN.

        "" is a job that has not written its name; None, nobody holds it yet.
        """
        return self._read(f"claim-{number}")

    def first_job(self, attempt: str) -> str | None:
        """The id of the first job of an attempt; "" for one that has not written its name, None before any."""
        return self._read(f"attempt-{attempt}")

    def running(self, number: int) -> str | None:
        """The id of the job that has claimed this round, if one has."""
        holder = self.holder(number)
        return holder if holder and holder not in (CANCELLED, WITHDRAWN) else None

    def hold(self, number: int, holder: str) -> str:
        """Claim this round for `holder`, unless somebody has; answers who holds it now."""
        return self._create(f"claim-{number}", holder)

    def register(self, attempt: str, job_id: str) -> str:
        """Say which job is the first of an attempt, unless that is known; answers which is.

        Once PrimeHub has confirmed a job, this keeps a Rerun of it that starts sooner from being taken for it.
        """
        return self._create(f"attempt-{attempt}", job_id)

    def runs_as(self, job_id: str, attempt: str) -> str | None:
        """The other job that runs the notebook instead of this one; None when this one runs it, or none does."""
        running = self.running(round_of(attempt))
        if running in (None, job_id):
            return None
        # Any later job of an attempt is a rerun, which runs whoever holds the claim.
        return running if self.first_job(attempt) in (None, job_id) else None

    def current_round(self) -> int:
        """The round in which the submission is: the latest that was claimed, or if withdrawn the one after it."""
        rounds = [1]
        for name in self._names():
            if name.startswith("claim-"):
                rounds.append(int(name[len("claim-") :]) + (self._read(name) == WITHDRAWN))
        return max(rounds)

    def exist(self) -> bool:
        """Whether there is any mark or claim: then something was sent, whatever the record says."""
        return bool(self._names())

    def _names(self) -> list[str]:
        try:
            return [name for name in os.listdir(self._folder) if MADE_HERE.match(name)]
        except OSError:
            return []

    def _read(self, name: str) -> str | None:
        try:
            with os.fdopen(open_inside(self._folder, name), "rb") as stream:
                text = stream.read(MAX_BYTES).decode("utf-8", "replace").strip()
        except FileNotFoundError:
            return None
        except OSError:
            return ""
        return text if is_job_id(text) else ""

    def _create(self, name: str, text: str) -> str:
        """Create a file with this text, whole or not at all, unless there is one; answers what is in it now."""
        temporary = f".tmp-{secrets.token_hex(8)}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            with os.fdopen(os.open(temporary, flags, 0o664, dir_fd=self._folder), "w") as file:
                file.write(f"{text}\n")
            try:
                os.link(temporary, name, src_dir_fd=self._folder, dst_dir_fd=self._folder, follow_symlinks=False)
            except FileExistsError:
                return self._read(name) or ""
            except OSError:  # a file system without hard links: whoever reads an empty file waits for its text
                with contextlib.suppress(FileExistsError):
                    with os.fdopen(os.open(name, flags, 0o664, dir_fd=self._folder), "w") as file:
                        file.write(f"{text}\n")
                    return text
                return self._read(name) or ""
            return text
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=self._folder)


@contextlib.contextmanager
def open_claims(volume: GroupVolume, submission_id: str) -> Iterator[Claims | None]:
    """The claims of a submission for the block of a `with`; None where its folder is gone or cannot be read."""
    folder = -1
    with contextlib.suppress(OSError, PrimeHubError):
        root = volume.open_root()
        try:
            folder = open_folder(root, f"{SNAPSHOTS}/{submission_id}")
        finally:
            os.close(root)
    try:
        yield Claims(folder) if folder >= 0 else None
    finally:
        if folder >= 0:
            os.close(folder)


def round_of(attempt: str) -> int:
    """The round of an attempt, from 1."""
    return int(attempt.split("-")[0])


@contextlib.contextmanager
def claims_of(volume: GroupVolume, job: JobHead | None) -> Iterator[Claims | None]:
    """The claims of a job's submission; None for jobs that have none: of another volume, or of version 1."""
    if job is None or job.attempt is None or job.volume != volume.path:
        yield None
    else:
        with open_claims(volume, job.submission_id) as claims:
            yield claims
