"""PrimeHub's object store: a folder in; what is stored by key out. Keys are paths below the folder.

`groups/<volume>/…` is what a group's jobs see as /phfs; `logs/phjob/<job>/…` are logs that were kept. A link leads to
nothing: the store that PrimeHub mounts cannot keep one.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path


@dataclass(frozen=True)
class Stored:
    """`size`: bytes; `modified`: seconds since 1970."""

    key: str
    size: int
    modified: float

    @property
    def last_modified(self) -> str:
        """`modified` as S3 writes it: UTC, with milliseconds."""
        moment = datetime.fromtimestamp(self.modified, timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


class Bucket:
    """The store over a folder, which need not be there yet."""

    def __init__(self, folder: Path):
        self.folder = folder

    def path(self, key: str) -> Path | None:
        """The file of a key, there or not; None for a key that no store has."""
        parts = key.split("/")
        if any(part in ("", ".", "..") or "\0" in part for part in parts):
            return None
        path = self.folder.joinpath(*parts)
        inside = all(not (self.folder.joinpath(*parts[:n])).is_symlink() for n in range(1, len(parts) + 1))
        return path if inside else None

    def file(self, key: str) -> Path | None:
        """The file of a key; None where nothing is stored."""
        path = self.path(key)
        return path if path is not None and path.is_file() else None

    def list(self, prefix: str) -> list[Stored]:
        """Everything whose key begins so, by key. As in S3 a prefix ends anywhere, also within a name."""
        start = self.path(prefix.rpartition("/")[0]) if "/" in prefix else self.folder
        found = []
        for folder, names, files in os.walk(start) if start is not None else ():
            names[:] = [name for name in names if not (Path(folder) / name).is_symlink()]
            for path in (Path(folder) / name for name in files):
                key = path.relative_to(self.folder).as_posix()
                if key.startswith(prefix) and not path.is_symlink():
                    facts = path.stat()
                    found.append(Stored(key, facts.st_size, facts.st_mtime))
        return sorted(found, key=lambda each: each.key.encode())
