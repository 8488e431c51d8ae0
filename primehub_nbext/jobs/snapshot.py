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
from contextlib import contextmanager, suppress

from . import errors
from .claims import MADE_HERE
from .notebook_file import NotebookFile
from .notebook_job import SNAPSHOTS, SUBMISSION_ID
from .notebook_reader import NotebookReader
from .volumes import DIRECTORY, GroupVolume, make_folders, open_inside

RECORD = "submission.json"
LOCK = ".lock"
TEMPORARY = ".tmp-{}"  # the name of a file until the file is whole
UNFINISHED = re.compile(r"\.tmp-[0-9a-f]{16}\Z")
CHUNK = 8 * 1024 * 1024
FICLONE = 0x40049409  # ioctl of Linux: share the blocks of another file (reflink), where the file system can
TRIES = 3
NO_FILE = (errno.ELOOP, errno.EINVAL, errno.ENXIO)  # a link, a folder or a pipe
MAX_RECORD_BYTES = 1024 * 1024
LOCK_SECONDS = 120.0  # more than a submission takes, however PrimeHub behaves
LOCK_INTERVAL = 0.05


@contextmanager
def disk_errors():
    """Turns what the disk says into what a person can act on."""
    try:
        yield
    except OSError as error:
        kind = {
            errno.ENOSPC: errors.VolumeFull,
            errno.EDQUOT: errors.VolumeFull,
            errno.EFBIG: errors.VolumeFull,
            errno.EROFS: errors.VolumeReadOnly,
            errno.EACCES: errors.VolumePermissionDenied,
            errno.EPERM: errors.VolumePermissionDenied,
        }.get(error.errno, errors.SnapshotError)
        raise kind() from None


class SubmissionFolder:
    """The folder of one submission, held open and locked while it is worked on.

    The lock keeps other processes away (two notebook servers of one person); threads of one process are kept apart by
    `submission.Submissions`. File systems without locks are used without.
    """

    @staticmethod
    def exists(volume: GroupVolume, submission_id: str) -> bool:
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
        except errors.VolumePermissionDenied:
            raise errors.SnapshotFolderDenied() from None
        finally:
            os.close(root)
        return self

    def _open(self, root: int) -> None:
        while True:
            shared = make_folders(root, SNAPSHOTS, shared=True)
            try:
                self._folder = make_folders(shared, self.submission_id)
            finally:
                os.close(shared)
            self._lock = -1
            try:
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
            # Whoever held the lock has removed the folder meanwhile: begin again with a new one.
            self.__exit__()

    def __exit__(self, *_exc) -> None:
        for descriptor in (self._lock, self._folder):
            if descriptor >= 0:
                os.close(descriptor)
        self._lock = self._folder = -1

    @property
    def descriptor(self) -> int:
        """The open folder, for claims.Claims."""
        return self._folder

    def read_record(self):
        """What was noted of the submission, as JSON has it; None when nothing was, "" when that cannot be made out.

        Raises errors.SubmissionUnknown when that cannot be told: there may be a job.
        """
        try:
            with os.fdopen(open_inside(self._folder, RECORD), "rb") as stream:
                return json.loads(stream.read(MAX_RECORD_BYTES)) or ""
        except OSError as error:
            if error.errno == errno.ENOENT:
                return None
            if error.errno in NO_FILE:
                return ""
            raise errors.SubmissionUnknown(errors.VolumeUnreadable()) from None
        except (ValueError, RecursionError):
            return ""

    def write_record(self, record: dict) -> None:
        with disk_errors(), self._new_file(RECORD) as file:
            data = json.dumps(record).encode()
            while data:
                data = data[os.write(file, data) :]

    def write_snapshot(self, source: str, name: str) -> NotebookFile:
        """Copy the notebook `source` (relative to the volume) to `name`, and check that the copy is a notebook.

        Raises errors.SnapshotError and its kinds, NotebookNotFound, OutsideGroupVolume, InvalidNotebook, NoKernel,
        NotebookUnchecked.
        """
        original = open_notebook(self.volume, source)
        try:
            size = os.fstat(original).st_size
            with disk_errors(), self._new_file(name) as copy, NotebookReader(copy, size) as reader:
                _copy_unchanged(original, copy)
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
        """Remove the folder and all that is in it. Never raises: what stays is swept later."""
        self.clear()
        with suppress(OSError):
            os.unlink(RECORD, dir_fd=self._folder)
        with suppress(OSError):
            os.unlink(LOCK, dir_fd=self._folder)
        with suppress(OSError):
            parent = os.open("..", DIRECTORY, dir_fd=self._folder)
            try:
                os.rmdir(self.submission_id, dir_fd=parent)
            finally:
                os.close(parent)

    @contextmanager
    def _new_file(self, name: str):
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
    """Raises errors.SubmissionUnknown when another process keeps the lock for LOCK_SECONDS."""
    give_up_at = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            # Waiting in the kernel could not be given up, and everybody in the group can take this lock.
            if time.monotonic() > give_up_at:
                raise errors.SubmissionUnknown() from None
            time.sleep(LOCK_INTERVAL)
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            return


