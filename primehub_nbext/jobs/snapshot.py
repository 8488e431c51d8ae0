"""Snapshots: the saved notebook in; an unchanging copy of it in the group volume out, which the job reads.

`<group volume>/.primehub/notebook-jobs/<submission id>/<notebook name>`, with `submission.json` beside it in which
`submission.py` notes how far the submission has come. Written under a temporary name, flushed to disk and renamed, so
that a snapshot is whole or not there. Nothing here follows a link.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import re
import secrets
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..notebooks.errors import VolumePermissionDenied, VolumeUnreadable
from ..notebooks.file import NotebookFile
from ..notebooks.folders import DIRECTORY, make_folders, open_inside
from ..notebooks.opening import disk_errors, open_notebook
from ..notebooks.reader import NotebookReader
from ..notebooks.volume import GroupVolume
from .claims import MADE_HERE
from .copying import copy_unchanged
from .errors import SnapshotFolderDenied, SubmissionUnknown
from .head import SNAPSHOTS

RECORD = "submission.json"
LOCK = ".lock"
TEMPORARY = ".tmp-{}"  # the name of a file until the file is whole
UNFINISHED = re.compile(r"\.tmp-[0-9a-f]{16}\Z")
NO_FILE = (errno.ELOOP, errno.EINVAL, errno.ENXIO)  # a link, a folder or a pipe
MAX_RECORD_BYTES = 1024 * 1024
LOCK_SECONDS = 120.0  # more than a submission takes, however PrimeHub behaves
LOCK_INTERVAL = 0.05
OPENINGS = 100  # how often folders may be removed by others while they are being opened


class SubmissionFolder:
    """The folder of one submission, held open and locked while it is worked on.

    The lock keeps other processes away (two notebook servers of one person); threads of one process are kept apart by
    `submission.Submissions`. File systems without locks are used without.
    """

    @staticmethod
    def exists(volume: GroupVolume, submission_id: str) -> bool:
        """Whether a submission of this id has a folder, and so may have been sent before."""
        return os.path.isdir(os.path.join(volume.path, SNAPSHOTS, submission_id))

    def __init__(self, volume: GroupVolume, submission_id: str):
        self.volume = volume
        self.submission_id = submission_id
        self._folder = -1
        self._lock = -1

    def __enter__(self) -> SubmissionFolder:
        root = self.volume.open_root()
        try:
            with disk_errors():
                self._open(root)
        except VolumePermissionDenied:
            raise SnapshotFolderDenied() from None
        finally:
            os.close(root)
        return self

    def _open(self, root: int) -> None:
        for _ in range(OPENINGS):
            try:
                shared = make_folders(root, SNAPSHOTS, shared=True)
                try:
                    self._folder = make_folders(shared, self.submission_id)
                finally:
                    os.close(shared)
                self._lock = os.open(
                    LOCK,
                    os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC,
                    0o664,
                    dir_fd=self._folder,
                )
                _wait_for_lock(self._lock)
                if os.fstat(self._lock).st_nlink:
                    return
            except FileNotFoundError:
                pass
            except BaseException:
                self.__exit__()
                raise
            # Whoever held the lock has removed the folder meanwhile, or those above it: begin again with new ones.
            self.__exit__()
        raise FileNotFoundError(errno.ENOENT, "the group volume is gone")

    def __exit__(self, *_exc: object) -> None:
        for descriptor in (self._lock, self._folder):
            if descriptor >= 0:
                os.close(descriptor)
        self._lock = self._folder = -1

    @property
    def descriptor(self) -> int:
        """The open folder, for claims.Claims."""
        return self._folder

    def read_record(self) -> Any:
        """What was noted of the submission, as JSON has it; None when nothing was, "" when that cannot be made out.

        Raises SubmissionUnknown when that cannot be told: there may be a job.
        """
        try:
            with os.fdopen(open_inside(self._folder, RECORD), "rb") as stream:
                return json.loads(stream.read(MAX_RECORD_BYTES)) or ""
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            if error.errno in NO_FILE:
                return ""
            raise SubmissionUnknown(VolumeUnreadable()) from None
        except (ValueError, RecursionError):
            return ""

    def write_record(self, record: dict[str, Any]) -> None:
        """Note how far the submission has come: the whole record is on disk, or the one before. Raises VolumeError."""
        with disk_errors(), self._new_file(RECORD) as file:
            data = json.dumps(record).encode()
            while data:
                data = data[os.write(file, data) :]

    def write_snapshot(self, source: str, name: str) -> NotebookFile:
        """Copy the notebook `source` (relative to the volume) to `name`, and check that the copy is a notebook.

        Raises VolumeError and its kinds, NotebookNotFound, OutsideGroupVolume, InvalidNotebook, NoKernel,
        NotebookUnchecked.
        """
        original = open_notebook(self.volume, source)
        try:
            size = os.fstat(original).st_size
            with disk_errors(), self._new_file(name) as copy, NotebookReader(copy, size) as reader:
                copy_unchanged(original, copy)
                with suppress(OSError):  # not every file system can
                    os.fchmod(copy, stat.S_IMODE(os.fstat(original).st_mode) & 0o666 | 0o600)
                reader.begin()
                os.fsync(copy)  # while it is read
                return reader.result()
        finally:
            os.close(original)

    def clear(self, keep: str | None = None) -> None:
        """Remove what is in the folder, but for the lock, the record, marks and claims, and the file `keep`."""
        with suppress(OSError):
            for name in os.listdir(self._folder):
                if name not in (LOCK, RECORD, keep) and not MADE_HERE.match(name):
                    with suppress(OSError):
                        os.unlink(name, dir_fd=self._folder)

    def clear_unfinished(self) -> None:
        """Remove what writers that were killed have left."""
        with suppress(OSError):
            for name in os.listdir(self._folder):
                if UNFINISHED.match(name):
                    with suppress(OSError):
                        os.unlink(name, dir_fd=self._folder)

    def remove(self) -> None:
        """Remove the folder and all that is in it, and the folders above if it was the only one.

        Never raises: what stays is pruned later.
        """
        self.clear()
        with suppress(OSError):
            os.unlink(RECORD, dir_fd=self._folder)
        with suppress(OSError):
            os.unlink(LOCK, dir_fd=self._folder)
        with suppress(OSError):
            at = os.open("..", DIRECTORY, dir_fd=self._folder)
            try:
                for name in (self.submission_id, *reversed(SNAPSHOTS.split("/"))):
                    os.rmdir(name, dir_fd=at)  # an OSError where there is anything else in it
                    above = os.open("..", DIRECTORY, dir_fd=at)
                    os.close(at)
                    at = above
            finally:
                os.close(at)

    @contextmanager
    def _new_file(self, name: str) -> Iterator[int]:
        """A descriptor for writing; under its real `name` only when the block ends well and all is on disk."""
        temporary = TEMPORARY.format(secrets.token_hex(8))
        file = os.open(
            temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o664, dir_fd=self._folder
        )
        try:
            yield file
            os.fsync(file)
            os.rename(temporary, name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            os.fsync(self._folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=self._folder)
            raise
        finally:
            os.close(file)


def _wait_for_lock(file: int) -> None:
    """Raises SubmissionUnknown when another process keeps the lock for LOCK_SECONDS."""
    give_up_at = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Waiting in the kernel could not be given up, and everybody in the group can take this lock.
            if time.monotonic() > give_up_at:
                raise SubmissionUnknown() from None
            time.sleep(LOCK_INTERVAL)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            return
