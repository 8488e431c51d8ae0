"""Copying: two open files in; the content of one in the other, if nobody changes it meanwhile, out."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import Callable

from .errors import NotebookChanging

CHUNK = 8 * 1024 * 1024
FICLONE = 0x40049409  # ioctl of Linux: share the blocks of another file (reflink), where the file system can
TRIES = 3


def copy_unchanged(source: int, target: int) -> None:
    """Copy a file that nobody changes meanwhile. Raises NotebookChanging, OSError."""
    for _ in range(TRIES):
        before = os.fstat(source)
        _copy(source, target, before.st_size)
        if _same(before, os.fstat(source)) and os.fstat(target).st_size == before.st_size:
            return
    raise NotebookChanging()


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


def _by_kernel(call: Callable[..., int] | None, args: tuple[int, ...], size: int) -> bool:
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
