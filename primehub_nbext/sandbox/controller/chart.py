"""The settings that PrimeHub's Helm chart gives its controller, with the chart's defaults."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

DAY = 86400
TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class Chart:
    """Times in seconds; 0 switches a limit off.

    zone : name of the time zone of schedules and of jobs' environment, where the system has not been given one
    """

    artifacts: bool = True
    artifact_limit_mb: int = 100
    artifact_limit_files: int = 1000
    artifact_retention: int = 7 * DAY
    store: bool = True
    grant_sudo: bool = True
    deadline: int = DAY
    pod_ttl: int = 7 * DAY
    job_ttl: int = 30 * DAY
    job_limit: int = 4000
    zone: str = "UTC"


class Clock:
    """What the controller takes for the time; `unix` answers seconds since 1970."""

    def __init__(self, unix: Callable[[], float] = time.time):
        self.unix = unix

    def text(self) -> str:
        """This moment as Kubernetes writes it."""
        return text_of(self.unix())

    def since(self, moment: str) -> float:
        """Seconds since a moment that Kubernetes wrote."""
        return self.unix() - unix_of(moment)


def text_of(unix: float) -> str:
    """Seconds since 1970 as Kubernetes writes a moment: UTC, whole seconds, cut and not rounded."""
    return datetime.fromtimestamp(int(unix), timezone.utc).strftime(TIME)


def unix_of(text: str) -> float:
    """Seconds since 1970 of a moment as Kubernetes writes it. Raises ValueError for another way to write one."""
    return datetime.strptime(text, TIME).replace(tzinfo=timezone.utc).timestamp()
