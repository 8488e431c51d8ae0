"""Job artifacts: a job's id in; the list of what it left in PrimeHub's store, or the files in a folder, out."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Callable, cast

from ..jobs.artifacts import list_artifacts, locate_artifacts, open_artifact
from ..jobs.errors import ArtifactNotFound
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
    found = session.ask(locate_artifacts, session.context, checked(job_id))
    if not set(names) <= {artifact.name for artifact, _ in found}:
        raise ArtifactNotFound()
    wanted = [(each, address) for each, address in found if not names or each.name in names]
    places = {each.name: Path(os.path.abspath(folder), *each.name.split("/")) for each, _ in wanted}
    for name, place in places.items():
        with _disk(name):
            if not overwrite and place.exists():
                raise FileExists(name)
    for artifact, address in wanted:
        name, size = artifact.name, artifact.size

        def tell(count: int, name: str = name, size: int = size) -> None:
            if on_bytes:
                on_bytes(name, count, size)

        session.awaited(_fetch(session, name, size, address, places[name], tell))
    return [str(place) for place in places.values()]


async def _fetch(
    session: Session, name: str, size: int, address: str, place: Path, tell: Callable[[int], None]
) -> None:
    stream = await open_artifact(session.context, address)
    partial = place.with_name(f".{place.name[:200]}.part-{os.getpid()}")
    with stream:
        try:
            with _disk(name):
                place.parent.mkdir(parents=True, exist_ok=True)
                left = size
                with partial.open("xb") as file:
                    while left > 0 and (part := await stream.read(session.context.config.request_timeout)):
                        file.write(part[:left])
                        left -= len(part)
                        tell(len(part))
                if left > 0:
                    raise BadAnswer("PrimeHub's answer ended too early.")
                os.replace(partial, place)
        except BaseException:
            with contextlib.suppress(OSError, ValueError):
                partial.unlink()
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
