"""What can go wrong, as a person meets it: every error has a stable code, an HTTP status, what happened and what to do.

Raised deep inside, shaped into JSON once in `handlers.PrimeHubHandler.write_error`. Messages never hold a token or a
path outside the group volume.
"""

from __future__ import annotations


class PrimeHubError(Exception):
    """Base of all errors that are shown to a person.

    Subclasses declare `code`, `status`, `message` and `hint`; an instance may replace message and hint, name the
    `field` of the request that is at fault and add a `link` that helps.
    """

    code = "internal_error"
    status = 500
    message = "Something went wrong in the PrimeHub extension."
    hint = "Try again. If it stays, show your administrator the notebook server's log."
    field: str | None = None

    def __init__(self, message: str | None = None, hint: str | None = None, *, field: str | None = None, link=None):
        self.message = message or self.message
        self.hint = hint or self.hint
        self.field = field or self.field
        self.link = link
        super().__init__(self.message)

    def to_dict(self) -> dict:
        """The error as the REST API answers it."""
        answer = {"code": self.code, "message": self.message, "hint": self.hint}
        if self.field:
            answer["field"] = self.field
        if self.link:
            answer["link"] = self.link
        return answer


# --- 400, 404, 405, 413, 415: the request itself -------------------------------------------------------------------


class BadRequest(PrimeHubError):
    code, status = "bad_request", 400
    message = "The request could not be read."
    hint = "Send a JSON object, as docs/rest-api.md describes."


class InvalidField(PrimeHubError):
    code, status = "invalid_field", 400
    message = "One of the values is missing or not valid."
    hint = "Correct the marked field."


class InvalidParameters(InvalidField):
    code = "invalid_parameters"
    message = "The notebook parameters could not be read."
    hint = 'Write them as name=value, separated by ";" or a new line, for example: start=1; end=10'
    field = "parameters"


class UnknownImage(InvalidField):
    code = "unknown_image"
    message = "Your group has no image of that name."
    hint = "Choose another image. If it was there a moment ago, PrimeHub may be in trouble: try again in a minute."
    field = "image"


class UnknownInstanceType(InvalidField):
    code = "unknown_instance_type"
    message = "Your group has no instance type of that name."
    hint = "Choose another one. If it was there a moment ago, PrimeHub may be in trouble: try again in a minute."
    field = "instance_type"


class NotFound(PrimeHubError):
    code, status = "not_found", 404
    message = "There is nothing at this address."
    hint = "See docs/rest-api.md for the addresses there are."


class NotebookNotFound(PrimeHubError):
    code, status = "notebook_not_found", 404
    message = "The notebook is not there (any more)."
    hint = "Save the notebook, then try again."


class JobNotFound(PrimeHubError):
    code, status = "job_not_found", 404
    message = "PrimeHub has no job of that id in your group."
    hint = "Look at the job list in PrimeHub; records of old jobs are removed after some time."


class MethodNotAllowed(PrimeHubError):
    code, status = "method_not_allowed", 405
    message = "This address does not take that HTTP method."
    hint = "See docs/rest-api.md for the methods there are."


class BodyTooLarge(PrimeHubError):
    code, status = "body_too_large", 413
    message = "The request is too large."
    hint = "Put large values in a file in the group volume and pass the file's path as a parameter."


class UnsupportedMediaType(PrimeHubError):
    code, status = "unsupported_media_type", 415
    message = "The request is not JSON."
    hint = "Send it with Content-Type: application/json."


# --- 409: something has to be done first ---------------------------------------------------------------------------


class TokenRequired(PrimeHubError):
    code, status = "token_required", 409
    message = "PrimeHub needs your API token first."
    hint = "Choose PrimeHub > API Token… in the menu bar and enter it."


