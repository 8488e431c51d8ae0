"""Commands of jobs in; which of them ran their notebook out. A real bash, and a papermill that only notes the calls."""

from __future__ import annotations

from pathlib import Path

from kit.recording_papermill import RecordingPapermill, Run


class JobRuns:
    """Runs jobs one after the other, as PrimeHub would once their turn has come.

    ran : ids of the jobs that started papermill, in order
    """

    def __init__(self, folder: Path):
        self._papermill = RecordingPapermill(folder / "papermill")
        self._home = folder / "job-home"
        self._home.mkdir(parents=True, exist_ok=True)
        self.ran: list[str] = []

    def start(self, job: dict) -> Run:
        """Run the command of a job, given as `{"id", "command"}`."""
        run = self._papermill.run(job["command"], self._home, PHJOB_NAME=job["id"], HOSTNAME=job["id"])
        self.ran += [job["id"]] * len(run.calls)
        return run
