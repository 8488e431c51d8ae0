"""The HTTP side of the sandbox: requests in; GraphQL answers, logs, files and console pages out. Loopback only.

Programs show a token. A person's browser needs none, so every request must name a loopback host (a page elsewhere could
have its own name resolve to 127.0.0.1), and every form carries a key that only pages from here know. The key is no
cookie: cookies ignore ports, and one called `_xsrf` would take the place of the notebook server's.
"""

from __future__ import annotations

import asyncio
import base64
import collections
import json
import mimetypes
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from tornado import httpserver, netutil, web

from . import schema
from .catalogue import volume_name
from .errors import Refused
from .store import FINISHED, Store

LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "::1"}
CHUNK_BYTES = 64 * 1024
CONSOLE_LOG_LINES = 200
MAX_BODY_BYTES = 10 * 1024 * 1024
# A log file tells nobody that it grew; this is how often someone who follows it looks.
FOLLOW_SECONDS = 0.2


class Handler(web.RequestHandler):
    """What all handlers share: the store, and the refusal of hosts that are not this computer."""

    @property
    def store(self) -> Store:
        return self.settings["store"]

    def set_default_headers(self):
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def prepare(self):
        if urlsplit(f"//{self.request.host}").hostname not in LOOPBACK_HOSTS:
            raise web.HTTPError(403, reason="Forbidden host")


class ApiHandler(Handler):
    """Handlers for programs: they know who calls by the token, and answer errors as JSON."""

    def bearer(self) -> dict:
        scheme, _, token = self.request.headers.get("Authorization", "").partition(" ")
        user = self.store.user_of_token(token.strip()) if scheme.lower() == "bearer" else None
        if user is None:
            raise web.HTTPError(401, reason="Invalid API Token")
        return user

    def write_error(self, status_code, **kwargs):
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        self.finish(json.dumps({"errors": [{"message": self._reason}]}))


class GraphqlHandler(ApiHandler):
    def post(self):
        """POST /api/graphql takes a document as JSON or as a form, and executes it."""
        try:
            if self.request.headers.get("Content-Type", "").startswith("application/json"):
                body = json.loads(self.request.body)
            else:
                body = {name: self.get_body_argument(name, None) for name in ("query", "variables", "operationName")}
            variables = body.get("variables") or {}
            variables = json.loads(variables) if isinstance(variables, str) else variables
            document = body.get("query")
            if not isinstance(document, str) or not isinstance(variables, dict):
                raise ValueError
        except (ValueError, AttributeError, RecursionError):
            raise web.HTTPError(400, reason="Malformed GraphQL request") from None
        authorization = self.request.headers.get("Authorization")
        status, answer = schema.execute(self.store, document, variables, authorization, body.get("operationName"))
        self.set_status(status)
        self.write(answer)


class LogHandler(ApiHandler):
    async def get(self, job_id):
        """GET /api/logs/…/phjobs/<id> streams a job's log, from the last `tailLines`, to its end with `follow=true`."""
        try:
            job = self.store.job_for(self.bearer(), job_id)
        except Refused as error:
            raise web.HTTPError(404, reason=f"No log: {error.code}") from None
        try:
            tail = int(self.get_query_argument("tailLines", "-1"))
        except ValueError:
            raise web.HTTPError(400, reason="tailLines must be a number") from None
        follow = self.get_query_argument("follow", "false").lower() in ("true", "1")
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        path, position = self.store.log_file(job["id"]), 0
        while True:
            # The phase first: what is written before a job is finished is then surely read below.
            finished = self.store.jobs[job["id"]]["phase"] in FINISHED
            if path is not None and path.is_file():
                with path.open("rb") as log:
                    if position == 0 and tail >= 0:
                        position = _start_of_tail(log, tail)
                    log.seek(position)
                    while chunk := log.read(CHUNK_BYTES):
                        self.write(chunk)
                        position += len(chunk)
                        await self.flush()
                tail = -1
            if finished or not follow or self.request.connection.stream.closed():
                return
            await asyncio.sleep(FOLLOW_SECONDS)