class GroupRequired(PrimeHubError):
    code, status = "group_required", 409
    message = (
        "This notebook server does not say which PrimeHub group you work in (GROUP_ID and GROUP_NAME are not set)."
    )
    hint = "Start your notebook from PrimeHub with a group chosen, or set PrimeHub.group_id and PrimeHub.group_name."


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
    hint = "Nothing was changed. PrimeHub would only have called the job Cancelled, whatever became of it."

    def __init__(self, phase: str, link=None):
        super().__init__(f"The job has already ended: {phase}.", link=link)
        self.phase = phase

    def to_dict(self) -> dict:
        return {**super().to_dict(), "phase": self.phase}


# --- 422: understood, and refused ----------------------------------------------------------------------------------


class Refused(PrimeHubError):
    status = 422


class TokenRejected(Refused):
    code = "token_rejected"
    message = "PrimeHub did not accept the API token."
    hint = (
        "Try again in a few seconds: PrimeHub says the same while its login service is down, and repeats it for 5 "
        "seconds. If it stays, request a new API token on PrimeHub's token page and enter it here; that revokes the "
        "old one."
    )


class TokenNotStored(Refused):
    code = "token_not_stored"
    message = "The API token was accepted, but could not be kept in a file that only you can read."
    hint = "Ask your administrator to set PrimeHub.token_file to a private place with enough space."


class OutsideGroupVolume(Refused):
    code = "outside_group_volume"

    def __init__(self, volume: str, path: str):
        super().__init__(
            f"Now, we only support notebooks under the group volume `{volume}`.",
            f"Move your notebook to {path} and submit it from there.",
            field="notebook_path",
        )


class NoGroupVolume(Refused):
    code = "no_group_volume"

    def __init__(self, group: str):
        super().__init__(
            f"The group `{group}` has no shared volume, so a job cannot reach your notebook.",
            "Ask your administrator to enable the shared volume of the group, or start the notebook in another group.",
        )


class GroupVolumeNotMounted(Refused):
    code = "group_volume_not_mounted"

    def __init__(self, volume: str, path: str):
        super().__init__(
            f"The group volume `{volume}` is not there: {path} does not exist.",
            "Restart your notebook from PrimeHub. If it stays, ask your administrator whether the group has a volume.",
        )


class GroupNotFound(Refused):
    code = "group_not_found"
    message = "PrimeHub does not know your working group, or you are not a member of it any more."
    hint = "Ask your group's administrator, or start the notebook again in another group."


class JobsUnavailable(Refused):
    code = "jobs_unavailable"
    message = "This PrimeHub is the Community Edition, which has no jobs."
    hint = "Submitting a notebook needs PrimeHub Enterprise Edition; ask your administrator."


class Incompatible(Refused):
    code = "primehub_incompatible"
    message = "This PrimeHub does not understand what the extension asked it for: one is too old for the other."
    hint = "Ask your administrator: the extension is made for PrimeHub Enterprise Edition 3.1 to 4.1."


class QuotaExceeded(Refused):
    code = "quota_exceeded"
    message = "The instance type needs more than your quota allows."
    hint = "Choose a smaller instance type, or ask your administrator for more quota."
    field = "instance_type"


class LicenseError(Refused):
    code = "license_error"
    message = "PrimeHub's licence does not allow this."
    hint = "Ask your administrator to renew the licence."


class AccessDenied(Refused):
    code = "access_denied"
    message = "PrimeHub says that you may not do this."
    hint = "Check that you are still a member of the group, or ask its administrator."


class ImageNotReady(Refused):
    code = "image_not_ready"
    message = "The image is not ready, so a job with it could not start."
    hint = "Choose another image, or wait until it has been built."
    field = "image"


class ImageNeedsGpu(Refused):
    code = "image_needs_gpu"
    message = "A GPU image cannot run on an instance type without a GPU."
    hint = "Choose an instance type with a GPU, or another image."
    field = "image"


class NoImages(Refused):
    code = "no_images"
    message = "Your group has no images that a job could use."
    hint = "Ask your group's administrator to add one. If there were some a moment ago, try again in a minute."


