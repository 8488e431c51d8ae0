"""A PrimeHub in; somebody with a notebook in the group volume, who submits it from any number of servers, out."""

from __future__ import annotations

import time
from pathlib import Path

from kit.misbehaving import MisbehavingPrimeHub
from kit.notebooks import write_notebook
from primehub_nbext.config import PrimeHub
from primehub_nbext.context import Context
from primehub_nbext.jobs.command import NotebookJob
from primehub_nbext.jobs.errors import SubmissionUnknown
from primehub_nbext.jobs.head import SNAPSHOTS
from primehub_nbext.jobs.request import JobRequest
from primehub_nbext.jobs.submissions import Submissions

ID = "submission-1"
PATIENCE = 30  # seconds in which a submission must be resolved


class Person:
    """Somebody with a notebook in the group volume, and as many notebook servers as they like."""

    def __init__(self, primehub: MisbehavingPrimeHub, home: Path):
        self.primehub = primehub
        self.home = home
        self.volume = home / "phusers"
        self.notebook = write_notebook(self.volume / "experiment-1" / "train.ipynb", "print(1)")
        self._settings = {
            "api_endpoint": primehub.endpoint,
            "home_dir": str(home),
            "group_id": primehub.group["id"],
            "group_name": primehub.group["name"],
            "token_file": str(home / "token.json"),
            "sdk_config_file": str(home / "config.json"),
            "settle_timeout": 0.5,
        }

    def server(self, **settings) -> Submissions:
        """What a notebook server has, freshly started."""
        return Submissions(Context(PrimeHub(**{**self._settings, **settings})))

    def submit(self, server: Submissions | None = None, **changes) -> tuple[dict, NotebookJob, bool]:
        body = {
            "notebook_path": "phusers/experiment-1/train.ipynb",
            "display_name": "train",
            "instance_type": "cpu-1",
            "image": "base-notebook",
            "parameters": "start=1",
            "submission_id": ID,
            **changes,
        }
        return (server or self.server()).submit(JobRequest.from_body(body), str(self.home))

    def submit_until_known(self, server: Submissions | None = None) -> tuple[dict, NotebookJob, bool]:
        """What a person does who presses Submit again whenever they are told to."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self.submit(server)
            except SubmissionUnknown:
                assert time.monotonic() < until, "this submission is never resolved"

    def files(self) -> list[str]:
        """All that submissions have left in the volume."""
        folder = self.volume / SNAPSHOTS
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")) if folder.exists() else []


def only_job(primehub: MisbehavingPrimeHub, submission_id: str = ID) -> dict:
    """The one job of a submission, which has its snapshot."""
    jobs = primehub.jobs_of(submission_id)
    assert len(jobs) == 1
    return jobs[0]