def inspect(volume: GroupVolume, source: str) -> NotebookFile:
    """What the notebook `source` (relative to the volume) says about itself. Raises as `open_notebook`,
    InvalidNotebook, NoKernel, NotebookUnchecked.
    """
    file = open_notebook(volume, source)
    try:
        with NotebookReader(file, os.fstat(file).st_size) as reader:
            reader.begin()
            return reader.result()
    finally:
        os.close(file)


def open_notebook(volume: GroupVolume, source: str) -> int:
    """A descriptor of a notebook, given relative to the volume. Raises NotebookNotFound, OutsideGroupVolume and
    others.
    """
    root = volume.open_root()
    try:
        return open_inside(root, source)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # a component became a link since the path was resolved
            raise errors.OutsideGroupVolume(volume.name, volume.path) from None
        if error.errno in (errno.ENOENT, errno.EINVAL, errno.ENXIO):
            raise errors.NotebookNotFound(field="notebook_path") from None
        with disk_errors():
            raise
        raise  # for the reader: disk_errors always raises
    finally:
        os.close(root)


def _copy_unchanged(source: int, target: int) -> None:
    """Copy a file that nobody changes meanwhile. Raises errors.NotebookChanging, OSError."""
    for _ in range(TRIES):
        before = os.fstat(source)
        _copy(source, target, before.st_size)
        if _same(before, os.fstat(source)) and os.fstat(target).st_size == before.st_size:
            return
    raise errors.NotebookChanging()


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (before.st_size, before.st_mtime_ns, before.st_ctime_ns) == (
        after.st_size,
        after.st_mtime_ns,
        after.st_ctime_ns,
    )


def _copy(source: int, target: int, size: int) -> None:
    """The content of one file to another: shared blocks, else copied by the kernel, else through memory.

    All three leave the interpreter free for other threads.
    """
    os.ftruncate(target, 0)
    try:
        fcntl.ioctl(target, FICLONE, source)
        return
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
    for descriptor in (source, target):
        os.lseek(descriptor, 0, os.SEEK_SET)
    for by_kernel in (_copy_file_range, _sendfile):
        if by_kernel(source, target, size):
            return
        os.ftruncate(target, 0)
        for descriptor in (source, target):
            os.lseek(descriptor, 0, os.SEEK_SET)
    while chunk := os.read(source, CHUNK):
        while chunk:
            chunk = chunk[os.write(target, chunk) :]


CANNOT = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.ETXTBSY, errno.EBADF)


def _copy_file_range(source: int, target: int, size: int) -> bool:
    return _by_kernel(getattr(os, "copy_file_range", None), (source, target), size)


def _sendfile(source: int, target: int, size: int) -> bool:
    return _by_kernel(lambda *args: os.sendfile(target, source, None, args[-1]), (), size)


def _by_kernel(call, args: tuple, size: int) -> bool:
    """Whether a system call copied `size` bytes; False where it cannot."""
    if call is None:
        return False
    left = size
    while left > 0:
        try:
            done = call(*args, min(left, CHUNK * 16))
        except OSError as error:
            if error.errno in CANNOT:
                return False
            raise
        if done == 0:
            # Some file systems answer 0 where they cannot; and a file that shrank is noticed by the caller.
            return left < size
        left -= done
    return True


def sweep(volume: GroupVolume, commands: list[str], max_age: float, now: float | None = None) -> list[str]:
    """Remove the snapshots older than `max_age` seconds that none of `commands` needs; answers their submission ids.

    `commands` are those of all jobs and schedules that PrimeHub lists for the group; nothing is removed when none of
    them needs any snapshot. Never raises.
    """
    # In the text, not by reading it: a command that was edited by hand may still read the snapshot that it names.
    texts = "\n".join(command for command in commands if isinstance(command, str))
    removed = []
    with suppress(OSError, errors.PrimeHubError):
        root = volume.open_root()
        try:
            folder = _open_below(root, SNAPSHOTS)
        finally:
            os.close(root)
        try:
            names = [name for name in os.listdir(folder) if SUBMISSION_ID.match(name)]
            unneeded = [name for name in names if name not in texts]
            if len(unneeded) == len(names):
                return []  # a list that knows nothing of what was submitted may not be the whole list
            for name in unneeded:
                if _youngest(folder, name) < (now or time.time()) - max_age:
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


def _open_below(root: int, relative: str) -> int:
    at = os.dup(root)
    try:
        for part in relative.split("/"):
            step = os.open(part, DIRECTORY, dir_fd=at)
            os.close(at)
            at = step
        return os.dup(at)
    finally:
        os.close(at)


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