class FileHandler(ApiHandler):
    async def get(self, volume, job_id, name):
        """GET /api/files/groups/<volume>/jobArtifacts/<id>/<path> downloads one artifact."""
        user = self.bearer()
        try:
            job = self.store.job_for(user, job_id)
        except Refused:
            raise web.HTTPError(404, reason="No such file") from None
        root = self.store.artifact_folder(job_id)
        path = (root / name).resolve() if root is not None else None
        inside = path is not None and root.resolve() in path.parents and path.is_file()
        if volume != volume_name(job["groupName"]) or not inside:
            raise web.HTTPError(404, reason="No such file")
        self.set_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        self.set_header("Content-Disposition", "attachment")
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                self.write(chunk)
                await self.flush()


class NoSuchApiHandler(ApiHandler):
    def prepare(self):
        super().prepare()
        raise web.HTTPError(404, reason="No such address")


class ConsoleHandler(Handler):
    """Pages for a person, who is always the sandbox's first user."""

    def set_default_headers(self):
        super().set_default_headers()
        policy = ("default-src 'none'", "style-src 'unsafe-inline'", "form-action 'self'", "frame-ancestors 'none'")
        self.set_header("Content-Security-Policy", "; ".join(policy))
        self.set_header("Referrer-Policy", "same-origin")

    @property
    def user(self) -> dict:
        return self.store.users["alice"]

    def group(self, name: str) -> dict:
        group = self.store.group_named(name)
        if group is None or self.user["username"] not in group["members"]:
            raise web.HTTPError(404, reason="No such group")
        return group

    def job(self, group: str, job_id: str) -> dict:
        try:
            job = self.store.job_for(self.user, job_id)
        except Refused:
            raise web.HTTPError(404, reason="No such job") from None
        if job["groupName"] != self.group(group)["name"]:
            raise web.HTTPError(404, reason="No such job")
        return job

    def check_form(self) -> None:
        origin = self.request.headers.get("Origin")
        if origin not in (None, f"{self.request.protocol}://{self.request.host}"):
            raise web.HTTPError(403, reason="Form from elsewhere")
        if not secrets.compare_digest(self.get_body_argument("key", "").encode(), self.settings["form_key"].encode()):
            raise web.HTTPError(403, reason="Outdated form")

    def show(self, template: str, title: str, **values) -> None:
        common = {"title": title, "user": self.user, "group": None, "refresh": False}
        self.render(template, **{**common, "form_key": self.settings["form_key"], **values})

    def write_error(self, status_code, **kwargs):
        hint = "Open the page again and repeat what you did." if status_code == 403 else "Check the address."
        self.show("error.html", self._reason, message=hint)


class IndexHandler(ConsoleHandler):
    def get(self):
        """GET /console lists the groups."""
        self.show("index.html", "Groups", groups=self.store.groups_of(self.user))


class JobsPageHandler(ConsoleHandler):
    def get(self, group):
        """GET /console/g/<group>/job lists the group's jobs."""
        found = self.store.jobs_for(self.user, {"where": {"groupId_in": [self.group(group)["id"]]}})
        running = any(job["phase"] not in FINISHED for job in found)
        self.show("jobs.html", "Jobs", group=group, jobs=found, refresh=running)


class JobPageHandler(ConsoleHandler):
    def get(self, group, job_id):
        """GET /console/g/<group>/job/<id> shows a job; while it is not finished the page loads itself again."""
        job = self.job(group, job_id)
        running = job["phase"] not in FINISHED
        self.show(
            "job.html",
            job["displayName"] or job_id,
            group=group,
            job=job,
            refresh=running,
            finished=FINISHED,
            log=_last_lines(self.store.log_file(job_id)),
            outputs=_outputs(self.store.folder, job),
        )


