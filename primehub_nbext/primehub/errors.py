"""What PrimeHub refuses, and how it can fail: the token, the group, what it may use; and no answer, or a bad one."""

from __future__ import annotations

from ..errors import InvalidField, PrimeHubError, Refused


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


class JobNotFound(PrimeHubError):
    code, status = "job_not_found", 404
    message = "PrimeHub has no job of that id in your group."
    hint = "Look at the job list in PrimeHub; records of old jobs are removed after some time."


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


class NoGroupVolume(Refused):
    code = "no_group_volume"
    message = "The group `{group}` has no shared volume, so a job cannot reach your notebook."
    hint = "Ask your administrator to enable the shared volume of the group, or start the notebook in another group."

    def __init__(self, group: str):
        super().__init__(values={"group": group})


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
