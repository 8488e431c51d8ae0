"""`jobs/<id>/log`: what a job has written, as a stream of text."""

from __future__ import annotations

from tornado import web

from ..errors import InvalidField
from ..jobs.log import MOST_LINES, open_log
from ..jobs.log_watch import TAIL_LINES, Lost, WatchedLogs
from .streaming import StreamingHandler

TEXT = "text/plain; charset=utf-8"


class JobLogHandler(StreamingHandler):
    """The log of a job: its end, and with `follow` what comes after it."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/log?tail=&follow=&after= sends the last lines, and what follows."""
        tail = self._tail()
        if self.get_query_argument("follow", "") == "1":
            await self.while_connected(self._follow(job_id, tail, self.get_query_argument("after", "")))
        else:
            await self.while_connected(self.send_log(job_id, tail))

    async def send_log(self, job_id: str, tail: int | None, file_name: str | None = None) -> None:
        """Send what there is now."""
        log = await open_log(self.context, job_id, tail, follow=False)
        try:
            self.inert(TEXT, file_name)
            self.set_header("PrimeHub-Log-Source", log.source)
            await self.send(lambda: log.stream.read(self.context.config.request_timeout))
        finally:
            log.stream.close()

    async def _follow(self, job_id: str, tail: int, cursor: str) -> None:
        logs: WatchedLogs = self.settings["primehub"]["logs"]
        try:
            watch = await logs.watch(job_id, tail, cursor)
        except Lost:
            self.break_off()
            return
        try:
            self.inert(TEXT)
            self.set_header("PrimeHub-Log-Source", watch.source)
            self.set_header("PrimeHub-Log-Cursor", watch.cursor)
            await self.send(watch.read)
        except Lost:
            self.break_off()
        finally:
            watch.close()

    def _tail(self) -> int:
        given = self.get_query_argument("tail", str(TAIL_LINES))
        if not given.isascii() or not given.isdigit() or len(given) > 6 or int(given) > MOST_LINES:
            raise InvalidField(
                "`tail` is a number of lines, at most {most}.", field="tail", values={"most": MOST_LINES}
            )
        return int(given)


class JobLogDownloadHandler(JobLogHandler):
    """All of a job's log, as a file."""

    @web.authenticated
    async def get(self, job_id: str) -> None:
        """GET jobs/<id>/log/download sends all of the log, to be saved."""
        await self.while_connected(self.send_log(job_id, None, f"{job_id}.log"))
