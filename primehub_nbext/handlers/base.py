"""The REST API's verbs: each reads the request, calls one function in a thread and writes what it answers.

The base class comes from the running server (`extension.py`), because one of the other server would let anybody in;
so the classes are made by a function. Routes and answers: docs/rest-api.md.
"""

from __future__ import annotations

import json
import traceback

from tornado import web

from . import errors, preflight, snapshots
from ._version import __version__
from .job_request import MAX_DISPLAY_NAME, MAX_TIMEOUT_SECONDS, JobRequest, propose_display_name
from .jobs import Jobs
from .notebook_job import JOB_ID, NotebookJob
from .parameters import MAX_LENGTH
from .submissions import Submissions
from .workspace import Workspace

MAX_BODY_BYTES = 1024 * 1024


def describe_session(workspace: Workspace) -> dict:
    """What `GET session` answers; asks nobody."""
    config = workspace.config
    answer = {
        "version": __version__,
        "group": None,
        "volume": None,
        "home": config.home_dir,
        "links": {"token": None, "job": None},
        "defaults": {"instance_type": config.instance_type or None, "image": config.image or None},
        "token": {key: value for key, value in workspace.credentials.describe().items() if key != "problem"},
        "limits": {
            "display_name": MAX_DISPLAY_NAME,
            "parameters": MAX_LENGTH,
            "timeout_seconds": MAX_TIMEOUT_SECONDS,
        },
        "secrets": preflight.SECRETS,
        "problem": None,
    }
    try:
        group, volume = workspace.group, workspace.volume
        answer["group"] = {"id": group.id, "name": group.name}
        answer["volume"] = {"name": volume.name, "path": volume.path, "mounted": volume.mounted}
        answer["links"] = {
            "token": workspace.console_link("api-token"),
            "job": workspace.console_link("job", "{id}"),
        }
        volume.require_mounted()
    except errors.PrimeHubError as error:
        answer["problem"] = error.to_dict()
    return answer


def describe_notebook(workspace: Workspace, root_dir: str, path: str) -> dict:
    """What `GET notebooks/<path>` answers."""
    volume = workspace.volume
    place = volume.place(root_dir, path)
    file = snapshots.inspect(volume, place.source)
    job = NotebookJob(volume.path, place.folder, place.name, "x" * 8, file.kernel)
    return {
        "path": path.strip("/"),
        "name": place.name,
        "display_name": propose_display_name(place.name),
        "working_directory": job.working_directory,
        "output": job.output("<job id>"),
        "kernel": file.kernel,
        "parameters": file.parameters,
        "findings": preflight.find(file.parameters),
    }