class NoInstanceTypes(Refused):
    code = "no_instance_types"
    message = "Your group has no instance types that a job could use."
    hint = "Ask your administrator to add one. If there were some a moment ago, try again in a minute."


class InvalidNotebook(Refused):
    code = "invalid_notebook"
    message = "The file is not a notebook that can be read."
    hint = "Open it, save it and try again; or restore it from a checkpoint (File > Revert to Checkpoint)."
    field = "notebook_path"


class NoKernel(Refused):
    code = "no_kernel"
    message = "The notebook does not name a kernel, so a job would not know how to run it."
    hint = "Choose one in Kernel > Change kernel, save the notebook and try again."
    field = "notebook_path"


class NotebookUnchecked(Refused):
    code = "notebook_unchecked"
    message = "The notebook could not be checked: reading it took too long or more memory than there is."
    hint = "Nothing was submitted. Clear large outputs, save it and try again; or stop kernels that you do not need."
    field = "notebook_path"


class UnsupportedName(Refused):
    code = "unsupported_name"
    message = "The notebook's name cannot be carried to a job."
    hint = "Rename the notebook, then try again."
    field = "notebook_path"


class SnapshotError(Refused):
    code = "snapshot_failed"
    message = "The copy of the notebook that the job would run could not be written to the group volume."
    hint = "Nothing was submitted. Try again; if it stays, ask your administrator to look at the group volume."


class NotebookChanging(SnapshotError):
    code = "notebook_changing"
    message = "The notebook kept changing while it was copied."
    hint = "Nothing was submitted. Wait until whatever writes the file has finished, then try again."


class VolumeFull(SnapshotError):
    code = "volume_full"
    message = "The group volume is full."
    hint = "Nothing was submitted. Free some space in the group volume, or ask your administrator for more."


class VolumeUnreadable(SnapshotError):
    code = "volume_unreadable"
    message = "The group volume could not be read."
    hint = "If it stays, ask your administrator to look at the group volume."


class VolumeReadOnly(SnapshotError):
    code = "volume_read_only"
    message = "The group volume is read-only."
    hint = "Nothing was submitted. Ask your administrator for write access to the group volume."


class VolumePermissionDenied(SnapshotError):
    code = "volume_permission_denied"
    message = "You have no permission to read the notebook or to write beside it in the group volume."
    hint = "Nothing was submitted. Ask the folder's owner for permission, or copy the notebook to a folder of yours."


class SnapshotFolderDenied(VolumePermissionDenied):
    message = "You have no permission to write to the folder .primehub in the group volume, where jobs read notebooks."
    hint = "Nothing was submitted. Ask its owner, or your administrator, to let the whole group write to it."


# --- 502, 504: PrimeHub answered badly, late or not at all -----------------------------------------------------------


class PrimeHubFault(PrimeHubError):
    """PrimeHub could not be asked, or could not do it.

    sent : whether the request may have reached it
    answered : whether PrimeHub itself said that it failed, and not something on the way
    """

    status = 502
    sent = True
    answered = False


class Unreachable(PrimeHubFault):
    code = "primehub_unreachable"
    message = "PrimeHub could not be reached."
    hint = "Try again in a minute. If it stays, ask your administrator whether PrimeHub's API is up."


class NameNotFound(Unreachable):
    message = "PrimeHub could not be reached: the host name of its address was not found."
    hint = "Try again in a minute. If it stays, ask your administrator whether PrimeHub.api_endpoint is right."


class ProxyFailed(Unreachable):
    message = "PrimeHub could not be reached through the proxy that is configured."
    hint = "Ask your administrator whether PrimeHub.proxy is right, and whether that proxy is up."


class TlsError(PrimeHubFault):
    code = "primehub_tls_error"
    message = "A secure connection to PrimeHub could not be made."
    hint = "Ask your administrator whether PrimeHub.api_endpoint is right, and PrimeHub's certificate valid."


class UnknownAuthority(TlsError):
    message = "The secure connection to PrimeHub failed: its certificate could not be verified."
    hint = "Ask your administrator to set PrimeHub.ca_bundle to the certificate authority of your PrimeHub."


