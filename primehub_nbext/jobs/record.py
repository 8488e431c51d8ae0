"""The record of a submission: `submission.json` beside the snapshot in and out; how far the submission has come.

It survives a killed server, so that a retry goes on where it was. The group can write it, and a crash of the file
server can empty it: whatever is there and is not a valid "created" means that there may be jobs, which have to be
looked for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from .command import is_job_id
from .head import WrittenHead
from .request import JobRequest

NEW, SENT, CREATED, WITHDRAWN = "new", "sent", "created", "withdrawn"


@dataclass(frozen=True)
class SubmissionRecord:
    """How far a submission has come.

    state : NEW, nothing was sent; SENT, PrimeHub may have made a job of it; CREATED, the job is `job`; WITHDRAWN, it
        was said that no job was created, and nothing that was sent until then runs
    request : what the person asked for, as `JobRequest` has it but for the id
    group : the id of the group that it was sent to
    command : of the latest attempt, or of the job once that is known
    attempts : how many have been sent in all rounds
    sent_at : when the first of this round was, in seconds since 1970; None when that is not known
    job : `{"id", "phase", "user", "create_time"}` of the job
    repository : what `repository.state_of` said of the notebook's folder; empty where there was none
    versions : name → version of what submitted it
    """

    state: str = NEW
    request: dict[str, Any] = field(default_factory=dict)
    group: str = ""
    command: str = ""
    attempts: int = 0
    sent_at: float | None = None
    job: dict[str, Any] = field(default_factory=dict)
    repository: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, written: Any, submission_id: str) -> SubmissionRecord:
        """The record that was written; `written` is anything that JSON can hold, or None where there was no file."""
        if written is None:
            return cls()
        if not isinstance(written, dict):
            return cls(state=SENT)
        known = {name: written[name] for name, kind in KINDS.items() if isinstance(written.get(name), kind)}
        record = cls(**known)
        job = WrittenHead.of(record.command)
        ours = job is not None and job.submission_id == submission_id
        whole = ours and {name: type(value) for name, value in record.request.items()} in WHOLE
        if whole and record.state == CREATED and is_job_id(record.job.get("id")):
            known = {name: value for name, value in record.job.items() if name in TEXTS and isinstance(value, str)}
            return replace(record, job={**dict.fromkeys(TEXTS), "phase": "Pending", **known})
        if whole and record.state == WITHDRAWN:
            return record
        sent_at = record.sent_at if record.sent_at and 0 < record.sent_at <= time.time() else None
        return replace(record, state=SENT, request=record.request if whole else {}, sent_at=sent_at, job={})

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON holds it, of which `of` makes it again."""
        return vars(self).copy()

    def fits(self, request: JobRequest) -> bool:
        """Whether this is the record of the same values; one that lost its values fits all."""
        return not self.request or self.request == asked_for(request)

    def sent(self, request: JobRequest, group: str, command: str) -> SubmissionRecord:
        """The record of one more attempt."""
        return replace(
            self,
            state=SENT,
            request=asked_for(request),
            group=group,
            command=command,
            attempts=self.attempts + 1,
            sent_at=(self.sent_at if self.state == SENT else None) or time.time(),
        )

    def created(self, request: JobRequest, job: dict[str, Any], command: str) -> SubmissionRecord:
        """The record once its job is known, given as `lookup.job_details` has it."""
        return replace(self, state=CREATED, request=asked_for(request), command=command, job=job)

    def withdrawn(self) -> SubmissionRecord:
        """The record once nothing of what was sent runs; the next attempt begins another round."""
        return replace(self, state=WITHDRAWN, sent_at=None)


KINDS: dict[str, Any] = {
    "state": str,
    "request": dict,
    "group": str,
    "command": str,
    "attempts": int,
    "sent_at": (int, float),
    "job": dict,
    "repository": dict,
    "versions": dict,
}
TEXTS = ("id", "phase", "user", "create_time")


def asked_for(request: JobRequest) -> dict[str, Any]:
    """The values of a request, as the record keeps them and JSON gives them back."""
    return {
        "notebook_path": request.notebook_path,
        "display_name": request.display_name,
        "instance_type": request.instance_type,
        "image": request.image,
        "parameters": repr(request.parameters),  # unlike JSON's, tells 1 from 1.0 and True, and .nan equals .nan
        "timeout_seconds": request.timeout_seconds,
    }


# The types of the values of a request, without and with a time limit.
WHOLE = [
    {name: type(value) for name, value in asked_for(JobRequest("", "", "", "", {}, timeout, "")).items()}
    for timeout in (None, 60)
]
