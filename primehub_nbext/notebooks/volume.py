"""The group volume: a notebook's path in Jupyter in; its place on disk and in the job out, or a refusal.

Symlinks are resolved before anything is compared, so neither `..` nor a link leads out of the volume. What is opened
later is walked again without following links (folders.py), so that a swap in between leads nowhere either. A hard
link in the volume is a file of the volume: who made it could read the file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import InvalidField
from ..primehub.errors import GroupRequired
from ..primehub.group import volume_name
from .errors import GroupVolumeNotMounted, NotebookNotFound, OutsideGroupVolume
from .folders import DIRECTORY, open_folder

if TYPE_CHECKING:
    from ..config import PrimeHub

PROJECT = "/project"  # where the platform mounts group volumes; the home folder has links to them, if the group wants


@dataclass(frozen=True)
class NotebookPlace:
    """Where a notebook is.

    folder : path of its folder relative to the volume's root, "" for the root itself
    name : file name
    source : path of the file relative to the volume's root, links resolved
    """

    folder: str
    name: str
    source: str


@dataclass(frozen=True)
class GroupVolume:
    """A group's shared volume.

    name : PrimeHub's name of it
    path : absolute path, the same in this server and in a job (`/home/jovyan/phusers`)
    """

    name: str
    path: str

    @classmethod
    def of(cls, config: PrimeHub, group_name: str) -> GroupVolume:
        """The volume of a group; whether it is mounted is another question (`mounted`)."""
        name = volume_name(group_name)
        if config.group_volume_path:
            return cls(name, os.path.normpath(config.group_volume_path))
        if not is_plain_name(name):
            raise GroupRequired(
                "The name of the working group cannot be the name of a volume.",
                "Check PrimeHub.group_name (GROUP_NAME).",
            )
        path = os.path.join(os.path.normpath(config.home_dir), name)
        project = os.path.join(PROJECT, name)
        if not os.path.isdir(path) and os.path.isdir(project):
            return cls(name, project)
        return cls(name, path)

    @property
    def mounted(self) -> bool:
        """Whether there is a folder at `path` now."""
        return os.path.isdir(self.path)

    def require_mounted(self) -> None:
        """Raises GroupVolumeNotMounted when there is no folder at `path`."""
        if not self.mounted:
            raise GroupVolumeNotMounted(self.name, self.path)

    def place(self, root_dir: str, notebook_path: str) -> NotebookPlace:
        """The place of the notebook that Jupyter calls `notebook_path`, below its `root_dir`.

        Raises OutsideGroupVolume, GroupVolumeNotMounted, NotebookNotFound, InvalidField.
        """
        folder, name, source = self._resolve(root_dir, notebook_path)
        real_volume = os.path.realpath(self.path)
        if not is_below(source, real_volume):
            raise self._outside(root_dir)
        if not os.path.isfile(source):
            raise NotebookNotFound(field="notebook_path")
        return NotebookPlace(folder=folder, name=name, source=os.path.relpath(source, real_volume))

    def locate(self, root_dir: str, notebook_path: str) -> tuple[str, str]:
        """As `place`, of a notebook that need not be there: its folder and its name."""
        return self._resolve(root_dir, notebook_path)[:2]

    def _resolve(self, root_dir: str, notebook_path: str) -> tuple[str, str, str]:
        """Folder relative to the volume, name, and absolute path, links resolved, of what Jupyter calls so."""
        self.require_mounted()
        if not isinstance(notebook_path, str) or not notebook_path.strip("/") or "\0" in notebook_path:
            raise InvalidField("No notebook was named.", "Send notebook_path.", field="notebook_path")
        try:
            os.fsencode(notebook_path)
        except UnicodeEncodeError:
            raise NotebookNotFound(field="notebook_path") from None
        parts = [part for part in notebook_path.split("/") if part]
        if ".." in parts or "." in parts:
            raise self._outside(root_dir)
        path = os.path.join(os.path.realpath(root_dir), *parts)
        real_volume = os.path.realpath(self.path)
        try:
            folder = os.path.realpath(os.path.dirname(path))
            source = os.path.realpath(path)
        except OSError:  # a link on the way was removed while it was read
            raise NotebookNotFound(field="notebook_path") from None
        if not is_below(folder, real_volume, or_same=True):
            raise self._outside(root_dir)
        relative = os.path.relpath(folder, real_volume)
        return "" if relative == "." else relative, parts[-1], source

    def _outside(self, root_dir: str) -> OutsideGroupVolume:
        """The refusal of what is not on the volume, which is named as Jupyter shows it."""
        seen_as = jupyter_path(root_dir, self.path)
        return OutsideGroupVolume(self.name, self.name if seen_as == "." else seen_as or self.path)

    def can_write(self, folder: str) -> bool:
        """Whether this server may make files in `folder`, which is relative to the volume's root."""
        return os.access(os.path.join(self.path, folder), os.W_OK | os.X_OK)

    def has(self, relative: str) -> bool | None:
        """Whether there is something at a path relative to the volume's root; None where that cannot be told.

        No link is followed, so nothing is learnt of what is not on the volume.
        """
        folder, _, name = relative.rpartition("/")
        try:
            root = self.open_root()
        except GroupVolumeNotMounted:
            return None
        try:
            at = open_folder(root, folder)
            try:
                os.stat(name, dir_fd=at, follow_symlinks=False)
            finally:
                os.close(at)
        except FileNotFoundError:
            return False
        except (OSError, ValueError):
            return None
        finally:
            os.close(root)
        return True

    def open_root(self) -> int:
        """A descriptor of the volume's root. Raises GroupVolumeNotMounted."""
        try:
            return os.open(os.path.realpath(self.path), DIRECTORY)
        except OSError:
            raise GroupVolumeNotMounted(self.name, self.path) from None


def jupyter_path(root_dir: str, path: str) -> str | None:
    """Jupyter's name of an absolute path; None for one outside its root.

    The root is mostly the home folder, in which the volume is a link; or it is the linked folder itself.
    """
    for resolve in (os.path.abspath, os.path.realpath):
        relative = os.path.relpath(resolve(path), resolve(root_dir))
        if relative != ".." and not relative.startswith("../"):
            return relative
    return None


def is_below(path: str, folder: str, or_same: bool = False) -> bool:
    """Whether `path` is in `folder`; both absolute and resolved. `phusers-old` is not in `phusers`."""
    return (or_same and path == folder) or path.startswith(folder.rstrip("/") + "/")


def is_plain_name(name: str) -> bool:
    """Whether a name stands for something directly in a folder: it leads neither up nor further down."""
    return bool(name) and name not in (".", "..") and "/" not in name and "\0" not in name
