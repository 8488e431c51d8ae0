"""The state folder: a path in; a locked folder with its layout and examples out.

home/jovyan          stands for /home/jovyan of a notebook pod
project/<volume>     group volumes, linked from the home
phfs/groups/<volume>  what jobs leave behind: PrimeHub's object store
jobs/<id>            a job's log and home
scripts, room        what jobs see as /scripts; where their root is made
jupyter              settings and runtime files of the sandbox's notebook server
tokens.json          users' tokens
phjobs, phschedules  a file for each job and schedule
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
from pathlib import Path

from .cluster.people import Group
from .errors import SandboxError

SEED = Path(__file__).parent / "seed"
SEED_VOLUME = "phusers"
EXAMPLE = f"{SEED_VOLUME}/experiment-1/capitalize.ipynb"


class StateFolder:
    """A state folder in use by this process; leaving the `with` block gives it free."""

    def __init__(self, path: str | Path):
        self.path = Path(path).resolve()
        self.home = self.path / "home" / "jovyan"
        self.jupyter = self.path / "jupyter"
        self._lock: int | None = None

    def __enter__(self) -> StateFolder:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            message = f"{self.path} cannot be used as state folder ({error.strerror})."
            raise SandboxError("folder_unusable", message, "Choose another folder with --dir.") from None
        try:
            # The system drops the lock with the process, however that ends: there is no stale lock to clean up.
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._release()
            hint = "Stop it, or choose another folder with --dir."
            raise SandboxError("sandbox_in_use", f"Another sandbox is running in {self.path}.", hint) from None
        return self

    def __exit__(self, *_) -> None:
        self._release()

    def lay_out(self, groups: list[Group]) -> None:
        """Make what is missing; what is there already is the person's and stays as it is."""
        for name in ("config", "data", "runtime", "ipython"):
            (self.jupyter / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.home.mkdir(parents=True, exist_ok=True)
        for group in groups:
            volume = self.path / "project" / group.volume
            volume.mkdir(parents=True, exist_ok=True)
            _link(self.home / volume.name, volume)
        store = self.path / "phfs" / "groups" / SEED_VOLUME
        store.mkdir(parents=True, exist_ok=True)
        _link(self.home / "phfs", store)
        ignore = self.path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n")  # the state holds a token
        volume = self.path / "project" / SEED_VOLUME
        for source in SEED.rglob("*.ipynb"):
            target = volume / source.relative_to(SEED)
            if ".ipynb_checkpoints" not in source.parts and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _link(link: Path, target: Path) -> None:
    """Point a link at a target; the folder may have been moved since the link was made."""
    if link.is_symlink() and link.resolve() != target:
        link.unlink()
    with contextlib.suppress(FileExistsError):
        link.symlink_to(target)
