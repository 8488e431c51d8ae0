"""Exit codes: how a command went in; what the shell is told out. docs/terminal.md has the table."""

from __future__ import annotations

from ..errors import BadRequest, InvalidField, PrimeHubError
from ..jobs.errors import RerunUnknown, SubmissionUnknown
from ..primehub.errors import PrimeHubFault, TokenRejected, TokenRequired

WELL = 0
REFUSED = 1  # PrimeHub, the volume or a file said no, or the doctor found something
USAGE = 2  # as argparse has it
JOB_FAILED = 3
JOB_CANCELLED = 4
FINDINGS = 5  # with errors among them
NOT_REACHED = 6
NO_TOKEN = 7
NOT_KNOWN = 8  # whether there is a job
INTERRUPTED = 130
BROKEN_PIPE = 141

MEANINGS = {
    WELL: "all is well",
    REFUSED: "it was refused, or could not be done; of doctor: a line is not ok",
    USAGE: "the command line, or a value in it, is not right",
    JOB_FAILED: "the job has failed",
    JOB_CANCELLED: "the job was cancelled",
    FINDINGS: "findings with errors; nothing was submitted",
    NOT_REACHED: "PrimeHub could not be reached, or gave no usable answer",
    NO_TOKEN: "there is no API token, or PrimeHub did not accept it",
    NOT_KNOWN: "it is not known whether there is a job; the same command again is safe, but for rerun",
    INTERRUPTED: "Ctrl-C; a job that was waited for goes on",
    BROKEN_PIPE: "who read the output has gone, as head does",
}
BY_PHASE = {"Succeeded": WELL, "Cancelled": JOB_CANCELLED}


def exit_code(error: PrimeHubError) -> int:
    """The exit code of a command that ended with this error."""
    if isinstance(error, (SubmissionUnknown, RerunUnknown)):
        return NOT_KNOWN
    if isinstance(error, (TokenRequired, TokenRejected)):
        return NO_TOKEN
    if isinstance(error, (InvalidField, BadRequest)):
        return USAGE
    return NOT_REACHED if isinstance(error, PrimeHubFault) else REFUSED