def make_handlers(api_handler: type) -> list[tuple[str, type]]:
    """The route table, with handlers that inherit from the running server's APIHandler."""

    class PrimeHubHandler(api_handler):
        """What all routes share: settings, the body, and errors as JSON."""

        @property
        def workspace(self) -> Workspace:
            return self.settings["primehub"]["workspace"]

        @property
        def submissions(self) -> Submissions:
            return self.settings["primehub"]["submissions"]

        @property
        def jobs(self) -> Jobs:
            return self.settings["primehub"]["jobs"]

        @property
        def root_dir(self) -> str:
            root_dir = getattr(self.contents_manager, "root_dir", None)
            if not root_dir:
                raise errors.NotebookNotFound(
                    "This notebook server does not keep notebooks in folders, so a job could not find them.",
                    "Ask your administrator; the extension needs a file-based contents manager.",
                )
            return root_dir

        async def run(self, function, *args, **kwargs):
            return await self.workspace.run(function, *args, **kwargs)

        def body(self) -> dict:
            """The request's JSON object."""
            raw = self.request.body
            if len(raw) > MAX_BODY_BYTES:
                raise errors.BodyTooLarge()
            content_type = self.request.headers.get("Content-Type", "").split(";")[0].strip().lower()
            if content_type != "application/json":
                raise errors.UnsupportedMediaType()
            try:
                body = json.loads(raw.decode("utf-8"))
            except (ValueError, RecursionError):
                raise errors.BadRequest() from None
            if not isinstance(body, dict):
                raise errors.BadRequest("The request is JSON, but not an object.")
            return body

        def no_body(self) -> None:
            """For addresses that need none: what was sent all the same must be like everywhere else."""
            if self.request.body:
                self.body()

        def decode_argument(self, value: bytes, name: str | None = None) -> str:
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                raise errors.UnsupportedName() from None

        def answer(self, body: dict, status: int = 200) -> None:
            self.set_status(status)
            self.set_header("Content-Type", "application/json; charset=UTF-8")
            self.set_header("Cache-Control", "no-store")
            self.finish(json.dumps(body, allow_nan=False))

        def write_error(self, status_code: int, **kwargs) -> None:
            """Any exception as JSON; of those that are not ours nothing but the kind of failure."""
            error = (kwargs.get("exc_info") or (None, None))[1]
            if isinstance(error, errors.PrimeHubError):
                self.answer(error.to_dict(), error.status)
            elif status_code == 404:
                self.answer(errors.NotFound().to_dict(), 404)
            elif status_code == 405:
                self.answer(errors.MethodNotAllowed().to_dict(), 405)
            elif status_code in (401, 403):
                message = error.log_message if isinstance(error, web.HTTPError) and error.log_message else None
                self.answer(
                    {
                        "code": "forbidden",
                        "message": message if message and "%" not in message else "Forbidden",
                        "hint": "Log in to the notebook server again: reload the page.",
                    },
                    status_code,
                )
            elif isinstance(error, web.HTTPError) and 400 <= status_code < 500:
                self.answer(errors.BadRequest().to_dict(), status_code)
            else:
                self.answer(errors.PrimeHubError().to_dict(), 500)

        def log_exception(self, typ, value, tb) -> None:
            """Codes and places only: a message could hold what a person typed, or a path."""
            where = f"{self.request.method} {type(self).__name__}"
            if isinstance(value, errors.PrimeHubError):
                self.log.info("primehub: %s: %s", where, value.code)
            elif isinstance(value, web.HTTPError):
                self.log.info("primehub: %s: HTTP %s", where, value.status_code)
            else:
                frames = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(tb)[-8:]]
                self.log.error("primehub: %s: %s in %s", where, typ.__name__, " > ".join(frames))

    class SessionHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self):
            """GET session tells what is known without asking PrimeHub."""
            self.answer(await self.run(describe_session, self.workspace))

    class TokenHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self):
            """GET token tells whose token is in use, and asks PrimeHub whether it still holds."""
            self.answer(await self.run(self.workspace.credentials.describe, ask=True))

        @web.authenticated
        async def put(self):
            """PUT token checks a token with PrimeHub and keeps it."""
            text = self.body().get("token")
            await self.run(self.workspace.credentials.keep, text)
            self.workspace.resources.clear()
            self.answer(await self.run(self.workspace.credentials.describe))

        @web.authenticated
        async def delete(self):
            """DELETE token forgets the token typed in the prompt."""
            self.no_body()
            await self.run(self.workspace.credentials.forget)
            self.workspace.resources.clear()
            self.answer(await self.run(self.workspace.credentials.describe))

    class ResourcesHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self):
            """GET resources lists what the working group may use."""
            refresh = self.get_query_argument("refresh", "") == "1"
            resources = await self.run(read_resources, self.workspace, refresh)
            self.answer(resources.to_dict())

    class NotebookHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self, path):
            """GET notebooks/<path> tells how a job would run this notebook."""
            self.answer(await self.run(describe_notebook, self.workspace, self.root_dir, path))

    class JobCollectionHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self):
            """GET jobs lists the group's notebook jobs."""
            self.answer({"jobs": await self.run(self.jobs.list, self.root_dir)})

        @web.authenticated
        async def post(self):
            """POST jobs submits a notebook."""
            body = self.body()
            record, job, created = await self.run(submit, self.submissions, body, self.root_dir)
            view = await self.run(self.jobs.view_of_submission, record, job, self.root_dir)
            self.answer(view, 201 if created else 200)
            await self.run(self.submissions.sweep)

    class JobHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self, job_id):
            """GET jobs/<id> tells how far a job is."""
            self.answer(await self.run(self.jobs.get, job_id, self.root_dir))

    class JobCancelHandler(PrimeHubHandler):
        @web.authenticated
        async def post(self, job_id):
            """POST jobs/<id>/cancel stops a job."""
            self.no_body()
            self.answer(await self.run(self.jobs.cancel, job_id, self.root_dir))

    class JobRerunHandler(PrimeHubHandler):
        @web.authenticated
        async def post(self, job_id):
            """POST jobs/<id>/rerun runs a job's command once more."""
            self.no_body()
            self.answer(await self.run(self.jobs.rerun, job_id, self.root_dir))

    class NoSuchRouteHandler(PrimeHubHandler):
        @web.authenticated
        async def get(self):
            """Any other address is none."""
            raise errors.NotFound()

        post = put = delete = patch = get

    return [
        (r"session", SessionHandler),
        (r"token", TokenHandler),
        (r"resources", ResourcesHandler),
        (r"notebooks/(.+)", NotebookHandler),
        (r"jobs", JobCollectionHandler),
        (rf"jobs/({JOB_ID})", JobHandler),
        (rf"jobs/({JOB_ID})/cancel", JobCancelHandler),
        (rf"jobs/({JOB_ID})/rerun", JobRerunHandler),
        (r".*", NoSuchRouteHandler),
    ]


def read_resources(workspace: Workspace, refresh: bool):
    group = workspace.group
    return workspace.resources.get(group.id, workspace.credentials.require(), refresh)


def submit(submissions: Submissions, body: dict, root_dir: str):
    return submissions.submit(JobRequest.from_body(body), root_dir)
