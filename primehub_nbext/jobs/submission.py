"""A submission: a JobRequest and its folder in; the one job of it out, however often it is asked for.

`createPhJob` is not idempotent, its answer may get lost, and no list proves that it made no job. So each `createPhJob`
is a numbered attempt, of whose jobs one at most runs the notebook (claims.py), and sending again is always safe: after
an answer that says nothing the newest jobs are looked through, shortly, and then the next attempt is sent.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from dataclasses import replace
from typing import Any

from .._version import __version__
from ..context import Context
from ..errors import PrimeHubError
from ..notebooks.errors import VolumeError, VolumeUnreadable
from ..notebooks.repository import state_of
from ..notebooks.volume import NotebookPlace
from ..primehub import documents
from ..primehub.errors import BadAnswer, PrimeHubFault, Timeout, TokenRejected, TokenRequired
from .claims import CANCELLED, WITHDRAWN, Claims
from .command import NotebookJob
from .errors import SubmissionCancelled, SubmissionConflict, SubmissionNotCreated, SubmissionUnknown
from .head import WrittenHead
from .lookup import job_details, look_for
from .record import CREATED, NEW, SENT, SubmissionRecord
from .request import JobRequest
from .snapshot import SubmissionFolder

MAX_ATTEMPTS = 3  # that are sent before a person is told something
LOOKS = MAX_ATTEMPTS + 1  # at PrimeHub's list, which share settle_timeout: before the first attempt, and after each
LEAST = 1.0  # seconds that must be left for another attempt


def check(context: Context, request: JobRequest, root_dir: str) -> NotebookPlace:
    """Refuse what can be refused without writing anything; answers where the notebook is."""
    place = context.volume.place(root_dir, request.notebook_path)
    token = context.credentials.require()
    context.resources.choose(context.group.id, token, request.instance_type, request.image)
    notebook_job(context, request, place, "unknown").to_command()  # refuses names and values that cannot be carried
    return place


def notebook_job(context: Context, request: JobRequest, place: NotebookPlace, kernel: str) -> NotebookJob:
    """The job that a request asks for, of no particular attempt. Raises UnsupportedName, InvalidParameters."""
    return NotebookJob(
        context.volume.path, place.folder, place.name, request.submission_id, kernel, parameters=request.parameters
    )


class Submission:
    """One submission, with its folder open and locked; `run` it once."""

    def __init__(self, context: Context, folder: SubmissionFolder, request: JobRequest, root_dir: str):
        self.context = context
        self.folder = folder
        self.request = request
        self.root_dir = root_dir
        self.claims = Claims(folder.descriptor)
        written = folder.read_record()
        if written is None and self.claims.exist():
            written = ""  # it got lost
        self.record: SubmissionRecord = SubmissionRecord.of(written, request.submission_id)
        self.round = self.claims.current_round()
        self._repository: dict[str, Any] = {}

    def run(self, place: NotebookPlace | None = None) -> tuple[dict[str, Any], NotebookJob, bool]:
        """See `Submissions.submit`; `place` is what `check` answered, where it was asked a moment ago."""
        earlier = self.record
        if earlier.state in (SENT, CREATED) and not earlier.fits(self.request):
            raise SubmissionConflict(link=self.context.console_link("job"))
        if earlier.state == CREATED:
            running = self.claims.running(self.round)
            if running not in (None, earlier.job["id"]):
                self._note(earlier.created(self.request, *self._ask(running)))
            return self._answer(created=False)
        if earlier.state == SENT and self._known():
            self.folder.clear_unfinished()
            return self._answer(created=False)
        try:
            job = self._prepare(place or check(self.context, self.request, self.root_dir))
        except BaseException:
            if earlier.state == NEW:
                self.folder.remove()
            raise
        fault: PrimeHubFault = Timeout()
        config = self.context.config
        until = time.monotonic() + config.request_timeout + config.settle_timeout
        for number in range(MAX_ATTEMPTS):
            if number and until - time.monotonic() < LEAST:
                break
            outcome = self._attempt(job, until - time.monotonic())
            if outcome is None or self._known(outcome):
                return self._answer(created=True)
            fault = outcome
        return self._give_up(fault)

    def _prepare(self, place: NotebookPlace) -> NotebookJob:
        """The notebook as it is now, also on a retry: nobody has begun to run an earlier copy that is known of."""
        file = self.folder.write_snapshot(place.source, place.name)
        self._repository = state_of(self.context.volume, place.folder)
        self.folder.clear(keep=place.name)
        return notebook_job(self.context, self.request, place, file.kernel)

    def _attempt(self, job: NotebookJob, seconds: float) -> PrimeHubFault | None:
        """Send `createPhJob`. None when its job is known now; else the fault that leaves it open."""
        before = self.record
        attempt = f"{self.round}-{before.attempts % 9999 + 1}-{secrets.token_hex(3)}"
        data: dict[str, Any] = {
            "displayName": self.request.display_name,
            "groupId": self.context.group.id,
            "instanceType": self.request.instance_type,
            "image": self.request.image,
            "command": replace(job, attempt=attempt).to_command(),
        }
        if self.request.timeout_seconds is not None:
            data["activeDeadlineSeconds"] = self.request.timeout_seconds
        try:
            token = self.context.credentials.require()
            sent = before.sent(self.request, self.context.group.id, data["command"])
            versions = {"primehub_nbext": __version__}
            self._note(replace(sent, repository=self._repository, versions=versions), must=True)
            answer = self.context.client.execute(
                documents.CREATE_JOB, {"data": data}, token, idempotent=False, seconds=seconds
            )
        except PrimeHubFault as fault:
            if not fault.sent and before.state != SENT:
                self._forget(before)
                raise
            return fault
        except PrimeHubError as refusal:
            self._refused(before, refusal)
            return None
        try:
            self._confirm({**_object(answer.get("createPhJob")), "command": data["command"]})
        except BadAnswer as fault:
            fault.answered = True
            return fault
        return None

    def _refused(self, before: SubmissionRecord, refusal: PrimeHubError) -> None:
        """PrimeHub refused this attempt, so it made no job of it; of those before it may have."""
        if before.state != SENT:
            self._forget(before)
            raise refusal
        if isinstance(refusal, (TokenRejected, TokenRequired, VolumeError)):
            raise self._unknown(refusal)
        self._withdraw()
        if self.record.state != CREATED:
            raise refusal

    def _forget(self, before: SubmissionRecord) -> None:
        """Nothing was sent, or of all that was sent nothing runs: what was noted for this attempt goes."""
        if before.state == NEW:
            self.folder.remove()
        else:
            self._note(before)

    def _known(self, fault: PrimeHubFault | None = None) -> bool:
        """Look for the job of what was sent, for a part of settle_timeout; whether it is known now.

        Raises SubmissionUnknown when PrimeHub refuses to be asked.
        """
        if self._claimed():
            return True
        until = time.monotonic() + self.context.config.settle_timeout / LOOKS
        try:
            found = look_for(self.context, self.request.submission_id, self.round, self.record.sent_at, until)
        except PrimeHubFault:
            found = None  # the next attempt finds out whether PrimeHub is there again
        except PrimeHubError as refusal:
            raise self._unknown(refusal, fault) from None
        if found:
            self._confirm(found)
        return found is not None or self._claimed()

    def _claimed(self) -> bool:
        """Whether a job has claimed the submission, which is then known. Raises SubmissionCancelled."""
        if self.claims.holder(self.round) == CANCELLED:
            raise SubmissionCancelled()
        running = self.claims.running(self.round)
        if running:
            self._note(self.record.created(self.request, *self._ask(running)))
        return running is not None

    def _confirm(self, job: dict[str, Any]) -> None:
        """Note which job it is, given as PhJob; the one that has claimed the submission, where that is another one."""
        details, command = job_details(job), job["command"]
        made = WrittenHead.of(command)
        if made and made.attempt:
            with contextlib.suppress(OSError):
                self.claims.register(made.attempt, details["id"])
        running = self.claims.running(self.round)
        if running and running != details["id"]:
            details, command = self._ask(running)
        self._note(self.record.created(self.request, details, command))

    def _ask(self, job_id: str) -> tuple[dict[str, Any], str]:
        """Details and command of a job that the volume names; PrimeHub knows it by its id whatever its lists say."""
        try:
            answer = self.context.execute(documents.JOB, {"id": job_id}, seconds=LEAST)
            details, command = job_details(answer.get("phJob")), answer["phJob"].get("command")
        except PrimeHubError:
            details, command = {"id": job_id, "phase": "Running", "user": None, "create_time": None}, None
        if not WrittenHead.of(command):
            command = self.record.command
        if not WrittenHead.of(command):
            raise self._unknown(None)  # the record lost it, and PrimeHub does not say it now
        return details, command

    def _give_up(self, fault: PrimeHubFault) -> tuple[dict[str, Any], NotebookJob, bool]:
        """All attempts failed. Where PrimeHub itself said so the submission is withdrawn; else it stays open."""
        if not fault.answered:
            raise self._unknown(None, fault)
        self._withdraw()
        if self.record.state == CREATED:
            return self._answer(created=True)
        raise SubmissionNotCreated(fault)

    def _withdraw(self) -> None:
        """See to it that nothing runs of what was sent, whatever PrimeHub made; unless a job runs already."""
        try:
            holder = self.claims.hold(self.round, WITHDRAWN)
        except OSError:
            raise self._unknown(VolumeUnreadable()) from None
        if holder == WITHDRAWN:
            self._note(self.record.withdrawn())
        elif not self._claimed():
            raise self._unknown(None)

    def _unknown(self, refusal: PrimeHubError | None, fault: PrimeHubFault | None = None) -> SubmissionUnknown:
        unknown = SubmissionUnknown(refusal, link=self.context.console_link("job"))
        unknown.status = fault.status if fault else unknown.status
        return unknown

    def _note(self, noted: SubmissionRecord, must: bool = False) -> None:
        """Write the record, where possible: without it the job is found by its command. `must`: on disk, or raise."""
        self.record = noted
        try:
            self.folder.write_record(noted.to_dict(), flush=must)
        except VolumeError:
            if must:
                raise

    def _answer(self, created: bool) -> tuple[dict[str, Any], NotebookJob, bool]:
        asked, job = self.record.request, self.record.job
        told = ("notebook_path", "display_name", "instance_type", "image", "timeout_seconds")
        answer = {name: asked[name] for name in told}
        made = NotebookJob.from_command(self.record.command)
        assert made, "a job is known by its command"
        return {**answer, **job}, made, created


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
