"""NotebookJob: a notebook and its parameters ↔ the command that PrimeHub runs; its head is an exact inverse.

The command is the only record of a notebook job: a job that PrimeHub lists is recognised by its command, whoever
submitted it. It can be run again (Rerun, Clone, Recurring), because it reads a snapshot that stays, and names its
output by the id of the job that runs it. PrimeHub runs it with `bash -c` in the job's `/home/jovyan`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..notebooks.errors import InvalidParameters
from ..notebooks.parameters.flow import to_yaml
from .body import BODY
from .head import MAX_COMMAND_BYTES, JobHead, WrittenHead
from .quoting import quote

JOB_ID = r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}"  # a Kubernetes object's name; it becomes part of links and file names


@dataclass(frozen=True, eq=False)
class NotebookJob(JobHead):
    """A notebook to run as a job.

    parameters : names and typed values, see notebooks/parameters

    Raises UnsupportedName or InvalidParameters for what a job cannot carry.
    """

    parameters: dict[str, Any] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Jobs are equal when their heads are: unlike dicts, they tell 1 from True."""
        return isinstance(other, NotebookJob) and self.head() == other.head()

    def __hash__(self) -> int:
        return hash(self.snapshot)

    def glance(self) -> dict[str, Any]:
        """As WrittenHead's; these are read already."""
        return self.parameters

    def head(self) -> str:
        """The assignments that the command begins with, and by which it is recognised."""
        return self.assignments(quote(to_yaml(self.parameters)))

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
        """The job of a command that any version made, also when its body was edited; None for any other.

        Reads the parameters, too, which can take a second: who only needs the rest reads the head (WrittenHead.of).
        """
        head = WrittenHead.of(command)
        if head is None:
            return None
        try:
            return cls(
                head.volume,
                head.folder,
                head.name,
                head.submission_id,
                head.kernel,
                attempt=head.attempt,
                parameters=head.parameters,
            )
        except InvalidParameters:
            return None


def is_job_id(text: object) -> bool:
    """Whether this is text that can be a Kubernetes object's name, and so a job's id."""
    return isinstance(text, str) and re.fullmatch(JOB_ID, text) is not None
