"""Folders: a descriptor of one and a relative path in; a descriptor of what is there out, following no link at all."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import stat

MOST_ENTRIES = 1000  # of a folder that are looked at
DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def open_folder(root: int, relative: str) -> int:
    """A descriptor of the folder `relative` below the folder descriptor `root`, "" for that itself.

    Raises OSError; ELOOP or ENOTDIR where a component has become a link.
    """
    folders = relative.split("/") if relative else []
    if ".." in folders:
        raise OSError(errno.ELOOP, "leads out of the folder")
    at = os.dup(root)
    try:
        for folder in folders:
            step = os.open(folder, DIRECTORY, dir_fd=at)
            os.close(at)
            at = step
    except BaseException:
        os.close(at)
        raise
    return at


def open_inside(root: int, relative: str) -> int:
    """A descriptor for reading the regular file `relative` below the folder descriptor `root`.

    Raises OSError; ELOOP where a component has become a link, EINVAL where the file is not a regular one.
    """
    folders, _, name = relative.rpartition("/")
    at = open_folder(root, folders)
    try:
        # O_NONBLOCK: a pipe put in the file's place must not hold this thread.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=at)
    finally:
        os.close(at)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(errno.EINVAL, "not a regular file")
    return file


def make_folders(root: int, relative: str, shared: bool = False) -> int:
    """A descriptor of the folder `relative` below `root`, made where missing. Raises OSError.

    `shared` : what is made lets in whom the folder that it is made in lets in, whatever the umask.
    """
    at = os.dup(root)
    try:
        for folder in relative.split("/"):
            made = False
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder, 0o775, dir_fd=at)
                made = True
            step = os.open(folder, DIRECTORY, dir_fd=at)
            if made and shared:
                with contextlib.suppress(OSError):  # not every file system can
                    os.fchmod(step, stat.S_IMODE(os.fstat(at).st_mode) | 0o700)
            os.close(at)
            at = step
        return os.dup(at)
    finally:
        os.close(at)


def links_in(folder: str) -> list[str]:
    """The names of links in a folder, of as many as anybody needs; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in itertools.islice(entries, MOST_ENTRIES) if entry.is_symlink()]
    except OSError:
        return []
