"""The instance type and the notebook in; findings about quotas, and a GPU that is missing or idle, out."""

from __future__ import annotations

from typing import Any

from .amounts import amount, number
from .gpu import needs_gpu, uses_no_gpu
from .subject import Subject, finding


def find_instance(subject: Subject) -> list[dict[str, Any]]:
    """Findings about the chosen instance type, as PrimeHub last told of it."""
    if subject.instance is None:
        return []
    return _quota(subject) + _gpu(subject)


def _quota(subject: Subject) -> list[dict[str, Any]]:
    shortage = subject.instance.shortage if subject.instance else None
    if shortage is None:
        return []
    quota = amount(shortage.what, shortage.quota)
    if shortage.free is None:
        of_user = shortage.whose == "user"
        return [
            finding(
                "error",
                "over_user_quota" if of_user else "over_group_quota",
                "PrimeHub counts {needs} for this instance type, and your quota is {quota}."
                if of_user
                else "PrimeHub counts {needs} for this instance type, and your group's quota is {quota}.",
                "A job of it cannot run. Choose a smaller one, or ask your administrator for more quota.",
                needs=amount(shortage.what, shortage.needs),
                quota=quota,
            )
        ]
    if not subject.free_is_fresh:
        return []
    return [
        finding(
            "note",
            "quota_in_use",
            "The job starts later: {free} of your group's {quota} are free right now.",
            "It waits until others in your group have ended. A smaller instance type may start sooner.",
            free=number(shortage.free),
            quota=quota,
        )
    ]


def _gpu(subject: Subject) -> list[dict[str, Any]]:
    instance = subject.instance
    if instance is None:
        return []
    if instance.gpu <= 0:
        place = needs_gpu(subject.script, subject.texts, subject.run)
        if place:
            return [
                finding(
                    "warning",
                    "gpu_missing",
                    "The notebook needs a GPU, and the instance type `{instance}` has none.",
                    "Choose an instance type with a GPU; or let the notebook ask for one before it uses it "
                    "(`torch.cuda.is_available()`).",
                    cell=place[0],
                    line=place[1],
                    instance=instance.display_name,
                )
            ]
    elif subject.has_code and uses_no_gpu(subject.script):
        return [
            finding(
                "note",
                "gpu_unused",
                "Nothing in the notebook uses a GPU, and the instance type `{instance}` has {gpu}.",
                "Choose one without: it starts sooner, and leaves the GPU to others.",
                instance=instance.display_name,
                gpu=amount("gpu", instance.gpu),
            )
        ]
    return []
