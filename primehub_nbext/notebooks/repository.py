"""Repositories: a folder of the group volume in; the git commit that it is at, and whether it differs from it, out.

Everybody in the group can write the repository's configuration, and git runs what that names (core.fsmonitor, filters).
So git is asked about the index and the objects of the repository, from a folder of ours that has a configuration of its
own; which commit it is at is read here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import GroupVolumeNotMounted
from .folders import open_folder, open_inside
from .volume import GroupVolume

SECONDS = 1.0  # in which git has to look through the folder
MAX_BYTES = 4 * 1024 * 1024  # of a file that lists references
COMMIT = re.compile(r"[0-9a-f]{40}\Z")
BRANCH = re.compile(r"ref: (refs/heads/[^\x00-\x20\x7f]{1,400})\Z")


def state_of(volume: GroupVolume, folder: str) -> dict[str, Any]:
    """`{"commit", "branch", "dirty"}` of the repository that `folder`, relative to the volume, is in; or nothing.

    branch : its name, None for a commit that no branch stands for
    dirty : whether a tracked file in the folder differs from the commit; None where git is not here, or takes too long

    Never raises. What git calls a worktree or a submodule counts as no repository.
    """
    try:
        root = volume.open_root()
    except GroupVolumeNotMounted:  # others tell of that
        return {}
    try:
        return _state(root, volume.path, folder)
    except (OSError, ValueError):
        return {}
    finally:
        os.close(root)


def _state(root: int, path: str, folder: str) -> dict[str, Any]:
    parts = folder.split("/") if folder else []
    for depth in range(len(parts), -1, -1):
        top = "/".join(parts[:depth])
        git = f"{top}/.git" if top else ".git"
        with suppress(OSError):
            os.close(open_folder(root, git))
            break
    else:
        return {}
    head = _read(root, f"{git}/HEAD").strip()
    named = BRANCH.match(head)
    commit = _resolve(root, git, named[1]) if named else head
    if not COMMIT.match(commit):
        return {}
    dirty = _is_dirty(Path(path, top), Path(path, git), "/".join(parts[depth:]) or ".", commit)
    return {"commit": commit, "branch": named[1][len("refs/heads/") :] if named else None, "dirty": dirty}


def _resolve(root: int, git: str, reference: str) -> str:
    """The commit of a reference; "" for one that there is not yet."""
    with suppress(OSError):
        return _read(root, f"{git}/{reference}").strip()
    for line in _read(root, f"{git}/packed-refs").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return ""


def _read(root: int, relative: str) -> str:
    with os.fdopen(open_inside(root, relative), "rb") as file:
        return file.read(MAX_BYTES).decode("utf-8", "replace")


def _is_dirty(top: Path, git: Path, folder: str, commit: str) -> bool | None:
    program = shutil.which("git")
    if program is None or not os.path.isabs(program):  # what PATH has of the current folder is anybody's
        return None
    with tempfile.TemporaryDirectory() as own:
        Path(own, "HEAD").write_text(f"{commit}\n")
        Path(own, "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = false\n")
        for needed in ("refs", "objects"):
            Path(own, needed).mkdir()
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": own,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_DIR": own,
            "GIT_WORK_TREE": str(top),
            "GIT_OBJECT_DIRECTORY": str(git / "objects"),
            "GIT_INDEX_FILE": str(git / "index"),
        }
        try:
            told = subprocess.run(
                [program, "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=all", "--", folder],
                cwd=top,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
            ).stdout
        except (OSError, subprocess.SubprocessError):
            return None
    return bool(told.strip())
