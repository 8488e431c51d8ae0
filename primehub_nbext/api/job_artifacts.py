"""Job artifacts: a job's id in; the list of what it left in PrimeHub's store, or the files in a folder, out."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Callable, cast

from ..jobs.artifacts import Artifact, list_artifacts, locate_artifacts, open_artifact
from ..jobs.errors import ArtifactNotFound
from ..notebooks.folders import make_folders
from ..primehub.errors import BadAnswer
from .errors import FileExists, FileNotKept
from .kinds import Artifacts
from .notebook_jobs import checked, with_root
from .session import ROOT, Session, default_session


def artifacts(job_id: str, *, session: Session | None = None) -> Artifacts:
    """What PrimeHub copied from the job's `/home/jovyan/artifacts`. Raises JobNotFound, AccessDenied."""
    session = session or default_session()
    found = session.ask(list_artifacts, session.context, checked(job_id), ROOT)
    beside = found["written_beside_notebook"]
    if beside:
        found["written_beside_notebook"] = {**beside, "jupyter_path": with_root(beside["jupyter_path"])}
    return cast(Artifacts, found)


def download(
    job_id: str,
    folder: str | os.PathLike[str],
    *,
    names: Collection[str] = (),
    overwrite: bool = False,
    on_bytes: Callable[[str, int, int], None] | None = None,
    session: Session | None = None,
) -> list[str]:
    """Fetch a job's artifacts into a folder, which is made where it is not there; answers the paths of the files.

    names : only these
    overwrite : whether files that are there may be replaced
    on_bytes : is told the name, how many bytes came and how many that file has

    A file is there once all of it is. Raises ArtifactNotFound, FileExists, FileNotKept, JobNotFound.
    """
    session = session or default_session()
    folder = os.path.abspath(os.path.expanduser(folder))
    found = session.ask(locate_artifacts, session.context, checked(job_id))
    if not set(names) <= {artifact.name for artifact, _ in found}:
        raise ArtifactNotFound()
    wanted = [(each, address) for each, address in found if not names or each.name in names]
    places = {each.name: Path(folder, *each.name.split("/")) for each, _ in wanted}
    for name, place in places.items():
        with _disk(name):
            if not overwrite and place.exists():
                raise FileExists(name)
    for artifact, address in wanted:
        name, size = artifact.name, artifact.size

        def tell(count: int, name: str = name, size: int = size) -> None:
            if on_bytes:
                on_bytes(name, count, size)

        session.awaited(_fetch(session, artifact, address, folder, tell))
    return [str(place) for place in places.values()]


async def _fetch(session: Session, artifact: Artifact, address: str, folder: str, tell: Callable[[int], None]) -> None:
    """The folder may be others', too: no link that is in it is followed, whatever it is called."""
    inner, _, name = artifact.name.rpartition("/")
    partial = f".{secrets.token_hex(8)}.part"
    stream = await open_artifact(session.context, address)
    with stream, contextlib.ExitStack() as stack:
        with _disk(artifact.name):
            os.makedirs(folder, exist_ok=True)
            at = root = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, root)
            if inner:
                at = make_folders(root, inner)
                stack.callback(os.close, at)
            file = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=at)
        try:
            with _disk(artifact.name), open(file, "wb") as opened:
                left = artifact.size
                while left > 0 and (part := await stream.read(session.context.config.request_timeout)):
                    opened.write(part[:left])
                    left -= len(part)
                    tell(len(part))
            if left > 0:
                raise BadAnswer("PrimeHub's answer ended too early.")
            with _disk(artifact.name):
                os.replace(partial, name, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(partial, dir_fd=at)
            raise


@contextlib.contextmanager
def _disk(name: str) -> Iterator[None]:
    """Turns what the disk says into FileNotKept."""
    try:
        yield
    except OSError as error:
        raise FileNotKept(name, os.strerror(error.errno) if error.errno else "it cannot be written") from None
    except ValueError:  # a NUL in the name
        raise FileNotKept(name, "no file can have this name") from None
