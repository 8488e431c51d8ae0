"""What can go wrong with a submission, its snapshot, or a job."""

from __future__ import annotations

from typing import Any

from ..errors import PrimeHubError
from ..notebooks.errors import VolumeError, VolumePermissionDenied
from ..primehub.errors import PrimeHubFault


class SubmissionConflict(PrimeHubError):
    code, status = "submission_conflict", 409
    message = "This submission was sent before with other values, and a job may have been created with those."
    hint = "Look at PrimeHub's job list. Pressing Submit again begins another submission, with the values of now."
    field = "submission_id"


class SubmissionCancelled(PrimeHubError):
    code, status = "submission_cancelled", 409
    message = "This submission was cancelled, so the notebook does not run."
    hint = "Pressing Submit again begins another submission."
    field = "submission_id"


class JobAlreadyOver(PrimeHubError):
    """`phase`: the one that the job ended in."""

    code, status = "job_already_over", 409
    message = "The job has already ended: {phase}."
    hint = "Nothing was changed. PrimeHub would only have called the job Cancelled, whatever became of it."

    def __init__(self, phase: str, link: str | None = None):
        super().__init__(link=link, values={"phase": phase})
        self.phase = phase

    def to_dict(self) -> dict[str, Any]:
        """The error as the REST API answers it, with `phase`."""
        return {**super().to_dict(), "phase": self.phase}


class NotebookChanging(VolumeError):
    code = "notebook_changing"
    message = "The notebook kept changing while it was copied."
    hint = "Nothing was submitted. Wait until whatever writes the file has finished, then try again."


class SnapshotFolderDenied(VolumePermissionDenied):
    message = "You have no permission to write to the folder .primehub in the group volume, where jobs read notebooks."
    hint = "Nothing was submitted. Ask its owner, or your administrator, to let the whole group write to it."


class SubmissionNotCreated(PrimeHubFault):
    code = "submission_not_created"
    hint = "Nothing was submitted. Press Submit again; it is safe."

    def __init__(self, fault: PrimeHubFault):
        super().__init__(f"{fault.message} The job was not created.")
        self.values = fault.values


class SubmissionUnknown(PrimeHubFault):
    """`refusal`: what kept it from being told."""

    code = "submission_unknown"
    message = "PrimeHub could not be asked, so it is not known whether the job was created."
    hint = "Press Submit again: whatever was created, the notebook runs once."

    def __init__(self, refusal: PrimeHubError | None = None, link: str | None = None):
        message, hint = self.message, self.hint
        if refusal:
            message = f"{message} {refusal.message}"
            hint = f"{refusal.hint} Then press Submit again: whatever was created, the notebook runs once."
        super().__init__(message, hint, link=link)
        self.values = refusal.values if refusal else {}
        self.cause = refusal.code if refusal else None

    def to_dict(self) -> dict[str, Any]:
        """The error as the REST API answers it, with the code of the refusal as `cause`."""
        return {**super().to_dict(), **({"cause": self.cause} if self.cause else {})}


class OutputNotFound(PrimeHubError):
    code, status = "output_not_found", 404
    message = "The job has no output notebook that could be read."
    hint = "It is there once the job has begun to run. If the job is over, somebody may have moved or removed it."


class OutputTooLarge(PrimeHubError):
    code, status = "output_too_large", 422
    message = "The outputs of this job are larger than {megabytes} MB, too much to put into an open notebook."
    hint = "Open the output notebook instead."

    def __init__(self, megabytes: int):
        super().__init__(values={"megabytes": megabytes})


class AnotherNotebook(PrimeHubError):
    code, status = "another_notebook", 422
    message = "These two jobs have not run the same notebook, so there is nothing to compare cell by cell."
    hint = "Choose two runs of one notebook, of the same name in the same folder."


class RerunUnknown(PrimeHubFault):
    code = "rerun_unknown"
    message = "PrimeHub did not confirm that the job runs again, so it is not known whether it does."
    hint = "Look at PrimeHub's job list before you try again: each time makes another job."


class NoLog(PrimeHubError):
    """There is no log, and nothing is wrong; where that can change, `status` is 409."""

    status = 404


class LogNotYet(NoLog):
    code, status = "log_not_yet", 409
    message = "The job has not started yet, so it has written no log."
    hint = "The log appears here as soon as the job's container runs."


class LogCancelled(NoLog):
    code = "log_cancelled"
    message = "The job was cancelled: PrimeHub removed its log together with its pod."
    hint = "What the notebook's cells had printed by then is in the output notebook."


class LogTimedOut(NoLog):
    code = "log_timed_out"
    message = "The job was stopped at its time limit: PrimeHub removed its log together with its pod."
    hint = "What the notebook's cells had printed by then is in the output notebook. Give the next one more time."


class LogNeverWritten(NoLog):
    code = "log_never_written"
    message = "The job ended before its container could start, so it has written no log."
    hint = "The job's reason and message say why."


class LogRemoved(NoLog):
    code = "log_removed"
    message = "The job's log is gone: PrimeHub removes it with the pod, some days after the job's end at the latest."
    hint = "What the notebook's cells printed is in the output notebook."


class ArtifactNotFound(PrimeHubError):
    code, status = "artifact_not_found", 404
    message = "The job has no artifact of that name, or none any more."
    hint = "Look at the list again. PrimeHub keeps artifacts for 7 days, unless your administrator set it otherwise."


class RangeNotSatisfiable(PrimeHubError):
    code, status = "range_not_satisfiable", 416
    message = "The artifact has no such range of bytes."
    hint = "Download it from the beginning."
