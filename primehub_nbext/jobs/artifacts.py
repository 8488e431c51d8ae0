"""A job's artifacts: the job's id in; their list, and where one of them can be fetched, out.

PrimeHub copies `./artifacts` of the job's home into its store when the command has ended. A notebook runs in its own
folder, so one that writes `artifacts/…` writes beside itself, on the group volume: nothing is copied, nothing is lost.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..context import Context
from ..errors import PrimeHubError
from ..notebooks.folders import open_folder
from ..notebooks.volume import jupyter_path
from ..primehub import documents
from ..primehub.addresses import file_address
from ..primehub.errors import BadAnswer
from ..primehub.group import volume_name
from ..primehub.streams import Stream
from .asking import ask_about
from .command import NotebookJob
from .errors import ArtifactNotFound

# PrimeHub's defaults (its chart's jobArtifact); what an operator made of them, only a job's environment says.
RETENTION_SECONDS = 7 * 86400
LIMITS = {"files": 1000, "bytes": 100 * 1024 * 1024}
FOLDER = "artifacts"
MOST_ITEMS = 5000
MOST_ENTRIES = 2000  # of a folder on the volume, that are looked at
MOST_DEEP = 20  # folders in each other, each of which is open while those in it are looked at


@dataclass(frozen=True)
class Artifact:
    """One file. `size` in bytes; `modified` as PrimeHub writes it, in UTC."""

    name: str
    size: int
    modified: str | None


def list_artifacts(context: Context, job_id: str, root_dir: str) -> dict[str, Any]:
    """What `GET jobs/<id>/artifacts` answers. Raises JobNotFound, AccessDenied, BadAnswer."""
    job = ask_about(context, documents.ARTIFACTS, job_id)
    found = read_artifacts(job)
    return {
        "artifacts": [{"name": each.name, "size": each.size, "modified": each.modified} for each in found],
        "total_bytes": sum(each.size for each in found),
        "phase": job.get("phase") if isinstance(job.get("phase"), str) else "Unknown",
        "retention_seconds": RETENTION_SECONDS,
        "limits": LIMITS,
        "written_beside_notebook": None if found else _beside_notebook(context, job, root_dir),
    }


def find_artifact(context: Context, job_id: str, name: str) -> tuple[Artifact, str]:
    """One artifact, and the address that it is fetched from.

    Raises ArtifactNotFound for what is not in the list, whatever path it names.
    """
    found = next((each for each in locate_artifacts(context, job_id) if each[0].name == name), None)
    if found is None:
        raise ArtifactNotFound()
    return found


def locate_artifacts(context: Context, job_id: str) -> list[tuple[Artifact, str]]:
    """All artifacts of a job, each with the address that it is fetched from. Raises JobNotFound, AccessDenied."""
    job = ask_about(context, documents.ARTIFACTS, job_id)
    group = job.get("groupName")
    if not isinstance(group, str):
        return []
    folder = f"groups/{volume_name(group)}/jobArtifacts/{job_id}"
    config = context.config
    return [
        (each, file_address(context.endpoint, config.log_url, f"{folder}/{each.name}")) for each in read_artifacts(job)
    ]


async def open_artifact(context: Context, address: str) -> Stream:
    """The bytes of an artifact, to be read as they come, and to be closed. Raises ArtifactNotFound, PrimeHubFault."""
    stream = await context.stream(address)
    if stream.status != 200:
        refusal, _ = await stream.refusal(context.config.request_timeout)
        raise ArtifactNotFound() if stream.status == 404 else refusal
    return stream


def read_artifacts(job: dict[str, Any]) -> list[Artifact]:
    """The artifacts of a PhJob, by name. Raises BadAnswer.

    PrimeHub lists what begins like the job's folder, so those of a job whose id begins with this one's are there too:
    their names begin with a slash, as no other's do.
    """
    artifact = job.get("artifact")
    items = artifact.get("items") if isinstance(artifact, dict) else None
    if not isinstance(items, list):
        raise BadAnswer()
    found = []
    for each in items[:MOST_ITEMS]:
        name, size = (each.get("name"), each.get("size")) if isinstance(each, dict) else (None, None)
        if isinstance(name, str) and isinstance(size, int) and size >= 0 and _is_inside(name):
            modified = each.get("lastModified")
            found.append(Artifact(name, size, modified if isinstance(modified, str) else None))
    return sorted(found, key=lambda artifact: artifact.name)


def _is_inside(name: str) -> bool:
    return not any(part in ("", ".", "..") for part in name.split("/")) and not name.startswith(".metadata/")


def _beside_notebook(context: Context, job: dict[str, Any], root_dir: str) -> dict[str, Any] | None:
    """The folder `artifacts` beside the notebook, if the job may have written to it: its path, and how many files."""
    notebook_job = NotebookJob.from_command(job.get("command"))
    try:
        started = datetime.strptime(str(job.get("startTime")), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        volume = context.volume
        if not notebook_job or notebook_job.volume != volume.path:
            return None
        root = volume.open_root()
    except (ValueError, PrimeHubError):
        return None
    try:
        folder = open_folder(root, os.path.join(notebook_job.folder, FOLDER))
    except OSError:
        return None
    finally:
        os.close(root)
    try:
        files = _files_since(folder, started.timestamp())
    finally:
        os.close(folder)
    path = os.path.join(notebook_job.working_directory, FOLDER)
    return {"path": path, "jupyter_path": jupyter_path(root_dir, path), "files": files} if files else None


def _files_since(folder: int, moment: float) -> int:
    """How many files below an open folder were written since, following no link; not all are looked at."""
    files = seen = 0
    for path, folders, names, at in os.fwalk(dir_fd=folder):
        seen += len(folders) + len(names)
        if path.count("/") >= MOST_DEEP:
            folders.clear()
        for name in names[:MOST_ENTRIES]:
            try:
                files += os.stat(name, dir_fd=at, follow_symlinks=False).st_mtime >= moment
            except OSError:
                continue
        if seen > MOST_ENTRIES:
            break
    return files
