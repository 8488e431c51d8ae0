"""A session: settings in; the parts that a notebook server has, for a script or a terminal, out.

Answers are those of the server, but that paths are absolute: Jupyter's root is the root of the file system here.
"""

from __future__ import annotations

import asyncio
import copy
import os
import threading
import time
from collections.abc import Coroutine
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Callable, TypeVar, cast

from traitlets.config import Config

from ..config import PrimeHub
from ..context import Context
from ..errors import PrimeHubError
from ..jobs.circumstances import Known, described
from ..jobs.listing import Listing
from ..jobs.log_watch import WatchedLogs
from ..jobs.monitoring import describe_monitoring
from ..jobs.outputs import OutputNotebooks
from ..jobs.peaks import Peaks
from ..jobs.query import OVER, JobQuery
from ..jobs.submissions import Submissions
from ..jobs.view import JobView
from ..jobs.watch import Watch
from ..notebooks.errors import OutsideGroupVolume
from ..primehub.patience import patience
from .kinds import Job
from .settings import LOG, read_settings

if TYPE_CHECKING:
    from ..context import P

    T = TypeVar("T")

ROOT = "/"
TIDY_SECONDS = 5.0  # that what was interrupted has to leave nothing behind
SOON = 5.0  # seconds that PrimeHub has to tell of what is only good for hints


class Session:
    """Where a script works: as a notebook server that was started here, with this environment, would.

    Parameters
    ----------
    config : traitlets.config.Config
        Goes before Jupyter's configuration files, as the command line of a server does.
    settings
        Settings by their names in README's table (`api_endpoint="https://…"`), which go before all else.
    """

    def __init__(self, config: Config | None = None, **settings: Any):
        self.settings = read_settings()
        self.config = copy.deepcopy(self.settings.config)
        if config:
            self.config.merge(config)
        self.context = Context(PrimeHub(config=self.config, log=LOG, **settings))
        self.outputs = OutputNotebooks()
        self.peaks = Peaks()
        self._asked_at: dict[str, float] = {}

    @cached_property
    def submissions(self) -> Submissions:
        """All submissions of this session."""
        return Submissions(self.context)

    @cached_property
    def listing(self) -> Listing:
        """The job list."""
        return Listing(self.context)

    @cached_property
    def watch(self) -> Watch:
        """The jobs that are watched."""
        return Watch(self.context, self.outputs)

    @cached_property
    def logs(self) -> WatchedLogs:
        """The logs that are watched; used in `awaited` only."""
        return WatchedLogs(self.context)

    @cached_property
    def kernels(self) -> dict[str, dict[str, Any]] | None:
        """The kernels that are installed here, by name, as `Known.kernels`; None where that cannot be told."""
        try:
            from jupyter_client.kernelspec import KernelSpecManager

            manager: Any = KernelSpecManager(config=self.config)
            return described(manager.get_all_specs())
        except Exception:  # without jupyter_client, or whatever stands in for its manager: a hint is not worth an error
            return None

    def known(self, notebook: str) -> Known:
        """What a notebook server knows of a notebook when its dialog is open and its last job was looked at.

        PrimeHub is asked what the group may use, for the notebook's newest jobs, and how much memory the last that
        ended has used, unless it was a moment ago. Nothing of that is known where it does not answer soon.
        """
        age = time.monotonic() - self._asked_at.get(notebook, float("-inf"))
        if age >= self.context.config.resources_max_age and self.context.credentials.current():
            with suppress(PrimeHubError), patience(SOON):
                self._ask_of(notebook)
            self._asked_at[notebook] = time.monotonic()
        return Known(self.kernels, self.listing.ended(), self.watch.views(), self.outputs, self.peaks)

    def _ask_of(self, notebook: str) -> None:
        self.context.resources.get(self.context.group.id, self.context.credentials.require())
        page = self.listing.page(JobQuery(notebook=notebook), ROOT)
        self.watch.name([job["id"] for job in page["jobs"] if job["phase"] not in OVER])
        if self.watch.begin():  # a list may be stale; what is asked for by id is not
            self.watch.look(ROOT)
        ended = [job["id"] for job in page["jobs"] if job["phase"] in OVER and not job["runs_as"]]
        for job_id in ended[:1]:
            if self.peaks.memory(job_id) is None:
                self.peaks.note(job_id, describe_monitoring(self.context, job_id))

    def ask(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What a function answers that may wait for PrimeHub, as long as a request to a notebook server may."""
        try:
            return self.context.call(function, *args, **kwargs)
        except OutsideGroupVolume:
            volume = self.context.volume
            raise OutsideGroupVolume(volume.name, volume.path) from None

    def awaited(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine answers, on an event loop of the session's own: a notebook's kernel is in another."""
        over = threading.Event()

        async def run() -> T:
            try:
                return await coroutine
            finally:
                over.set()

        future = asyncio.run_coroutine_threadsafe(run(), self._loop)
        try:
            return future.result()
        except BaseException:  # Ctrl-C as well, after which the process may end: half a file is removed before that
            if future.cancel():
                over.wait(TIDY_SECONDS)
            raise

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="primehub-streams", daemon=True).start()
        return loop

    def job_of(self, view: JobView, brief: bool = False) -> Job:
        """A job as it is told: with how far it is, and absolute paths; `brief`: of one of many."""
        if view["progress"] is None and view["failure"] is None:
            over = view["phase"] in OVER
            view["progress"], view["failure"] = self.outputs.tell(self.context.volume, view.output, over, brief)
        return with_absolute_paths(view)

    def notebook(self, path: str | os.PathLike[str]) -> str:
        """The absolute path of a notebook that is given from the current folder or the home folder (`~`)."""
        return os.path.abspath(os.path.expanduser(os.fspath(path)))


def with_absolute_paths(view: dict[str, Any]) -> Job:
    """A copy of a job of which Jupyter's root is that of the file system."""
    job = dict(view)
    for name in ("notebook_path", "output_path"):
        if job[name] is not None:
            job[name] = ROOT + job[name].lstrip(ROOT)
    again = (job.get("time_limit_dropped") or {}).get("submit_again")
    if again:
        path = ROOT + again["notebook_path"].lstrip(ROOT)
        job["time_limit_dropped"] = {**job["time_limit_dropped"], "submit_again": {**again, "notebook_path": path}}
    return cast(Job, job)


@lru_cache(maxsize=1)
def default_session() -> Session:
    """The session of those who name none."""
    return Session()