class CertificateExpired(TlsError):
    message = "The secure connection to PrimeHub failed: its certificate has expired, or is not valid yet."
    hint = "Ask your administrator to renew PrimeHub's certificate, and whether the clock of this computer is right."


class CertificateOfAnotherHost(TlsError):
    message = "The secure connection to PrimeHub failed: its certificate is for another host name."
    hint = "Ask your administrator to set PrimeHub.api_endpoint to the name that PrimeHub's certificate is for."


class NoAuthorities(TlsError):
    message = "The file of certificate authorities (PrimeHub.ca_bundle) holds none that can be read."
    hint = "Ask your administrator to correct PrimeHub.ca_bundle."


class Unavailable(PrimeHubFault):
    code = "primehub_unavailable"
    message = "PrimeHub is not available right now."
    hint = "Try again in a minute. If it stays, ask your administrator."


class BadAnswer(PrimeHubFault):
    code = "primehub_bad_answer"
    message = "PrimeHub's answer could not be understood."
    hint = "Try again. If it stays, ask your administrator whether PrimeHub.api_endpoint is right."


class AnswerTooLarge(BadAnswer):
    code = "primehub_answer_too_large"
    message = "PrimeHub's answer was larger than expected and was not read."
    hint = "Ask your administrator whether PrimeHub.api_endpoint is right."


class Redirected(PrimeHubFault):
    code = "primehub_redirected"
    message = "PrimeHub's API address redirects to somewhere else, where the API token is not sent."
    hint = "Ask your administrator to set PrimeHub.api_endpoint to the address that it redirects to."


class ApiError(PrimeHubFault):
    """PrimeHub itself answered that something failed."""

    answered = True
    code = "primehub_error"
    message = "PrimeHub could not do this: something failed within it."
    hint = "Try again. If it stays, show this message to your administrator."


class Trouble(ApiError):
    """`cut_off`: the connection to Kubernetes or Keycloak broke, so what was asked for may have been done."""

    cut_off = False
    code = "primehub_trouble"
    message = "PrimeHub is in trouble: its Kubernetes or its login service (Keycloak) does not answer."
    hint = "Try again in a minute. If it stays, tell your administrator."


class ClusterRefused(ApiError):
    code = "cluster_refused"
    message = "PrimeHub's Kubernetes did not take the job: the instance type is gone, or Kubernetes is in trouble."
    hint = "Choose the instance type again. If it stays, tell your administrator."


class Timeout(PrimeHubFault):
    code, status = "primehub_timeout", 504
    message = "PrimeHub did not answer in time."
    hint = "Try again in a minute. If it stays, ask your administrator whether PrimeHub is overloaded."


class SubmissionNotCreated(PrimeHubFault):
    code = "submission_not_created"
    message = "Something went wrong on the way to PrimeHub, and the job was not created."
    hint = "Nothing was submitted. Press Submit again; it is safe."


class SubmissionUnknown(PrimeHubFault):
    """`refusal`: what kept it from being told."""

    code = "submission_unknown"
    message = "PrimeHub could not be asked, so it is not known whether the job was created."
    hint = "Press Submit again: whatever was created, the notebook runs once."

    def __init__(self, refusal: PrimeHubError | None = None, link=None):
        message, hint = self.message, self.hint
        if refusal:
            message = f"{message} {refusal.message}"
            hint = f"{refusal.hint} Then press Submit again: whatever was created, the notebook runs once."
        super().__init__(message, hint, link=link)
        self.cause = refusal.code if refusal else None

    def to_dict(self) -> dict:
        return {**super().to_dict(), **({"cause": self.cause} if self.cause else {})}


class RerunUnknown(PrimeHubFault):
    code = "rerun_unknown"
    message = "PrimeHub did not confirm that the job runs again, so it is not known whether it does."
    hint = "Look at PrimeHub's job list before you try again: each time makes another job."
