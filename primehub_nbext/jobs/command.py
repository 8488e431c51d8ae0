"""NotebookJob: a notebook and its parameters ↔ the command that PrimeHub runs; its head is an exact inverse.

The command is the only record of a notebook job: a job that PrimeHub lists is recognised by its command, whoever
submitted it. It can be run again (Rerun, Clone, Recurring), because it reads a snapshot that stays, and names its
output by the id of the job that runs it. PrimeHub runs it with `bash -c` in the job's `/home/jovyan`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..notebooks.errors import InvalidParameters, UnsupportedName
from ..notebooks.parameters.flow import from_yaml, to_yaml
from ..notebooks.parameters.values import check_parameters
from .body import BODY
from .quoting import quote, unquote

SNAPSHOTS = ".primehub/notebook-jobs"
JOB_ID = r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}"  # a Kubernetes object's name; it becomes part of links and file names
SUBMISSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}\Z")
MAX_NAME_BYTES = 255  # of a file name, on the file systems that PrimeHub mounts
MAX_JOB_ID_BYTES = 63  # a job's id is its pod's host name
OUTPUT_ENDING = "-output.ipynb"
ATTEMPT = r"[1-9][0-9]{0,3}-[1-9][0-9]{0,3}-[0-9a-f]{6}"
MAX_COMMAND_BYTES = 100_000  # Linux takes 128 KiB in one argument, and `bash -c` gets the command as one
# One plain character at a time: a repeated group of repeated characters takes for ever not to match.
QUOTED = r"(?:'[^']*'|\$'(?:[^'\\]|\\.)*'|\\'|[A-Za-z0-9_@%+=:,./-])+"
# Version 1 had neither the first nor the last line. Whatever comes after the head may be of any version.
HEAD = re.compile(
    rf"(?:version=2\n)?snapshot=(?P<snapshot>{QUOTED})\nfolder=(?P<folder>{QUOTED})\nname=(?P<name>{QUOTED})\n"
    rf"kernel=(?P<kernel>{QUOTED})\nparameters=(?P<parameters>{QUOTED})\n(?:attempt=(?P<attempt>{ATTEMPT})\n)?",
    re.DOTALL,
)


@dataclass(frozen=True, eq=False)
class NotebookJob:
    """A notebook to run as a job.

    volume : absolute path of the group volume (`/home/jovyan/phusers`)
    folder : path of the notebook's folder relative to the volume, "" for its root
    name : file name of the notebook
    submission_id : 8 to 64 letters, digits, `-`, `_`
    kernel : name of the kernel that the notebook asks for
    parameters : names and typed values, see notebooks/parameters
    attempt : which `createPhJob` of the submission makes this job, `<round>-<number>-<six hexadecimal digits>`, the
        last part so that no two are the same when the count is lost; None in commands of version 1

    Raises UnsupportedName or InvalidParameters for what a job cannot carry.
    """

    volume: str
    folder: str
    name: str
    submission_id: str
    kernel: str
    parameters: dict[str, Any] = field(default_factory=dict)
    attempt: str | None = "1-1-000000"

    def __post_init__(self) -> None:
        if not SUBMISSION_ID.match(self.submission_id):
            raise ValueError("submission_id")
        if self.attempt is not None and not re.fullmatch(ATTEMPT, self.attempt):
            raise ValueError("attempt")
        if not self.volume.startswith("/") or os.path.normpath(self.volume) != self.volume:
            raise ValueError("volume")
        if self.folder and (self.folder.startswith("/") or os.path.normpath(self.folder) != self.folder):
            raise ValueError("folder")
        if self.folder in (".", "..") or self.folder.startswith("../"):
            raise ValueError("folder")  # a command that others wrote must not lead out of the volume
        for text in (self.volume, self.folder, self.name, self.kernel):
            if "\0" in text:
                raise UnsupportedName("A name has a NUL character, which no file system allows.")
        if "/" in self.name or self.name in ("", ".", ".."):
            raise ValueError("name")
        if not self.name.endswith(".ipynb"):
            raise UnsupportedName("The file's name does not end in .ipynb.", "Rename it to end in .ipynb.")
        for text in (self.volume, self.name, self.kernel):
            if any("\ud800" <= c <= "\udfff" for c in text):
                raise UnsupportedName(
                    "The notebook's name has bytes that are not UTF-8 text, which papermill cannot write down."
                )
        try:
            folder = os.fsencode(self.working_directory)
        except UnicodeEncodeError:
            raise UnsupportedName("The folder's name has characters that no file name can have.") from None
        if len(os.fsencode(self.name)) > MAX_NAME_BYTES or len(folder) > 3500:
            raise UnsupportedName("The path of the notebook is too long.", "Give it, or its folders, shorter names.")

    def __eq__(self, other: object) -> bool:
        """Jobs are equal when their heads are: unlike dicts, they tell 1 from True."""
        return isinstance(other, NotebookJob) and self.head() == other.head()

    def __hash__(self) -> int:
        return hash(self.snapshot)

    @property
    def working_directory(self) -> str:
        """Absolute path of the notebook's folder, in which its job works, too."""
        return os.path.join(self.volume, self.folder) if self.folder else self.volume

    @property
    def notebook_path(self) -> str:
        """Absolute path of the notebook that was submitted; its job reads the snapshot instead."""
        return os.path.join(self.working_directory, self.name)

    @property
    def snapshot(self) -> str:
        """Absolute path of the copy of the notebook that the job reads."""
        return os.path.join(self.volume, SNAPSHOTS, self.submission_id, self.name)

    @property
    def output_stem(self) -> str:
        """What the output's name begins with: the notebook's name, cut where the whole would be too long for a file."""
        room = MAX_NAME_BYTES - MAX_JOB_ID_BYTES - len("-") - len(OUTPUT_ENDING)
        stem = self.name[: -len(".ipynb")].encode()
        return stem[:room].decode("utf-8", "ignore")

    def output(self, job_id: str) -> str:
        """File name of the output notebook of a job."""
        return f"{self.output_stem}-{job_id}{OUTPUT_ENDING}"

    def head(self, parameters: str | None = None) -> str:
        """The assignments that the command begins with, and by which it is recognised.

        parameters : their YAML, where an earlier version or a person wrote it in another way
        """
        values = {
            "version": "2",
            "snapshot": self.snapshot,
            "folder": self.working_directory,
            "name": self.output_stem,
            "kernel": self.kernel,
            "parameters": to_yaml(self.parameters) if parameters is None else parameters,
        }
        if self.attempt is None:
            del values["version"]
        else:
            values["attempt"] = self.attempt
        return "".join(f"{name}={quote(value)}\n" for name, value in values.items())

    def to_command(self) -> str:
        """The command for `createPhJob`. Raises InvalidParameters when it would be too long to start."""
        command = self.head() + BODY
        if len(command.encode()) > MAX_COMMAND_BYTES:
            raise InvalidParameters(
                "The notebook parameters are too long for a job's command.",
                "Put large values in a file in the group volume and pass the file's path.",
            )
        return command

    @classmethod
    def from_command(cls, command: object) -> NotebookJob | None:
        """The job of a command that any version made, also when its body was edited; None for any other."""
        if not isinstance(command, str) or len(command) > MAX_COMMAND_BYTES:
            return None
        return cls._from_command(command)

    @classmethod
    @lru_cache(maxsize=256)  # the same job list is read again and again, and reading a long command takes a second
    def _from_command(cls, command: str) -> NotebookJob | None:
        head = HEAD.match(command.lstrip())
        if not head:
            return None
        try:
            snapshot, folder, kernel = (unquote(head[name]) for name in ("snapshot", "folder", "kernel"))
            volume, submission_id, name = _split_snapshot(snapshot)
            job = cls(
                volume=volume,
                folder=folder[len(volume) :].lstrip("/"),
                name=name,
                submission_id=submission_id,
                kernel=kernel,
                parameters=check_parameters(from_yaml(unquote(head["parameters"])), finite=False),
                attempt=head["attempt"],
            )
            return job if job.head(unquote(head["parameters"])) == head[0] else None
        except (ValueError, UnsupportedName, InvalidParameters):
            return None


def _split_snapshot(path: str) -> tuple[str, str, str]:
    folder, name = os.path.split(path)
    folder, submission_id = os.path.split(folder)
    if not folder.endswith("/" + SNAPSHOTS):
        raise ValueError("not a snapshot")
    return folder[: -len(SNAPSHOTS) - 1] or "/", submission_id, name


def is_job_id(text: object) -> bool:
    """Whether this is text that can be a Kubernetes object's name, and so a job's id."""
    return isinstance(text, str) and re.fullmatch(JOB_ID, text) is not None
