"""The sandbox's console: pages for a person, who is its first user; a browser's requests in, HTML out.

A browser shows the cookie of `login.py`. Browsers send that with the forms of any page of this computer, whatever its
port, so every form also carries a key that only pages from here know. The key is no cookie: cookies ignore ports, and
one called `_xsrf` would take the place of the notebook server's.
"""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path

from tornado import web

from .api import jobs, people
from .api.callers import Caller
from .api.execution import Context
from .api.log_handler import start_of_tail
from .api.refusals import Refused
from .cluster.people import EVERYONE, Group, User, volume_name
from .login import Login
from .web import Handler

USER = "alice"
FINISHED = ("Succeeded", "Failed", "Cancelled", "Unknown")
LOG_LINES = 200
SCRIPT = Path(__file__).parent / "templates" / "console.js"


class ConsoleHandler(Handler):
    """Pages for a person, who is always the sandbox's first user, once logged in."""

    def set_default_headers(self):
        """Let a page run the console's script only, load nothing from elsewhere and be shown in no frame."""
        super().set_default_headers()
        policy = (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'unsafe-inline'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
        self.set_header("Content-Security-Policy", "; ".join(policy))
        self.set_header("Referrer-Policy", "same-origin")

    def prepare(self):
        """Raises HTTPError (403) for a Host that is not this computer; ends the request of who is not logged in."""
        super().prepare()
        self.let_in()

    def let_in(self) -> None:
        """Take the token of a link for a cookie and out of the address; without either, say where the link is."""
        login: Login = self.settings["login"]
        if self.request.method == "GET" and login.knows_token(self.get_query_argument("token", "")):
            self.set_cookie(login.cookie, login.session, path=login.path, httponly=True, samesite="Strict")
            self.redirect(self.request.path)
        elif not login.knows_session(self.get_cookie(login.cookie, "")):
            self.set_status(403)
            # A link on a page of another site brings no strict cookie along; one on ours does.
            again = self.request.path if self.request.method == "GET" else None
            self.show("login.html", "Not signed in", user=None, again=again)

    @property
    def user(self) -> User:
        """Who looks at the pages: always the same person."""
        return self.cluster.people.user_named(USER)

    def context(self) -> Context:
        """What resolvers know of the caller, for pages that use them."""
        return Context(self.cluster, Caller(self.user))

    def group(self, name: str) -> Group:
        """The user's group of this name. Raises HTTPError (404)."""
        group = self.cluster.people.group_named(name)
        if group is None or group.id not in self.user.groups:
            raise web.HTTPError(404, reason="No such group")
        return group

    def job(self, group: str, job_id: str) -> dict:
        """A job of the group of this name, ready for a template. Raises HTTPError (404)."""
        context = self.context()
        try:
            job = jobs.view(context, jobs.one(context, job_id))
        except Refused:
            raise web.HTTPError(404, reason="No such job") from None
        if job["groupName"] != self.group(group).name:
            raise web.HTTPError(404, reason="No such job")
        return _shown(job)

    def check_form(self) -> None:
        """Raises HTTPError (403) for a form that is not of a page from here."""
        origin = self.request.headers.get("Origin")
        if origin not in (None, f"{self.request.protocol}://{self.request.host}"):
            raise web.HTTPError(403, reason="Form from elsewhere")
        if not secrets.compare_digest(self.get_body_argument("key", "").encode(), self.settings["form_key"].encode()):
            raise web.HTTPError(403, reason="Outdated form")

    def show(self, template: str, title: str, **values) -> None:
        """End the request with a page; `values` are what its template needs beside what all do."""
        common = {
            "title": title,
            "user": {"username": self.user.username, **self.user.profile},
            "group": None,
            "refresh": False,
            "utc": _utc,
        }
        self.render(template, **{**common, "form_key": self.settings["form_key"], **values})

    def write_error(self, status_code, **kwargs):
        """An error as a page, with what to do."""
        hint = "Open the page again and repeat what you did." if status_code == 403 else "Check the address."
        self.show("error.html", self._reason, message=hint)


class IndexHandler(ConsoleHandler):
    """The page that the console begins with."""

    def get(self):
        """GET /console lists the groups."""
        mine = [each for each in people.mine(self.context()) if each.name != EVERYONE]
        shown = [people.group_view(self.context(), each) for each in mine]
        self.show("index.html", "Groups", groups=shown)


class ScriptHandler(ConsoleHandler):
    """The script of all pages."""

    def get(self):
        """GET /console/console.js is the same for everybody who is logged in."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        self.finish(SCRIPT.read_bytes())


class NotebookHandler(ConsoleHandler):
    """The way to the sandbox's own notebook, which leaves a browser with the cookie for the notebook's links."""

    def get(self):
        """GET /console/notebook leads to the example, login to the notebook server included."""
        if not self.settings["notebook_url"]:
            raise web.HTTPError(404, reason="No notebook server")
        self.redirect(self.settings["notebook_url"])


class JobsPageHandler(ConsoleHandler):
    """A group's jobs, the newest first; the page loads itself again while one is not finished."""

    def get(self, group):
        """GET /console/g/<group>/job lists the group's jobs."""
        context, name = self.context(), self.group(group).name
        # Not the cached list: what a person sees here is what there is, whatever the API has been told to pretend.
        found = [jobs.view(context, each) for each in self.cluster.objects.list(jobs.KIND)]
        found = [_shown(each) for each in found if each["groupName"] == name]
        found.sort(key=lambda each: each["createTime"], reverse=True)
        running = any(job["phase"] not in FINISHED for job in found)
        self.show("jobs.html", "Jobs", group=group, jobs=found, refresh=running)


class JobPageHandler(ConsoleHandler):
    """One job: how it fares, the end of its log, and its files in the group volume."""

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
            log=_last_lines(self.cluster.folder, job_id),
            outputs=_outputs(self.cluster.folder, job),
        )


