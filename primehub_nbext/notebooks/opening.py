"""Opening: a notebook's path on the group volume in; a descriptor, or what the notebook says about itself, out."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import (
    NotebookNotFound,
    OutsideGroupVolume,
    VolumeError,
    VolumeFull,
    VolumePermissionDenied,
    VolumeReadOnly,
)
from .file import NotebookFile
from .folders import open_inside
from .reader import NotebookReader
from .volume import GroupVolume


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turns what the disk says into what a person can act on: an OSError into a VolumeError, or a kind of it."""
    try:
        yield
    except OSError as error:
        kinds: dict[int | None, type[VolumeError]] = {
            errno.ENOSPC: VolumeFull,
            errno.EDQUOT: VolumeFull,
            errno.EFBIG: VolumeFull,
            errno.EROFS: VolumeReadOnly,
            errno.EACCES: VolumePermissionDenied,
            errno.EPERM: VolumePermissionDenied,
        }
        raise kinds.get(error.errno, VolumeError)() from None


def inspect(volume: GroupVolume, source: str) -> NotebookFile:
    """What the notebook `source` (relative to the volume) says about itself.

    Raises as `open_notebook`, InvalidNotebook, NoKernel, NotebookUnchecked.
    """
    file = open_notebook(volume, source)
    try:
        with NotebookReader(file, os.fstat(file).st_size) as reader:
            reader.begin()
            return reader.result()
    finally:
        os.close(file)


def open_notebook(volume: GroupVolume, source: str) -> int:
    """A descriptor, for reading, of a notebook given relative to the volume.

    Raises NotebookNotFound, OutsideGroupVolume, GroupVolumeNotMounted, VolumeError and its kinds.
    """
    root = volume.open_root()
    try:
        return open_inside(root, source)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # a component became a link since the path was resolved
            raise OutsideGroupVolume(volume.name, volume.name) from None
        if error.errno in (errno.ENOENT, errno.EINVAL, errno.ENXIO):
            raise NotebookNotFound(field="notebook_path") from None
        with disk_errors():
            raise
        raise  # for the reader: disk_errors always raises
    finally:
        os.close(root)
