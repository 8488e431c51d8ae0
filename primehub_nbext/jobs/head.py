"""Heads: the text of a command in; what runs where out, in microseconds, and its parameters once somebody looks.

A group can have thousands of jobs, with commands of up to 100 kB that any version made. Of each only the assignments
before `parameters=` are taken apart; the parameters stay as they are written, because reading YAML is slow.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ..notebooks.errors import InvalidParameters, UnsupportedName
from ..notebooks.parameters.flow import from_yaml, read_json
from ..notebooks.parameters.values import check_parameters
from .quoting import quote, unquote
from .search import parameter_words

SNAPSHOTS = ".primehub/notebook-jobs"
SUBMISSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}\Z")
MAX_NAME_BYTES = 255  # of a file name, on the file systems that PrimeHub mounts
MAX_JOB_ID_BYTES = 63  # a job's id is its pod's host name
OUTPUT_ENDING = "-output.ipynb"
ATTEMPT = r"[1-9][0-9]{0,3}-[1-9][0-9]{0,3}-[0-9a-f]{6}"
MAX_COMMAND_BYTES = 100_000  # Linux takes 128 KiB in one argument, and `bash -c` gets the command as one
# One plain character at a time: a repeated group of repeated characters takes for ever not to match.
QUOTED = r"(?:'[^'\n]*'|\$'(?:[^'\\\n]|\\[^\n])*'|\\'|[A-Za-z0-9_@%+=:,./-])+"
# Version 1 had neither the first nor the last line. Whatever comes after the head may be of any version.
BEGINNING = re.compile(
    rf"(?:version=2\n)?snapshot=(?P<snapshot>{QUOTED})\nfolder=(?P<folder>{QUOTED})\nname=(?P<name>{QUOTED})\n"
    rf"kernel=(?P<kernel>{QUOTED})\nparameters="
)
LONGEST_YAML = 2000  # characters that are read for each job of a list: about 30 ms
ENDING = re.compile(rf"attempt=(?P<attempt>{ATTEMPT})\n")


@dataclass(frozen=True, eq=False)
class JobHead:
    """Which notebook a job runs, and where.

    volume : absolute path of the group volume (`/home/jovyan/phusers`)
    folder : path of the notebook's folder relative to the volume, "" for its root
    name : file name of the notebook
    submission_id : 8 to 64 letters, digits, `-`, `_`
    kernel : name of the kernel that the notebook asks for
    attempt : which `createPhJob` of the submission makes this job, `<round>-<number>-<six hexadecimal digits>`, the
        last part so that no two are the same when the count is lost; None in commands of version 1

    Raises UnsupportedName for what a job cannot carry.
    """

    volume: str
    folder: str
    name: str
    submission_id: str
    kernel: str
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

    def assignments(self, parameters: str) -> str:
        """The assignments that the command begins with; `parameters` as one word of bash."""
        values = {"snapshot": self.snapshot, "folder": self.working_directory, "name": self.output_stem}
        lines = [f"{name}={quote(value)}\n" for name, value in {**values, "kernel": self.kernel}.items()]
        lines.append(f"parameters={parameters}\n")
        if self.attempt is not None:
            lines = ["version=2\n", *lines, f"attempt={self.attempt}\n"]
        return "".join(lines)


@dataclass(frozen=True, eq=False)
class WrittenHead(JobHead):
    """A head that was read; `word` is what it assigns to `parameters`, as it is written there."""

    word: str = ""

    @classmethod
    def of(cls, command: object) -> WrittenHead | None:
        """The head of a command that any version made, also when its body was edited; None for any other."""
        if not isinstance(command, str) or len(command) > MAX_COMMAND_BYTES:
            return None
        command = command.lstrip()
        beginning = BEGINNING.match(command)
        if not beginning:
            return None
        begin = beginning.end()
        end = command.find("\n", begin)  # no version wrote a line break inside a word
        if end < 0:
            return None
        ending = ENDING.match(command, end + 1)
        try:
            snapshot, folder, kernel = (unquote(beginning[name]) for name in ("snapshot", "folder", "kernel"))
            volume, submission_id, name = _split_snapshot(snapshot)
            head = cls(
                volume=volume,
                folder=folder[len(volume) :].lstrip("/"),
                name=name,
                submission_id=submission_id,
                kernel=kernel,
                attempt=ending["attempt"] if ending else None,
                word=command[begin:end],
            )
        except (ValueError, UnsupportedName):
            return None
        return head if command.startswith(head.assignments(head.word)) else None

    @property
    def parameters(self) -> dict[str, Any]:
        """Names and typed values, read now; not to be changed. Raises InvalidParameters for what no version wrote."""
        return read_parameters(self.word)

    @cached_property
    def searched(self) -> str:
        """The parameters as text to search in, which is made of what is written."""
        return parameter_words(self.word)

    def glance(self) -> dict[str, Any] | None:
        """As `parameters`, for one of many jobs; None where reading them would take long, as that of old YAML does."""
        return read_parameters(self.word) if len(self.word) <= LONGEST_YAML else _read_quickly(self.word)


@lru_cache(maxsize=256)  # the same jobs are looked at again and again, and reading 60 kB of YAML takes a second
def read_parameters(word: str) -> dict[str, Any]:
    """The parameters that a word of bash holds as YAML. Raises InvalidParameters for what no version wrote."""
    text = unquote(word)
    try:
        if quote(text) != word:
            raise ValueError("another way of writing it")
        return check_parameters(from_yaml(text), finite=False)
    except ValueError:
        raise InvalidParameters() from None


@lru_cache(maxsize=64)
def _read_quickly(word: str) -> dict[str, Any] | None:
    try:
        value = read_json(unquote(word))
    except ValueError:
        value = None
    return read_parameters(word) if isinstance(value, dict) else None


def _split_snapshot(path: str) -> tuple[str, str, str]:
    folder, name = os.path.split(path)
    folder, submission_id = os.path.split(folder)
    if not folder.endswith("/" + SNAPSHOTS):
        raise ValueError("not a snapshot")
    return folder[: -len(SNAPSHOTS) - 1] or "/", submission_id, name