class JobActionHandler(ConsoleHandler):
    """The buttons of a job's page."""

    def post(self, group, job_id, action):
        """POST /console/g/<group>/job/<id>/cancel|rerun cancels it or runs it again."""
        self.check_form()
        self.job(group, job_id)
        try:
            if action == "cancel":
                jobs.cancel(self.context(), job_id)
            else:
                job_id = jobs.rerun(self.context(), job_id)["metadata"]["name"]
        except Refused as error:
            raise web.HTTPError(409, reason=error.message) from None
        self.redirect(f"/console/g/{group}/job/{job_id}", status=303)


class TokenPageHandler(ConsoleHandler):
    """Where a person gets an API token, as text and as the SDK's configuration file."""

    def get(self, group):
        """GET /console/g/<group>/api-token says who you are."""
        self.group(group)
        self.show("token.html", "API token", group=group, token=None)

    def post(self, group):
        """POST /console/g/<group>/api-token makes a token, revokes the one before, and shows the new one once."""
        self.check_form()
        found = self.group(group)
        token = self.cluster.people.issue_token(self.user.id)
        config = {
            "endpoint": f"{self.cluster.public_url}/api/graphql",
            "api-token": token,
            "group": {"id": found.id, "name": found.name, "displayName": found.attribute("displayName")},
        }
        encoded = base64.b64encode(json.dumps(config, indent=2).encode()).decode()
        download = f"data:application/json;base64,{encoded}"
        self.show("token.html", "API token", group=group, token=token, download=download)


class NoSuchPageHandler(ConsoleHandler):
    """Every address outside /api that is none."""

    def let_in(self) -> None:
        """Lead to the console from where a person may begin; a program that has the wrong address gets plain text."""
        if self.request.method != "GET":
            self.set_status(404)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish("Not Found")
        elif self.request.path in ("/", "/console/"):
            self.redirect("/console")
        else:
            super().let_in()

    def get(self):
        """GET of any other address. Raises HTTPError (404)."""
        raise web.HTTPError(404, reason="No such page")


def _shown(job: dict) -> dict:
    """A job with its instance type's name in place of what GraphQL would ask for."""
    return {**job, "instanceType": job["instanceType"](None)["name"]}


def _utc(moment: str) -> str:
    """PrimeHub's way to write a time (2022-11-22T10:30:00Z) as a person reads it."""
    return moment.replace("T", " ").replace("Z", " UTC")


def _last_lines(folder: Path | None, job_id: str) -> str:
    path = folder / "jobs" / job_id / "log" if folder else None
    if path is None or not path.is_file():
        return ""
    with path.open("rb") as log:
        log.seek(start_of_tail(log, LOG_LINES))
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
    (r"/console", IndexHandler),
    (r"/console/console\.js", ScriptHandler),
    (r"/console/notebook", NotebookHandler),
    (rf"{GROUP}/job", JobsPageHandler),
    (rf"{GROUP}/job/{JOB_ID}", JobPageHandler),
    (rf"{GROUP}/job/{JOB_ID}/(cancel|rerun)", JobActionHandler),
    (rf"{GROUP}/api-token", TokenPageHandler),
]