class JobActionHandler(ConsoleHandler):
    def post(self, group, job_id, action):
        """POST /console/g/<group>/job/<id>/cancel|rerun cancels it or runs it again."""
        self.check_form()
        self.job(group, job_id)
        try:
            if action == "cancel":
                job = self.store.cancel_job(self.user, job_id)
            else:
                job = self.store.rerun_job(self.user, job_id)
        except Refused as error:
            raise web.HTTPError(409, reason=error.message) from None
        self.redirect(f"/console/g/{group}/job/{job['id']}", status=303)


class TokenPageHandler(ConsoleHandler):
    def get(self, group):
        """GET /console/g/<group>/api-token says who you are."""
        self.group(group)
        self.show("token.html", "API token", group=group, token=None)

    def post(self, group):
        """POST /console/g/<group>/api-token makes a token, revokes the one before, and shows the new one once."""
        self.check_form()
        found = self.group(group)
        token = self.store.issue_token(self.user["username"])
        config = {
            "endpoint": f"{self.store.public_url}/api/graphql",
            "api-token": token,
            "group": {"id": found["id"], "name": found["name"], "displayName": found["displayName"]},
        }
        encoded = base64.b64encode(json.dumps(config, indent=2).encode()).decode()
        download = f"data:application/json;base64,{encoded}"
        self.show("token.html", "API token", group=group, token=token, download=download)


class NoSuchPageHandler(ConsoleHandler):
    def prepare(self):
        super().prepare()
        if self.request.path in ("/", "/console/"):
            self.redirect("/console")
            return
        raise web.HTTPError(404, reason="No such page")


class Server:
    """The sandbox's HTTP server on a loopback port; port 0 takes any free one. Needs a running event loop."""

    def __init__(self, store: Store, port: int = 0):
        sockets = netutil.bind_sockets(port, "127.0.0.1")
        self.port = sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        store.public_url = self.url
        self._http = httpserver.HTTPServer(application(store), max_body_size=MAX_BODY_BYTES)
        self._http.add_sockets(sockets)

    async def stop(self) -> None:
        self._http.stop()
        await self._http.close_all_connections()


def application(store: Store) -> web.Application:
    """Return the Tornado application over a store."""
    return web.Application(
        ROUTES,
        store=store,
        form_key=secrets.token_urlsafe(24),
        template_path=str(Path(__file__).parent / "templates"),
        default_handler_class=NoSuchPageHandler,
        log_function=lambda handler: None,
    )


def _start_of_tail(log, lines: int) -> int:
    """Return where the last `lines` lines of an open log begin."""
    starts = collections.deque([0], maxlen=lines + 1)
    for line in log:
        starts.append(starts[-1] + len(line))
    return starts[0] if lines else starts[-1]


def _last_lines(path: Path | None) -> str:
    if path is None or not path.is_file():
        return ""
    with path.open("rb") as log:
        log.seek(_start_of_tail(log, CONSOLE_LOG_LINES))
        return log.read().decode("utf-8", "replace")


def _outputs(folder: Path | None, job: dict) -> list[str]:
    """Files of the group volume named after a job, which is how a job that can be run again names its output."""
    if folder is None:
        return []
    volume = folder / "project" / volume_name(job["groupName"])
    files = (path for path in volume.rglob(f"*{job['id']}*") if path.is_file())
    return [name for name in sorted(path.relative_to(volume.parent).as_posix() for path in files) if "/." not in name]


GROUP = r"/console/g/([^/]+)"
JOB_ID = r"([A-Za-z0-9-]+)"
ROUTES = [
    (r"/api/graphql", GraphqlHandler),
    (rf"/api/logs/namespaces/[^/]+/phjobs/{JOB_ID}", LogHandler),
    (rf"/api/files/groups/([^/]+)/jobArtifacts/{JOB_ID}/(.+)", FileHandler),
    (r"/api/.*", NoSuchApiHandler),
    (r"/console", IndexHandler),
    (rf"{GROUP}/job", JobsPageHandler),
    (rf"{GROUP}/job/{JOB_ID}", JobPageHandler),
    (rf"{GROUP}/job/{JOB_ID}/(cancel|rerun)", JobActionHandler),
    (rf"{GROUP}/api-token", TokenPageHandler),
]
